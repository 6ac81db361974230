"""Photos of a visit: kept with the consent of those concerned, without what the camera adds."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.customers.models import Customer
from zhike.interactions.actions.attending import refusal
from zhike.interactions.actions.log import log_interaction
from zhike.interactions.models import Interaction, VisitPhoto
from zhike.interactions.photos import NoPhoto, plain_photo
from zhike.interactions.policies import VisitRecordFacts, VisitRecordRule
from zhike.kernel import kinds
from zhike.kernel.actions import action, authorise, recorded, store
from zhike.kernel.actor import Actor
from zhike.kernel.errors import Forbidden, Invalid
from zhike.kernel.policy_store import in_force

MEGABYTE = 2**20


def log_visit(
    customer: Customer | int,
    *,
    by: Actor,
    photos: Sequence[Any] = (),
    consented: bool = False,
    **values: Any,
) -> Interaction:
    """Log a communication with its photos in one step; see ``log_interaction`` for the values.

    Raises:
        Invalid: as ``log_interaction``; photos without consent, too many, too large, or no photos.
    """
    with recorded(by, log_interaction.name):
        row: Interaction = log_interaction(customer, by=by, **values)
        _keep(row, photos, consented=consented, by=by)
    return row


@action(
    "interactions.add_photo",
    on=Interaction,
    verb="change",
    title=gettext_lazy("加照片"),
    icon="camera-plus",
    available=lambda row, by: row.owner_id == by.user_id,
)
def add_photo(
    row: Interaction,
    *,
    by: Actor,
    photo: Annotated[Any, kinds.Attachment(gettext_lazy("照片"))],
    consented: Annotated[bool, kinds.Bool(gettext_lazy("已征得同意"), default=False)] = False,
) -> Interaction:
    """Add a photo to one's own communication."""
    _keep(row, [photo], consented=bool(consented), by=by)
    return row


def _keep(row: Interaction, files: Sequence[Any], *, consented: bool, by: Actor) -> None:
    if not files:
        return
    authorise(by, VisitPhoto.key(), "create")
    if row.owner_id != by.user_id:
        raise Forbidden(_("只有记录人可以加照片。"))
    stored = VisitPhoto.unscoped.filter(interaction=row, archived_at__isnull=True).count()
    largest = max(int(one.size or 0) for one in files) / MEGABYTE
    facts = VisitRecordFacts(
        photos=stored + len(files), largest_mb=round(largest, 2), consented=consented
    )
    refused = refusal(facts, "photos")
    if refused:
        raise Invalid(fields={"photos": [refused]})
    side = in_force(VisitRecordRule.id)[1].photo_side
    try:
        ready = [plain_photo(one, side) for one in files]
    except NoPhoto as error:
        raise Invalid(fields={"photos": [str(error)]}) from error
    for image in ready:
        photo = VisitPhoto(
            interaction=row, customer_id=row.customer_id, image=image, consented=consented
        )
        store(photo, by=by)
