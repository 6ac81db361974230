"""A visit record: time, place, attendees of both sides, findings, photos and location (DAT-006)."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.api.client import Api
from tests.factories import actor as actor_of
from tests.factories import make, make_user
from tests.interactions.people import actor, customer, person, user
from zhike.exchange import commands
from zhike.interactions.actions import add_photo, log_interaction, log_visit
from zhike.interactions.models import Interaction, VisitPhoto
from zhike.interactions.policies import VisitRecordFacts, VisitRecordRule
from zhike.kernel.errors import Forbidden, Invalid, NotFound
from zhike.kernel.models import PolicyVersion
from zhike.kernel.registry import registry

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DAT-006")]
CASES = Path(__file__).parent / "policies" / "visit_record.yaml"
HERE = "31.230416,121.473701,15"
GPS = 0x8825
ALL = {("*", "*"): "all"}


def photo(size=(40, 20), *, gps=False, name="IMG_1.jpg", kind="JPEG"):
    """A picture as a phone sends it; with ``gps`` it says where it was taken."""
    out = BytesIO()
    exif = Image.Exif()
    if gps:
        exif.get_ifd(GPS)[2] = (31.0, 13.0, 49.0)
        exif[0x010F] = "Phone maker"
    Image.new("RGB", size, "green").save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def in_force(**params):
    make("kernel.policyversion", policy_id=VisitRecordRule.id, params=params,
         status=PolicyVersion.Status.APPROVED, effective_on=timezone.localdate())  # fmt: skip


def browser(who) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(who)
    return client


@pytest.fixture
def world():
    me, mate = (
        make_user("visitor", grants=ALL),
        make_user("mate", grants=ALL, display_name="许听澜"),
    )
    company = make("customers.customer", owner=me)
    return me, mate, company, make("customers.person", customer=company, owner=me, name="顾明远")


@pytest.mark.parametrize("case", yaml.safe_load(CASES.read_text("utf-8")), ids=lambda c: c["case"])
def test_the_rule_by_cases(case):
    rule = registry.policies[VisitRecordRule.id]
    params = rule.parse(case.get("params", {}))
    assert rule.decide(VisitRecordFacts(**case["facts"]), params).outcome == case["outcome"]


def test_all_of_a_visit_from_the_phone_sheet(world):
    me, mate, company, contact = world
    client = browser(me)
    sheet = client.get(f"/log/{company.pk}/?channel=visit").content.decode()
    for name in ("findings", "place", "purpose", "colleagues", "participants", "position"):
        assert f'name="{name}"' in sheet, name
    assert 'accept="image/*" capture="environment"' in sheet
    at = timezone.now().isoformat()
    posted = {
        "summary": "看了二期现场", "channel": "visit", "when": "none", "place": "泰兴工厂",
        "purpose": "选型", "findings": "储罐只剩两周用量", "participants": [contact.pk],
        "colleagues": [mate.pk, me.pk], "position": f"{HERE}.4,{at}", "photos_consented": "on",
        "photos": [photo(gps=True), photo(kind="PNG", name="b.png")],
    }  # fmt: skip
    assert client.post(f"/log/{company.pk}/", posted).status_code == 302
    row = Interaction.unscoped.get()
    assert (row.findings, row.place, row.purpose) == ("储罐只剩两周用量", "泰兴工厂", "选型")
    assert (str(row.latitude), str(row.longitude), row.accuracy) == ("31.230416", "121.473701", 15)
    assert abs(row.located_at - timezone.now()) < dt.timedelta(minutes=1)
    assert [one.user_id for one in row.attendees.all()] == [mate.pk]
    assert [one.person_id for one in row.participants.all()] == [contact.pk]
    assert row.photos.count() == 2
    page = client.get(f"/customers/customer/{company.pk}/").content.decode()
    for words in (
        "储罐只剩两周用量",
        "许听澜",
        "顾明远",
        "泰兴工厂",
        "31.23042, 121.47370",
        "±15 米",
    ):
        assert words in page, words
    record = client.get(f"/interactions/interaction/{row.pk}/").content.decode()
    assert "许听澜" in record
    assert "储罐只剩两周用量" in record


def test_a_few_words_are_still_enough(world):
    me, _mate, company, _contact = world
    client = browser(me)
    answer = client.post(
        f"/log/{company.pk}/", {"summary": "看样", "channel": "visit", "when": "none"}
    )
    assert answer.status_code == 302
    row = Interaction.unscoped.get()
    assert row.latitude is None
    assert row.located_at is None
    assert not row.photos.exists()
    sheet = client.get(f"/log/{company.pk}/").content.decode()
    assert 'name="position" value=""' in sheet  # nothing before the press
    assert "hidden data-locate" in sheet  # and no button without script


def test_photos_lose_what_the_camera_added_and_are_bounded(world):
    me, _mate, company, _contact = world
    in_force(photo_side=400)
    row = log_visit(company, by=actor_of(me), summary="现场", channel="visit", no_next_step=True,
                    photos=[photo((1200, 600), gps=True)], consented=True)  # fmt: skip
    stored = row.photos.get()
    with stored.image.open() as file, Image.open(file) as kept:
        assert kept.size == (400, 200)
        assert not kept.getexif()
    answer = browser(me).get(f"/interactions/visitphoto/{stored.pk}/image/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.getvalue()[:2] == b"\xff\xd8"
    assert browser(me).get(f"/interactions/visitphoto/{stored.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("params", "photos", "consented"),
    [
        ({}, lambda: [photo()], False),
        ({"photos": 1}, lambda: [photo(), photo()], True),
        ({}, lambda: [SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>")], True),
        ({}, lambda: [SimpleUploadedFile("x.jpg", photo().read()[:200])], True),
        ({}, lambda: [SimpleUploadedFile("x.jpg", b"")], True),
    ],
)
def test_photos_that_are_refused_leave_nothing_behind(world, params, photos, consented):
    me, _mate, company, _contact = world
    if params:
        in_force(**params)
    with pytest.raises(Invalid) as error:
        log_visit(company, by=actor_of(me), summary="现场", no_next_step=True,
                  photos=photos(), consented=consented)  # fmt: skip
    assert error.value.fields["photos"][0]
    assert not Interaction.unscoped.exists()
    answer = browser(me).post(f"/log/{company.pk}/", {
        "summary": "现场", "when": "none", "photos": photos(),
        **({"photos_consented": "on"} if consented else {})})  # fmt: skip
    assert answer.status_code == 422
    assert "现场" in answer.content.decode()


@pytest.mark.parametrize(
    "position",
    [
        "91,0,1",
        "0,181,1",
        "31.2",
        "a,b,c",
        "31,121,-5",
        "31,121,5,2020-01-01T00:00:00Z",
        ",,,",
        "1,2,3,x",
    ],
)
def test_positions_that_are_none_are_refused(world, position):
    me, _mate, company, _contact = world
    with pytest.raises(Invalid) as error:
        log_interaction(
            company, by=actor_of(me), summary="现场", no_next_step=True, position=position
        )
    assert "position" in error.value.fields
    assert not Interaction.unscoped.exists()


def test_the_rule_in_force_switches_location_off(world):
    me, _mate, company, _contact = world
    in_force(location=False)
    with pytest.raises(Invalid) as error:
        log_interaction(company, by=actor_of(me), summary="现场", no_next_step=True, position=HERE)
    assert "位置" in error.value.fields["position"][0]
    assert "data-locate" not in browser(me).get(f"/log/{company.pk}/").content.decode()


def test_location_follows_the_rights_on_its_fields(world):
    me, _mate, company, _contact = world
    log_interaction(company, by=actor_of(me), summary="现场", no_next_step=True, position=HERE)
    rules = {("interactions.interaction", name): "hidden" for name in ("latitude", "longitude")}
    other = make_user("other", grants=ALL, fields=rules)
    for address in (f"/customers/customer/{company.pk}/", "/interactions/interaction/"):
        assert "31.23042" not in browser(other).get(address).content.decode(), address
    assert "31.230416" not in Api(other).get("interactions/interaction/").content.decode()
    with pytest.raises(Invalid):
        log_interaction(company, by=actor_of(other), summary="x", no_next_step=True, position=HERE)
    assert "data-locate" not in browser(other).get(f"/log/{company.pk}/").content.decode()


def test_the_interface_logs_and_gives_it_all(world):
    me, mate, company, contact = world
    api = Api(me)
    body = {
        "summary": "现场", "channel": "visit", "findings": "料位低", "position": HERE,
        "colleagues": str(mate.pk), "participants": str(contact.pk), "no_next_step": True,
    }  # fmt: skip
    made = api.post(f"customers/customer/{company.pk}/log-interaction/", body)
    assert made.status_code < 300, made.content
    row = Interaction.unscoped.get()
    found = api.get(f"interactions/interaction/{row.pk}/").json()
    assert (found["findings"], found["latitude"]) == ("料位低", "31.230416")
    attendees = api.get(f"interactions/attendee/?interaction={row.pk}").content.decode()
    assert "许听澜" in attendees


def test_an_export_holds_findings_and_place(world, tmp_path: Path):
    me, _mate, company, _contact = world
    log_interaction(company, by=actor_of(me), summary="现场", findings="料位低", no_next_step=True,
                    position=HERE)  # fmt: skip
    out = tmp_path / "visits.csv"
    commands.export_file(
        "interactions.interaction", "columns=findings,latitude", out, by=actor_of(me)
    )
    text = out.read_text("utf-8-sig")
    assert "料位低" in text
    assert "31.230416" in text


def test_colleagues_are_colleagues(world):
    me, _mate, company, _contact = world
    gone = make("identity.user", is_active=False)
    for wrong in ([gone.pk], "x", [10**7]):
        with pytest.raises(Invalid) as error:
            log_interaction(
                company, by=actor_of(me), summary="x", no_next_step=True, colleagues=wrong
            )
        assert "colleagues" in error.value.fields


def test_only_the_writer_adds_photos_and_outsiders_see_none():
    me, other = user(), user("外人")
    company = customer(me)
    person(company)
    row = log_interaction(company, by=actor(me), summary="现场", no_next_step=True)
    add_photo(row, by=actor(me), photo=photo(), consented=True)
    shot = VisitPhoto.unscoped.get()
    assert shot.consented
    with pytest.raises((Forbidden, NotFound)):
        add_photo(row.pk, by=actor(other), photo=photo(), consented=True)
    stranger = make_user("stranger", grants={("*", "*"): "own"})
    assert browser(stranger).get(f"/interactions/visitphoto/{shot.pk}/image/").status_code == 404


def test_what_was_recorded_keeps_its_history(world):
    me, _mate, company, _contact = world
    row = log_interaction(
        company, by=actor_of(me), summary="现场", findings="旧", no_next_step=True
    )
    client = browser(me)
    edit = {"summary": "现场", "findings": "新", "version": row.version, "channel": "note",
            "direction": "out", "occurred_at": timezone.localtime(row.occurred_at).isoformat(),
            "customer": company.pk, "no_next_step": "on"}  # fmt: skip
    assert client.post(f"/interactions/interaction/{row.pk}/edit/", edit).status_code in {200, 302}
    row.refresh_from_db()
    assert row.findings == "新"
    history = client.get(f"/interactions/interaction/{row.pk}/history/").content.decode()
    assert "旧" in history
