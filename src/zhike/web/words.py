"""What one record of a kind is called where English tells it from many: on buttons, in messages."""

from django.utils.translation import gettext as _

from zhike.kernel.kinds.links import single
from zhike.kernel.resources import Resource


def one_of(resource: Resource) -> str:
    """Return the name of a single record, as it stands within a sentence."""
    title = str(single(resource.title))
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def new_one(resource: Resource) -> str:
    """Return the text of the button that creates a record."""
    return _("新建%s") % one_of(resource)
