"""Prepared reads: a scoped query is built and compiled once for everybody with the same rights.

Django builds and compiles a scoped query anew for every request: several milliseconds of pure
Python for each statement, many times what PostgreSQL needs to answer. Yet its SQL depends only on
the rights of the reader; the ids in it are mere parameters. A prepared read keeps the SQL for each
set of rights and puts the reader and the ids in, so every right is still decided by ``visible_to``.
PostgreSQL, too, parses it once for each connection and, where one plan suits all values, plans it
once: of a short answer that was most of its time. ``@replanned`` is for lists and words, whose best
plan depends on the values; they are sent with their values and planned each time.

    @prepared
    def _orders(by: Actor, customer_id: Id, limit: int) -> QuerySet[Order]:
        return Order.objects.visible_to(by).filter(customer_id=customer_id)[:limit]

    rows = _orders(by, pk, 20)        # a list; ``_orders.rows(by, pk, 20)`` is the plain query set

Ids (``Id``; ``Ids`` for ``= ANY(...)``), texts (``Text``) and moments (``Moment``) change from call
to call. All other arguments are part of the shape, so they must take few values. Nothing else may
decide the query but the actor's rights and today's date: no clock, no setting, no row read while it
is built.
"""

import copy
import datetime as dt
import inspect
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NewType

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.dispatch import receiver
from django.utils import timezone
from psycopg import Cursor
from psycopg.sql import Literal
from psycopg.types.numeric import Int8

from zhike.kernel.actor import Actor
from zhike.kernel.scope import array_text

Id = NewType("Id", int)
Ids = NewType("Ids", Sequence)  # type: ignore[type-arg]
Text = NewType("Text", str)
Moment = NewType("Moment", dt.datetime)

SHAPES = 400  # compiled queries kept in a process, at about 40 KB each
KEPT = 120  # statements that a connection keeps, at about 0.4 MB each; a page has twenty
SHAPE_AGE = 600.0  # seconds; a scope chooses its SQL by the size of tables, which change slowly
FIRST_MARK = 2_147_480_000  # stands for a value while compiling; fits every integer column
FAR = dt.datetime(9876, 5, 4, tzinfo=dt.UTC)  # the same for a moment


class _KeptCursor(Cursor[Any]):
    """A cursor whose statements stay prepared in the connection."""

    name = "kept"  # pghistory puts its context before the statements of cursors without a name

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        """Send the values apart from the statement."""
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, prepare=True)
        finally:
            self.connection.prepare_threshold = None  # all other statements carry their values

    def _send_query_prepared(self, name: bytes, pgq: Any, **options: Any) -> None:
        self._query = pgq  # what Django's record of statements shows
        super()._send_query_prepared(name, pgq, **options)


@receiver(connection_created)
def _one_plan(connection: Any, **_options: Any) -> None:
    """Let PostgreSQL plan kept statements once, not first for five values; signalled at each use."""
    raw = connection.connection
    if raw.prepared_max != KEPT:
        raw.execute("SET plan_cache_mode = force_generic_plan")
        raw.prepared_max = KEPT


class _Keeping:
    """A connection that opens such cursors."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        """Return a cursor as Django would, with its counting and its errors."""
        of = self._connection
        of.ensure_connection()
        make = of.make_debug_cursor if of.queries_logged else of.make_cursor
        return make(_KeptCursor(of.connection))


class _Frozen:
    """Stands for a query whose compiler is already there."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def get_compiler(self, *_args: Any, **_options: Any) -> Any:
        """Return the compiler."""
        return self._compiler


