"""What depends on nothing but rights and language is made once for all who share them."""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec, TypeVar

from django.utils.translation import get_language

from zhike.kernel.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")
MOST = 500  # results kept for each function


def per_rights(make: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Remember what a function of an actor and of few hashable arguments returns.

    Nothing may decide the result but the actor's rights, the language and the arguments: no row, no
    clock, no name. The result is shared, so nobody may change it.
    """
    known: OrderedDict[Hashable, R] = OrderedDict()
    lock = threading.Lock()

    @functools.wraps(make)
    def remembered(by: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (by.shape, get_language(), args, *kwargs.items())
        with lock:
            if key in known:
                known.move_to_end(key)
                return known[key]
        made = make(by, *args, **kwargs)
        with lock:
            known[key] = made
            while len(known) > MOST:
                known.popitem(last=False)
        return made

    return remembered
