"""What a visit record may hold besides words: location and photos (DAT-006)."""

from pydantic import Field

from zhike.kernel.policies import N_, Decision, Facts, Params, Policy, Reason


class VisitRecordFacts(Facts):
    """What somebody wants to keep with a communication.

    Attributes:
        located: a location of the writer; photos: how many, those stored before included;
        largest_mb: the largest of them; consented: the people concerned agreed to the photos.
    """

    located: bool = False
    photos: int = 0
    largest_mb: float = 0
    consented: bool = False


class VisitRecordParams(Params):
    """Whether location and photos may be kept, and how much of them."""

    location: bool = Field(default=True, title=N_("可记录位置"))
    photos: int = Field(default=6, ge=0, le=20, title=N_("照片张数上限"))
    photo_mb: int = Field(default=20, ge=1, le=50, title=N_("单张照片上限（MB）"))
    photo_consent: bool = Field(default=True, title=N_("照片须征得同意"))
    photo_side: int = Field(default=1600, ge=400, le=4000, title=N_("保存的照片长边（像素）"))


class VisitRecordRule(Policy[VisitRecordFacts, VisitRecordParams]):
    """Location only if allowed; photos only so many, not too large, and with consent."""

    id = "interactions.visit_record"
    title = N_("拜访记录的位置与照片")
    statement = N_(
        "位置只在记录人点击“记录位置”后保存，并可由本规则停用；每次最多 {photos} 张照片，"
        "单张不超过 {photo_mb} MB，保存前去除拍摄信息；要求同意时，未勾选“已征得同意”的照片不予保存。"
    )
    owner_role = "crm_supervisor"
    source = "DAT-006; 拜访记录"
    subject = "interactions.interaction"
    icon = "map-pin"
    Facts = VisitRecordFacts
    Params = VisitRecordParams

    def decide(self, facts: VisitRecordFacts, params: VisitRecordParams) -> Decision:
        """Return ``{"location", "photos"}``: whether each may be kept."""
        place = Reason(N_("规则允许记录位置"), params.location or not facts.located)
        limits = {"photos": params.photos, "mb": params.photo_mb}
        photos = (
            Reason(
                N_("每次最多 {photos} 张照片"), facts.photos <= params.photos,
                str(facts.photos), limits,
            ),
            Reason(
                N_("单张照片不超过 {mb} MB"), facts.largest_mb <= params.photo_mb,
                f"{facts.largest_mb:g}", limits,
            ),
            Reason(
                N_("照片已征得对方同意"),
                facts.consented or not params.photo_consent or not facts.photos,
            ),
        )  # fmt: skip
        outcome = {"location": place.holds, "photos": all(one.holds for one in photos)}
        return Decision(outcome, (place, *photos))
