"""What one record of a kind is called where English tells it from many: on buttons, in messages."""

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from zhike.kernel.resources import Resource


def one_of(resource: Resource) -> str:
    """Return the name of a single record; its title where that is no plural."""
    with override(None):
        source = str(resource.title)
    single = pgettext("single", source)
    if single == source and get_language() != "zh-hans":
        single = str(resource.title)
        single = single if single[1:2].isupper() else single[:1].lower() + single[1:]
    return single


def new_one(resource: Resource) -> str:
    """Return the text of the button that creates a record."""
    return _("新建%s") % one_of(resource)
