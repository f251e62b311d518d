"""What others try on the desk: forged forms, fixed sessions, frames, false ways on, foreign origins."""

import msgspec
import pytest
from litestar.testing import TestClient

from content_api.app import create_app
from content_api.desk import pages
from content_api.desk.entrance import within
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow import accounts
from tests.contracts.desk.desk import Desk
from tests.each import for_each
from tests.people import give_password

BACKENDS = ("sqlite",)
EMAIL, GOOD = "kim@example.org", "a good password"
Client = TestClient  # type: ignore[type-arg]


@pytest.fixture
def person(database: Database) -> str:
    with database.write() as tx:
        account_id = accounts.add_user(tx, EMAIL, "reviewer")
    give_password(database, account_id, GOOD)
    return account_id


FORM = {"email": EMAIL, "password": GOOD}


@pytest.mark.parametrize("csrf", [None, "", "x", "é", "0" * 64])
def test_a_form_without_the_sessions_token_changes_nothing(desk: Desk, csrf: str | None) -> None:
    """CSRF: a change needs the token of its session, in the form or in the header; another session's is none."""
    fields = {} if csrf is None else {"csrf": csrf}
    cookie = {"Cookie": f"hanmi_session={desk.token}"}
    for path in ("/desk/sign-out", "/desk/account", "/desk/account/sessions/end"):
        answer = desk.http.post(path, data=fields, headers=cookie, follow_redirects=False)
        assert answer.status_code == 403
    tag = {"slug": "a", "name": {"ko": "가", "en": "A"}}
    header = {} if csrf is None else {"X-CSRF-Token": csrf.encode()}
    assert desk.http.post("/v1/editorial/tags", json=tag, headers=cookie | header).status_code == 403
    assert desk.get("/desk/account").status_code == 200
    assert desk.call("GET", "/v1/editorial/tags").json()["items"] == []


PART = b'--b\r\nContent-Disposition: form-data; name="email"%s\r\n\r\n\xff\xfe\r\n--b--\r\n'


@for_each("path", ["/desk/sign-in", "/desk/preview", "/desk/entries/new", "/desk/glossary"])
@for_each(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"email=\xff\xfe"),
        ("multipart/form-data; boundary=b", PART % b""),
        ("multipart/form-data; boundary=b", PART % b"\r\nContent-Type: text/plain; charset=klingon"),
    ],
)
def test_a_form_that_is_no_text_is_refused(desk: Desk, path: str, kind: str, body: bytes) -> None:
    """Bytes that are not what they claim to be, and encodings nobody knows, are a fault of whoever sends them."""
    headers = {"Cookie": f"hanmi_session={desk.token}", "Content-Type": kind}
    assert 400 <= desk.http.post(path, content=body, headers=headers).status_code < 500


def test_one_sessions_token_is_not_anothers(desk: Desk, desk_as: object) -> None:
    """CSRF: the token belongs to the session, so that one who is signed in cannot forge for others."""
    other = desk_as("admin")  # type: ignore[operator]
    forged = Desk(desk.http, desk.token, other.csrf)
    assert forged.post("/desk/sign-out").status_code == 403


def test_a_session_is_new_at_every_sign_in(client: Client, person: str) -> None:
    """Fixation: a token that was there before is never taken up, and ends if it was a session."""
    planted = client.post("/desk/sign-in", data=FORM, headers={"Cookie": "hanmi_session=planted"})
    assert client.get("/desk/session", headers={"Cookie": "hanmi_session=planted"}).url.path == "/desk/sign-in"
    tokens = []
    for _ in range(2):
        answer = client.post("/desk/sign-in", data=FORM, follow_redirects=False)  # with the cookie before it
        tokens.append(answer.cookies["hanmi_session"])
    assert planted.status_code < 500
    assert len({"planted", *tokens}) == 3
    codes = [
        client.get("/desk/account", headers={"Cookie": f"hanmi_session={each}"}, follow_redirects=False).status_code
        for each in tokens
    ]
    assert codes == [303, 200]


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/welcome?token=x", "/desk/account", "/desk/none"])
def test_no_page_can_be_framed_or_run_what_is_not_ours(desk: Desk, path: str) -> None:
    """Clickjacking: no page stands in a frame; nothing inline runs, and nothing of it is kept."""
    answer = desk.get(path)
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    assert "style=" not in answer.text
    assert "<style" not in answer.text


ELSEWHERE = [
    *("https://evil.example", "//evil.example/desk", "/\\evil.example", "/desk\\@evil.example", "javascript:alert(1)"),
    *("/deskevil", "/v1/news", "https:/desk", "///desk", "/desk\r\nX: y", "/desk/../v1/news", "", "\t//evil.example"),
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_led_elsewhere(client: Client, person: str, address: str) -> None:
    """Open redirects: what is not a page of the desk is its first page, after signing in and choosing a language."""
    assert within(address) == "/desk"
    answer = client.post("/desk/sign-in", params={"next": address}, data=FORM, follow_redirects=False)
    assert answer.headers["location"] == "/desk"
    answer = client.post("/desk/language", data={"language": "ko", "next": address}, follow_redirects=False)
    assert answer.headers["location"] == "/desk"


@pytest.mark.parametrize("address", ["/desk", "/desk/entries?q=한글&x=%2F", "/desk/glossary#a"])
def test_a_page_of_the_desk_is_led_to(address: str) -> None:
    """A page of the desk is where one goes back to."""
    assert within(address) == address


@pytest.mark.parametrize("public", ["", "https://hanmi.example", "http://hanmi.example"])
def test_the_cookie_is_for_the_server_alone(settings: Settings, database: Database, person: str, public: str) -> None:
    """The cookie is HttpOnly, SameSite=Lax, for the whole host, and Secure where the service is reached by https."""
    made = msgspec.structs.replace(settings, public_url=public)
    with TestClient(create_app(made, database, with_worker=False)) as client:
        answer = client.post("/desk/sign-in", data=FORM, follow_redirects=False)
        flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) == public.startswith("https")
    assert not any(flag.startswith("domain") for flag in flags)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver.local"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver.local"}, 303),
        ({"Origin": "http://testserver.local"}, 303),
        ({}, 303),
    ],
)
def test_nobody_is_signed_in_from_another_sites_page(
    client: Client, person: str, headers: dict[str, str], code: int
) -> None:
    """A form of another site signs nobody in as somebody else; who sends no origin is no browser."""
    assert client.post("/desk/sign-in", data=FORM, headers=headers, follow_redirects=False).status_code == code


def test_the_password_is_not_in_the_answers_or_the_log(
    client: Client, person: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What was typed as a password is never written anywhere."""
    answer = client.post("/desk/sign-in", data={"email": EMAIL, "password": "sesame open now"})
    assert "sesame" not in answer.text
    assert "sesame" not in caplog.text


@pytest.mark.parametrize("name", ["desk.css", "desk.js"])
def test_the_style_and_the_script_are_small(client: Client, name: str) -> None:
    """The style has under 20 kB, the script under 25 kB; both are kept for ever at an address of their content."""
    answer = client.get(pages.asset_address(name))
    assert answer.status_code == 200
    assert len(answer.content) < {"desk.css": 20_000, "desk.js": 25_000}[name]
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"/desk/static/0000/{name}", follow_redirects=False).status_code == 404