@dataclass
class _Shape:
    """A compiled query: where in its parameters the values go, and until when it holds."""

    rows: "QuerySet[Any]"
    until: float
    compiler: Any = None
    sql: str = ""
    parameters: tuple[Any, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    converters: Any = None
    keeps_plan: bool = False

    def run(self, values: Sequence[Any]) -> list[Any]:
        """Ask the database with these values."""
        if not self.sql:
            return []
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = _like(parameters[place], values[number])
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[compiler.using]
        if self.keeps_plan:
            compiler.connection = _Keeping(compiler.connection)
        if compiler.query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("a row is locked inside a transaction only")
        compiler.get_converters = lambda _columns: self.converters
        compiler.as_sql = lambda *_args, **_options: (self.sql, tuple(parameters))
        frozen: Any = _Frozen(self.rows.query, compiler)
        asked: Any = QuerySet(model=self.rows.model, query=frozen, using=compiler.using)
        for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
            setattr(asked, name, getattr(self.rows, name))
        return list(asked)


def _like(mark: Any, value: Any) -> Any:
    if isinstance(mark, dt.datetime):
        return value
    if isinstance(mark, str):
        return value if isinstance(value, str) else array_text(value)
    return value if value is None else Int8(value)


def _spelt_out(sql: str, parameters: Sequence[Any], places: Sequence[int], using: str) -> str:
    """Return the SQL with all constants in it, so that a plan can use the partial indexes."""
    numbers = iter(range(len(parameters)))

    def put(found: "re.Match[str]") -> str:
        if found[0] == "%%" or (number := next(numbers)) in places:
            return found[0]
        return Literal(parameters[number]).as_string(raw).replace("%", "%%")

    with connections[using].cursor() as cursor:
        raw = cursor.connection
        return re.sub("%[%s]", put, sql)


def _fits(value: Any) -> bool:
    """Tell whether a value may stand where one is expected; others take Django's way."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, dt.datetime):
        return timezone.is_aware(value)
    return isinstance(value, list | tuple) and all(isinstance(one, int) for one in value)


class Prepared:
    """A function that builds a query set, remembered in compiled form."""

    def __init__(self, build: "Callable[..., QuerySet[Any]]", *, keeps_plan: bool = True) -> None:
        self.rows, self.keeps_plan = build, keeps_plan
        self.__doc__, self.__name__ = build.__doc__, build.__name__
        hints = [one.annotation for one in inspect.signature(build).parameters.values()][1:]
        self._ids = [n for n, hint in enumerate(hints) if hint in (Id, Ids, Text, Moment)]
        self._lists = {n for n, hint in enumerate(hints) if hint is Ids}
        self._texts = {n for n, hint in enumerate(hints) if hint is Text}
        self._moments = {n for n, hint in enumerate(hints) if hint is Moment}

    def __call__(self, by: Actor, *arguments: Any) -> list[Any]:
        """Return the rows that the built query gives.

        Raises:
            ValueError: the query uses an id otherwise than as a plain parameter.
        """
        values = [arguments[n] for n in self._ids]
        if not all(map(_fits, values)):
            return list(self.rows(by, *arguments))
        fixed = tuple(None if n in self._ids else one for n, one in enumerate(arguments))
        key = (self, by.shape, timezone.localdate(), fixed)
        shape = _shapes.get(key)
        if shape is None:
            shape = self._compile(by, arguments)
            _shapes.put(key, shape)
        return shape.run([by.user_id, *values, by.at and by.at.id])

    def _compile(self, by: Actor, arguments: Sequence[Any]) -> _Shape:
        marked = list(arguments)
        marks: list[Any] = [FIRST_MARK]
        for number, place in enumerate(self._ids, start=1):
            mark: Any = FIRST_MARK + number
            if place in self._texts:
                mark = f"t{mark}"
            elif place in self._moments:
                mark = FAR + dt.timedelta(seconds=number)
            listed = place in self._lists
            marked[place] = [mark] if listed else mark
            marks.append(array_text([mark]) if listed else mark)
        reader = by if by.user_id is None else by.with_same_rights(user_id=FIRST_MARK)
        if by.at:
            marks.append(FIRST_MARK + len(marks))
            reader = reader.with_same_rights(at=replace(by.at, id=marks[-1]))
        rows = self.rows(reader, *marked)
        until = time.monotonic() + SHAPE_AGE
        compiler = rows.query.get_compiler(rows.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return _Shape(rows, until)
        places = [(place, marks.index(one)) for place, one in enumerate(parameters) if one in marks]
        rest = [one for one in parameters if one not in marks]
        said = f"{sql} {rest}"
        if any(str(FIRST_MARK + n) in said for n in range(len(marks))) or str(FAR.year) in said:
            raise ValueError(f"{self.__name__}: an id is not a plain parameter of the query")
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        if self.keeps_plan:
            sql = _spelt_out(sql, parameters, [place for place, _number in places], rows.db)
            parameters = [parameters[place] for place, _number in places]
            places = [(place, number) for place, (_old, number) in enumerate(places)]
        sent = (sql, tuple(parameters), tuple(places), converters, self.keeps_plan)
        return _Shape(rows, until, compiler, *sent)


class _Shapes:
    """The compiled queries of this process, the latest used kept."""

    def __init__(self) -> None:
        self._known: OrderedDict[Any, _Shape] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> _Shape | None:
        """Return a shape that still holds."""
        with self._lock:
            found = self._known.get(key)
            if found is None or found.until < time.monotonic():
                return None
            self._known.move_to_end(key)
            return found

    def put(self, key: tuple[Any, Any, dt.date, Any], shape: _Shape) -> None:
        """Keep a shape; the one unused for longest goes."""
        with self._lock:
            self._known[key] = shape
            while len(self._known) > SHAPES:
                self._known.popitem(last=False)


_shapes = _Shapes()


def prepared(build: "Callable[..., QuerySet[Any]]") -> Prepared:
    """Make a function ``build(by, ...) -> query set`` a prepared read that returns a list."""
    return Prepared(build)


def replanned(build: "Callable[..., QuerySet[Any]]") -> Prepared:
    """The same for lists and words: PostgreSQL plans each time, for the values at hand."""
    return Prepared(build, keeps_plan=False)
