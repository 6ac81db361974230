"""Group robots: the three protocols against a server that checks as the platforms do."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError

from tests.interactions.people import actor, customer, save, unit, user
from zhike.identity.models import Membership
from zhike.interactions import robots
from zhike.interactions.actions import add_comment, deliver, set_robot_address, test_robot
from zhike.interactions.actions.robots import MOST_ATTEMPTS
from zhike.interactions.handlers import after_mention
from zhike.interactions.models import Interaction, Robot, RobotMessage
from zhike.kernel.errors import Invalid
from zhike.kernel.events import Event
from zhike.kernel.models import EventRow
from zhike.kernel.registry import registry

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("COM-018")]
queue_test = test_robot
test_robot = None  # an action, not a test
SECRET = "SEC-秘密"
FRESH_SECONDS = 3600


def signature(key: str, message: str) -> str:
    return base64.b64encode(
        hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()


class Platform(BaseHTTPRequestHandler):
    """Answers like the three platforms: wrong key or signature, malformed body, success."""

    received: list = []
    broken = 0

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).broken:
            type(self).broken -= 1
            self.send_response(502)
            self.end_headers()
            return
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = json.loads(raw)
        assert self.headers["Content-Type"].startswith("application/json")
        answer = getattr(self, parts.path.strip("/").split("/")[0])(query, body)
        type(self).received.append((parts.path, body))
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def cgi(self, query, body):
        if query.get("key") != "k1":
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if body.get("msgtype") != "text" or len(body["text"]["content"].encode()) > 2048:
            return {"errcode": 44004, "errmsg": "bad text"}
        return {"errcode": 0, "errmsg": "ok"}

    def robot(self, query, body):
        fresh = abs(time.time() * 1000 - int(query["timestamp"])) < FRESH_SECONDS * 1000
        signed = signature(SECRET, f"{query['timestamp']}\n{SECRET}") == query["sign"]
        if query.get("access_token") != "t1" or not fresh or not signed:
            return {"errcode": 310000, "errmsg": "sign not match"}
        assert body["msgtype"] == "text"
        assert body["text"]["content"]
        return {"errcode": 0, "errmsg": "ok"}

    def open(self, query, body):
        fresh = abs(time.time() - int(body["timestamp"])) < FRESH_SECONDS
        if not fresh or signature(f"{body['timestamp']}\n{SECRET}", "") != body["sign"]:
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
        assert body["msg_type"] == "text"
        assert body["content"]["text"]
        return {"code": 0, "msg": "success", "data": {}}

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    Platform.received, Platform.broken = [], 0
    running = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    place = f"127.0.0.1:{running.server_port}"
    settings.ROBOT_PLAIN_HOSTS = (place,)
    yield f"http://{place}"
    running.shutdown()
    running.server_close()
    thread.join()


PATHS = {
    "wecom": ("/cgi-bin/webhook/send?key=k1", ""),
    "dingtalk": ("/robot/send?access_token=t1", SECRET),
    "feishu": ("/open-apis/bot/v2/hook/x", SECRET),
}


@pytest.fixture(autouse=True)
def _names(monkeypatch):
    monkeypatch.setattr(Platform, "cgi-bin", Platform.cgi, raising=False)
    monkeypatch.setattr(Platform, "open-apis", Platform.open, raising=False)


def robot(platform="wecom", **fields):
    return save(Robot(name=f"{platform} 群", platform=platform, **fields))


@pytest.mark.parametrize("platform", PATHS)
def test_each_platform_takes_the_message(server, platform):
    by = actor(user(), everything=True)
    row = robot(platform)
    path, secret = PATHS[platform]
    set_robot_address(row.pk, by=by, address=server + path, secret=secret)
    queue_test(row.pk, by=by)
    message = RobotMessage.unscoped.get()
    deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts, message.error) == ("sent", 1, "")
    assert len(Platform.received) == 1
    deliver(message.pk)
    assert len(Platform.received) == 1, "a job that runs twice sends once"


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
def test_a_wrong_secret_is_given_up_at_once(server, platform):
    by = actor(user(), everything=True)
    row = robot(platform)
    set_robot_address(row.pk, by=by, address=server + PATHS[platform][0], secret="falsch")
    queue_test(row.pk, by=by)
    message = RobotMessage.unscoped.get()
    deliver(message.pk)
    message.refresh_from_db()
    assert message.status == "failed"
    assert "sign" in message.error
    assert SECRET not in message.error


def test_a_failure_is_tried_again_and_then_given_up(server):
    by = actor(user(), everything=True)
    row = robot()
    set_robot_address(row.pk, by=by, address=server + PATHS["wecom"][0])
    queue_test(row.pk, by=by)
    message = RobotMessage.unscoped.get()
    Platform.broken = 1
    with pytest.raises(robots.RobotError):
        deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts, message.error) == ("waiting", 1, "HTTP 502")
    deliver(message.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("sent", 2)
    queue_test(row.pk, by=by)
    last = RobotMessage.unscoped.latest("id")
    Platform.broken = MOST_ATTEMPTS
    for _n in range(MOST_ATTEMPTS - 1):
        with pytest.raises(robots.RobotError):
            deliver(last.pk)
    deliver(last.pk)
    last.refresh_from_db()
    assert last.status == "failed"


@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/x", "https://evil.example/x", "https://127.0.0.1/x",
        "https://qyapi.weixin.qq.com.evil.example/", "https://a@qyapi.weixin.qq.com/x",
        "https://qyapi.weixin.qq.com:8443/x", "file:///etc/passwd", "https://[", "",
    ],
)  # fmt: skip
def test_no_other_host_is_ever_called(address):
    with pytest.raises(ValidationError):
        robots.check_address(address)
    with pytest.raises(Invalid):
        set_robot_address(robot().pk, by=actor(user(), everything=True), address=address)


def test_documented_hosts_are_allowed():
    for address in (
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "https://oapi.dingtalk.com/robot/send?access_token=1",
        "https://open.feishu.cn/open-apis/bot/v2/hook/1",
    ):
        robots.check_address(address)


def test_address_and_secret_are_in_no_history_column_or_api_form():
    row = robot(address="https://qyapi.weixin.qq.com/k", secret=SECRET)
    history = {field.name for field in row.pgh_event_model._meta.fields}
    assert not {"address", "secret"} & history
    resource = registry.resource("interactions.robot")
    shown = {column.name for column in resource.all_columns()} | set(resource.form_fields())
    assert not {"address", "secret"} & shown


def test_long_texts_are_cut_where_wecom_would_refuse():
    _address, body = robots.request_for("wecom", "https://x", "", "中" * 1000, now=0)
    assert len(body["text"]["content"].encode()) <= 2048


def test_a_mention_reaches_the_group_of_the_colleagues_department(server):
    me, colleague = user("陆知行"), user("周岚")
    east, west = unit("华东大区"), unit("西南大区")
    save(Membership(user=colleague, unit=east, valid_from="2020-01-01"))
    for place in (east, west):
        row = robot(unit=place)
        set_robot_address(row.pk, by=actor(me, everything=True), address=server + PATHS["wecom"][0])
    company = customer(colleague, "机密客户有限公司")
    talk = save(Interaction(
        customer=company, channel="call", occurred_at="2026-03-03T10:00+08:00", summary="x",
        no_next_step=True, owner=me,
    ))  # fmt: skip
    everything = actor(me, everything=True)
    from tests.factories import make, make_user  # noqa: F401  (rights of the colleague)

    role = make("identity.role", code="r", name="r")
    make("identity.roleassignment", user=colleague, role=role)
    make("trust.grant", role=role, resource="interactions.comment", verb="view", reach="all")
    add_comment(talk, by=everything, text="@周岚 请看")
    stored = EventRow.objects.get(name="interactions.colleagues_mentioned")
    event: Event = registry.events[stored.name].load(stored.payload)
    after_mention(event)
    message = RobotMessage.unscoped.get()
    assert message.robot.unit_id == east.pk
    assert "周岚" in message.text
    assert "机密" not in message.text, "a group may hold readers without the right"
