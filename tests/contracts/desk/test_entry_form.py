"""The form of an entry: what is saved by it, what is refused, and that nothing typed is ever lost."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.worker import Worker
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.desk.desk import Desk
from tests.contracts.desk.form import Form, opened
from tests.people import signed_in

BOTH = {"ko": {"title": "감사의 날", "body": "첫 글입니다."}, "en": {"title": "Thanks", "body": "First text."}}
NASTY = "</textarea><script>alert(1)</script><svg onload=alert(1)>\u202e[x](javascript:alert(1))"


def created(answer: Any, api: Api) -> Any:
    """Return the entry that a form added."""
    assert answer.status_code == 303, answer.text
    return api.entry(answer.headers["location"].removeprefix("/desk/entries/").partition("?")[0])


def number(api: Api, entry: Any, locale: str) -> int:
    """Return the number of a language's newest revision."""
    return int(api.entry(entry["id"])["texts"][locale]["revision"])


def test_an_entry_is_written_in_both_languages_at_once(desk: Desk, api: Api) -> None:
    """All that is typed into the empty form is in the entry it makes."""
    form = Form(desk, "/desk/entries/new")
    entry = created(
        form.send(
            title_ko="감사의 날",
            summary_ko="두 줄\r\n요약",
            body_ko="\n첫 줄이 비었습니다.",
            title_en="Thanks",
            body_en="Text.",
            kind="history",
            date="1953-07",
            slug="thanks",
            more_tags="참전용사, Korean War",
        ),
        api,
    )
    assert (entry["kind"], entry["source_locale"], entry["slug"], entry["date"]) == (
        "history",
        "ko",
        "thanks",
        "1953-07",
    )
    assert entry["tags"] == ["참전용사", "korean-war"]
    assert entry["texts"]["ko"]["summary"] == "두 줄\n요약"
    assert entry["texts"]["ko"]["body"] == "\n첫 줄이 비었습니다."
    assert entry["texts"]["en"]["title"] == "Thanks"
    assert opened(desk, entry).fields["body_ko"] == "\n첫 줄이 비었습니다."


def test_whoever_writes_one_language_only_writes_the_entry_in_it(desk: Desk, api: Api) -> None:
    """Nobody is sent back for not having said that the entry is in English."""
    entry = created(Form(desk, "/desk/entries/new").send(title_en="Thanks", body_en="Text.", translate=""), api)
    assert entry["source_locale"] == "en"
    assert entry["drafts"] == []


@pytest.mark.parametrize("ticked", ["1", ""])
def test_a_new_entry_asks_for_its_translation_where_that_is_ticked(desk: Desk, api: Api, ticked: str) -> None:
    """The box decides, and is as it was left the next time."""
    answer = Form(desk, "/desk/entries/new").send(title_ko="감사의 날", body_ko="글입니다.", translate=ticked)
    assert len(created(answer, api)["drafts"]) == bool(ticked)
    assert f"hanmi_translate={ticked or 0}" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title_ko", " ", "This cannot be empty."),
        ("title_en", "x" * 301, "At most 300 characters; it has 301."),
        ("summary_ko", "가" * 1_001, "At most 1,000 characters; it has 1,001."),
        ("body_ko", "a\x07b", "It holds a character that cannot be stored."),
        ("date", "1953-13", "Write it as 1953, 1953-07 or 1953-07-27."),
        ("slug", "a b", "Use lower-case letters, Hangul and digits"),
        ("position", "minus one", "Write a number from 0 to 1,000,000."),
        ("more_tags", "?!", "One of these cannot be a tag"),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_the_rules_refuse_is_said_at_its_field(
    desk: Desk, api: Api, is_new: bool, field: str, value: str, said: str
) -> None:
    """The form comes back with every word as it was typed, and says at the field what is wrong with it."""
    form = Form(desk, "/desk/entries/new") if is_new else opened(desk, api.create(kind="mission"))
    typed = {"title_ko": "제목", "body_ko": "쓰던 글", "title_en": "Title", "body_en": NASTY} | {field: value}
    answer = form.send(**typed)
    assert answer.status_code == 422
    assert f'id="wrong-{field}">{said}' in answer.text
    assert {name: form.fields[name] for name in typed} == typed


def test_several_faults_are_said_at_once(desk: Desk) -> None:
    """Nobody mends one fault to be told of the next."""
    answer = Form(desk, "/desk/entries/new").send(title_ko=" ", body_ko="글", date="soon")
    assert 'id="wrong-title_ko"' in answer.text
    assert 'id="wrong-date"' in answer.text


def test_an_empty_form_makes_nothing(desk: Desk, api: Api) -> None:
    """A title is asked for in the language that was chosen."""
    answer = Form(desk, "/desk/entries/new").send(source_locale="en")
    assert (answer.status_code, 'id="wrong-title_en"' in answer.text) == (422, True)
    assert api.ok("GET", "entries")["items"] == []


def test_a_slug_that_is_taken_is_said_at_its_field(desk: Desk, api: Api) -> None:
    """For a new entry and for one that is there."""
    api.create(slug="thanks")
    for form in (Form(desk, "/desk/entries/new"), opened(desk, api.create())):
        answer = form.send(title_ko="제목", slug="thanks")
        assert (answer.status_code, form.fields["title_ko"]) == (409, "제목")
        assert 'id="wrong-slug">Another entry has this address.' in answer.text


def test_saving_saves_what_was_changed(desk: Desk, api: Api) -> None:
    """A language that was not touched gets no revision; nothing at all changes nothing at all."""
    entry = api.create(texts=BOTH)
    assert opened(desk, entry).send().status_code == 303
    assert api.entry(entry["id"])["etag"] == entry["etag"]
    opened(desk, entry).send(body_en="Second text.")
    assert (number(api, entry, "ko"), number(api, entry, "en")) == (1, 2)
    opened(desk, entry).send(slug="another", date="2026", more_tags="veterans")
    now = api.entry(entry["id"])
    assert (now["slug"], now["date"], now["tags"]) == ("another", "2026", ["veterans"])
    assert (number(api, entry, "ko"), number(api, entry, "en")) == (1, 2)
    opened(desk, entry).send(date="", tag=[])
    assert (api.entry(entry["id"])["date"], api.entry(entry["id"])["tags"]) == (None, [])


def test_a_changed_source_asks_for_a_draft_where_that_is_ticked(desk: Desk, api: Api) -> None:
    """A change of the translation, or of the date, asks for none."""
    entry = api.create(texts=BOTH)
    opened(desk, entry).send(body_en="Second text.", date="2026", translate="1")
    assert api.entry(entry["id"])["drafts"] == []
    opened(desk, entry).send(body_ko="다른 글입니다.", translate="1")
    assert len(api.entry(entry["id"])["drafts"]) == 1


def test_two_editors_of_one_text_lose_nothing(desk_as: Callable[..., Desk], api: Api) -> None:
    """The second is shown both versions with what differs, and their next save is over what they have seen."""
    entry = api.create(texts=BOTH)
    first, second = opened(desk_as("reviewer"), entry), opened(desk_as("admin"), entry)
    assert first.send(body_ko="첫 글을 고쳤습니다.").status_code == 303
    answer = second.send(body_ko="첫 글을 나도 고쳤습니다.", title_en="My thanks")
    assert answer.status_code == 409
    assert "Somebody else saved this text meanwhile" in answer.text
    assert "reviewer@example.org" in answer.text
    assert "<ins>나도" in answer.text.replace("\n", "")
    assert (second.fields["body_ko"], second.fields["title_en"]) == ("첫 글을 나도 고쳤습니다.", "My thanks")
    assert (number(api, entry, "ko"), number(api, entry, "en")) == (2, 1)

    assert second.send(body_ko="첫 글을 둘이 고쳤습니다.").status_code == 303
    ko, en = (api.entry(entry["id"])["texts"][locale] for locale in ("ko", "en"))
    assert (ko["revision"], ko["body"], en["title"]) == (3, "첫 글을 둘이 고쳤습니다.", "My thanks")


def test_the_saved_text_can_be_taken(desk_as: Callable[..., Desk], api: Api) -> None:
    """One press puts it into the fields; saving then has nothing to save."""
    entry = api.create(texts=BOTH)
    first, second = opened(desk_as("reviewer"), entry), opened(desk_as("admin"), entry)
    first.send(body_ko="첫 글을 고쳤습니다.")
    second.send(body_ko="내 글입니다.")
    assert second.send("theirs.ko").status_code == 200
    assert second.fields["body_ko"] == "첫 글을 고쳤습니다."
    assert second.send().status_code == 303
    assert number(api, entry, "ko") == 2


def test_editors_of_two_languages_do_not_meet(desk: Desk, api: Api) -> None:
    """Whoever edits the translation is not stopped by a save of the source, nor does it come back as it was."""
    entry = api.create(texts=BOTH)
    form = opened(desk, entry)
    api.save(entry["id"], "ko", title="감사의 날", body="고친 글입니다.")
    assert form.send(title_en="Many thanks").status_code == 303
    now = api.entry(entry["id"])["texts"]
    assert (now["ko"]["body"], now["en"]["title"]) == ("고친 글입니다.", "Many thanks")


def test_two_who_change_the_same_detail_are_told(desk: Desk, api: Api) -> None:
    """What only one of them changed is merged; what both changed is shown."""
    entry = api.create()
    form = opened(desk, entry)
    api.ok("PATCH", f"entries/{entry['id']}", {"date": "2025", "tags": ["veterans"]}, etag="*")
    answer = form.send(date="2026", slug="mine")
    assert answer.status_code == 409
    assert "Somebody changed this meanwhile, to: 2025" in answer.text
    assert (form.fields["date"], form.fields["slug"], form.fields["tag"]) == ("2026", "mine", ["veterans"])
    assert api.entry(entry["id"])["slug"] != "mine"
    assert form.send().status_code == 303
    now = api.entry(entry["id"])
    assert (now["date"], now["slug"], now["tags"]) == ("2026", "mine", ["veterans"])


def test_an_entry_deleted_meanwhile_gives_the_words_back(desk: Desk, api: Api) -> None:
    """They can be saved as a new entry."""
    entry = api.create()
    form = opened(desk, entry)
    api.call("DELETE", f"entries/{entry['id']}", etag="*")
    answer = form.send(body_ko="쓰던 글")
    assert answer.status_code == 404
    assert form.fields["body_ko"] == "쓰던 글"
    form.address = "/desk/entries/new"
    assert created(form.send(), api)["texts"]["ko"]["body"] == "쓰던 글"


def test_a_session_that_ended_gives_the_words_back(desk: Desk, desk_as: Callable[..., Desk], api: Api) -> None:
    """Without the script too: they are on the page, and after signing in again in the form."""
    entry = api.create()
    form = opened(desk, entry)
    stranger = Desk(desk.http, "ended", "stale")
    form.desk = stranger
    answer = form.send(body_ko=NASTY, date="2026")
    assert answer.status_code == 401
    assert NASTY not in answer.text
    assert (form.fields["body_ko"], form.fields["date"]) == (NASTY, "2026")
    again = desk_as("admin")
    form.desk = Desk(again.http, again.token, "stale")
    assert form.send("resume").status_code == 403
    assert form.fields["body_ko"] == NASTY
    assert number(api, entry, "ko") == 1
    form.desk = again
    assert form.send().status_code == 303
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == NASTY


def test_a_form_from_elsewhere_changes_nothing(desk: Desk, api: Api) -> None:
    """Without the session's token nothing is saved."""
    entry = api.create()
    form = opened(desk, entry)
    form.desk = Desk(desk.http, desk.token, "guessed")
    assert form.send(body_ko="남의 글").status_code == 403
    assert number(api, entry, "ko") == 1


def test_a_working_copy_is_opened_and_can_be_thrown_away(desk: Desk, api: Api) -> None:
    """The form goes on where the script had kept it, says so and how it differs; it is gone once discarded or saved."""
    entry = api.create(texts=BOTH)
    address = f"/v1/editorial/entries/{entry['id']}/texts/ko/working-copy"
    kept = {"title": "감사의 날", "summary": "", "body": "첫 글을 고치는 중", "base_revision": 1}
    assert desk.call("PUT", address, kept).status_code == 200
    form = opened(desk, entry)
    assert form.fields["body_ko"] == "첫 글을 고치는 중"
    assert "You have not saved this yet" in form.page
    assert "<del>글입니다.</del>" in form.page
    assert form.send("discard.ko", body_en="Kept all the same.").status_code == 303
    form = opened(desk, entry)
    assert (form.fields["body_ko"], form.fields["body_en"]) == ("첫 글입니다.", "Kept all the same.")
    assert number(api, entry, "en") == 1
    desk.call("PUT", address, kept)
    assert opened(desk, entry).send().status_code == 303
    assert desk.call("GET", address).status_code == 404
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "첫 글을 고치는 중"


def test_a_working_copy_of_an_older_text_is_opened_beside_the_newer_one(desk_as: Callable[..., Desk], api: Api) -> None:
    """Somebody saved since: both are shown at once, and the next save is over what is seen."""
    desk = desk_as("author")
    entry = api.create(texts=BOTH)
    kept = {"title": "감사의 날", "summary": "", "body": "내 글", "base_revision": 1}
    desk.call("PUT", f"/v1/editorial/entries/{entry['id']}/texts/ko/working-copy", kept)
    api.save(entry["id"], "ko", title="감사의 날", body="남의 글")
    form = opened(desk, entry)
    assert "Somebody else saved this text meanwhile" in form.page
    assert (form.fields["body_ko"], form.fields["base_ko"]) == ("내 글", "2")


def test_one_press_saves_and_publishes(desk: Desk, api: Api) -> None:
    """What stands in the form is what becomes public, in one language or in both."""
    entry = api.create(texts=BOTH)
    assert opened(desk, entry).send("publish.ko", body_ko="고친 글입니다.").status_code == 303
    now = api.entry(entry["id"])["texts"]
    assert (now["ko"]["published_revision"], now["en"]["published_revision"]) == (2, None)
    opened(desk, entry).send("publish.both")
    assert api.entry(entry["id"])["texts"]["en"]["published_revision"] == 1
    opened(desk, entry).send("withdraw.ko", body_ko="쓰다 만 글")
    now = api.entry(entry["id"])["texts"]
    assert (now["ko"]["published_revision"], now["ko"]["revision"]) == (None, 2)
    assert opened(desk, entry).fields["body_ko"] == "쓰다 만 글"


def test_nobody_publishes_what_they_have_not_seen(desk: Desk, api: Api) -> None:
    """Where somebody changed the entry meanwhile, nothing is done; the form shows what is there now."""
    entry = api.create(texts=BOTH)
    form = opened(desk, entry)
    api.save(entry["id"], "ko", title="감사의 날", body="못 본 글")
    answer = form.send("publish.ko")
    assert (answer.status_code, "Somebody changed it meanwhile." in answer.text) == (412, True)
    assert form.fields["body_ko"] == "못 본 글"
    assert api.entry(entry["id"])["texts"]["ko"]["published_revision"] is None
    assert form.send("publish.ko").status_code == 303


def test_a_language_without_a_text_is_not_published(desk: Desk, api: Api) -> None:
    """The form says so."""
    form = opened(desk, api.create())
    assert form.send("publish.en").status_code == 409
    assert "There is no text in this language yet." in form.page


def test_a_schedule_is_in_the_associations_time(desk: Desk, api: Api, clock: Clock) -> None:
    """Nine in the evening in Seoul is noon in UTC, and is shown as nine in the evening; it can be cancelled."""
    entry = api.create(texts=BOTH)
    form = opened(desk, entry)
    assert form.send("schedule.ko", at_ko="2000-01-01T09:00").status_code == 422
    assert "Choose a date and time to come." in form.page
    assert form.send("schedule.ko", at_ko="").status_code == 422
    assert form.send("schedule.ko", at_ko="2100-05-01T21:00").status_code == 303
    (planned,) = api.entry(entry["id"])["schedules"]
    assert (planned["at"], planned["action"], planned["revision"]) == ("2100-05-01T12:00:00Z", "publish", 1)
    form = opened(desk, entry)
    assert "1 May 2100, 21:00 (Asia/Seoul time)" in form.page
    assert form.send(f"unschedule.{planned['id']}").status_code == 303
    assert api.entry(entry["id"])["schedules"] == []


def test_a_draft_is_asked_for_looked_at_and_reviewed(desk: Desk, api: Api, worker: Worker) -> None:
    """The form leads to the draft, and says how it stands."""
    entry = api.create()
    form = opened(desk, entry)
    assert "Draft a translation" in form.page
    assert form.send("draft.en").status_code == 303
    (draft,) = api.entry(entry["id"])["drafts"]
    form = opened(desk, entry)
    assert "Translation queued" in form.page
    assert "Draft a translation" not in form.page
    worker.work_once()
    assert f'href="/desk/drafts/{draft["id"]}">Review the draft' in opened(desk, entry).page


def test_a_translation_behind_its_source_is_confirmed(desk: Desk, api: Api) -> None:
    """The form shows what changed; one press says that the translation still fits."""
    entry = api.create(texts=BOTH)
    api.save(entry["id"], "ko", title="감사의 날", body="첫 글입니다! 더 있습니다.")
    form = opened(desk, entry)
    assert "The source has changed since this translation." in form.page
    assert "더 있습니다." in form.page
    assert form.send("confirm.en").status_code == 303
    assert "The source has changed" not in opened(desk, entry).page


def test_buttons_are_there_for_those_who_may_press_them(desk_as: Callable[..., Desk], api: Api) -> None:
    """An author saves and asks for drafts; what is public is published, withdrawn and moved by a reviewer."""
    entry = api.create(texts=BOTH)
    api.publish(entry["id"], "ko")
    author, reviewer = opened(desk_as("author"), entry), opened(desk_as("reviewer"), entry)
    for what in ("publish.ko", "withdraw.ko", "schedule.ko", "publish.both"):
        assert (f'value="{what}"' in author.page, f'value="{what}"' in reviewer.page) == (False, True)
    assert ("slug" in author.fields, "slug" in reviewer.fields) == (False, True)
    answer = author.send("publish.en", body_en="An author's words.")
    assert (answer.status_code, author.fields["body_en"]) == (403, "An author's words.")
    assert api.entry(entry["id"])["texts"]["en"]["published_revision"] is None
    assert author.send().status_code == 303
    assert api.entry(entry["id"])["texts"]["en"]["body"] == "An author's words."


def test_partners_see_no_entries(desk_as: Callable[..., Desk], api: Api) -> None:
    """Neither the list nor the form."""
    entry, partner = api.create(), desk_as("partner")
    for path in ("/desk/entries", "/desk/entries/new", f"/desk/entries/{entry['id']}"):
        assert partner.get(path).status_code == 403


def test_hostile_words_are_words(desk: Desk, api: Api) -> None:
    """In every field, in the form, in its preview, and at each field's limit."""
    longest = (NASTY * 3)[:300]
    entry = created(
        Form(desk, "/desk/entries/new").send(
            title_ko=longest, summary_ko=NASTY, body_ko=NASTY + "가" * (200_000 - len(NASTY)), more_tags=""
        ),
        api,
    )
    form = opened(desk, entry)
    assert form.send("preview").status_code == 200
    assert (form.fields["title_ko"], form.fields["summary_ko"]) == (longest, NASTY)
    for danger in ("<script>alert", "<svg", 'javascript:alert(1)"', "</textarea><script"):
        assert danger not in form.page


def test_both_bodies_at_their_limit_are_saved(desk: Desk, api: Api) -> None:
    """A form is sent in parts, in which a syllable takes three bytes and not nine."""
    form = opened(desk, api.create())
    fields = {"csrf": desk.csrf, **form.fields, "do": "save", "title_en": "Text"}
    fields |= {"body_ko": "가" * 200_000, "body_en": "나" * 200_000}
    cookie = {"Cookie": f"hanmi_session={desk.token}"}
    parts = [(name, (None, value)) for name, value in fields.items() if isinstance(value, str)]
    answer = desk.http.post(form.address, files=parts, headers=cookie, follow_redirects=False)
    assert answer.status_code == 303, answer.text[:500]
    assert 'enctype="multipart/form-data"' in form.page


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # which has one writer at a time
def test_a_busy_database_gives_the_words_back(desk: Desk, api: Api, database: Database) -> None:
    """Whoever saves while others hold the database keeps the form as it is, and may try again."""
    database._write_deadline = 0.2  # else the test waits as long as an editor would
    form = opened(desk, api.create())
    with database.write():
        answer = form.send(body_ko="쓰던 글")
    assert (answer.status_code, form.fields["body_ko"]) == (503, "쓰던 글")
    assert "Others are saving just now." in answer.text


def test_another_account_has_its_own_working_copies(desk: Desk, database: Database, api: Api) -> None:
    """What one person typed and did not save is not shown to another."""
    entry = api.create()
    opened(desk, entry).send("withdraw.ko", body_ko="내 글")
    other = Form(Desk(desk.http, signed_in(database, "author"), "x"), f"/desk/entries/{entry['id']}")
    assert other.fields["body_ko"] != "내 글"


@pytest.mark.parametrize(
    "path",
    [
        *("entries/%00", "entries/%00/delete", "entries/none", "entries/%00/history/ko", "previews%00"),
        *("entries?tag=%00", "entries?q=%00", "entries?q=%ED%A0%80", "entries?cursor=%00"),
    ],
)
def test_an_address_that_is_none_breaks_nothing(desk: Desk, api: Api, path: str) -> None:
    """Neither a NUL nor half a character reaches the database."""
    api.create()
    assert desk.get(f"/desk/{path}").status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "sent",
    [
        *(b"title_ko=%ED%A0%80", b"title_ko=x%00y", b"slug=%FF", b"do=%00", b"do=publish.", b"do=theirs.xx"),
        *(b"do=unschedule.%00", b"do=schedule.both&at_ko=9999-12-31T23:59", b"do=confirm.ko", b"do=draft.ko"),
        b"do=save&version=%00&base_ko=99&tag=%00&seen_tag=%00&slug=&title_ko=x&seen_slug=%00",
    ],
)
def test_a_form_that_no_page_made_breaks_nothing(desk: Desk, api: Api, sent: bytes) -> None:
    """Whatever stands in its fields, it is saved by the rules, refused or shown again."""
    headers = {"Cookie": f"hanmi_session={desk.token}", "Content-Type": "application/x-www-form-urlencoded"}
    content = b"csrf=" + desk.csrf.encode() + b"&" + sent
    for path in ("new", api.create()["id"]):
        answer = desk.http.post(f"/desk/entries/{path}", content=content, headers=headers, follow_redirects=False)
        assert answer.status_code in (200, 303, 409, 412, 422), answer.text


def test_saving_one_language_keeps_what_was_typed_elsewhere_in_the_other(desk: Desk, api: Api) -> None:
    """A working copy goes when it is saved or taken back, not when a page that never saw it is saved."""
    entry = api.create(texts=BOTH)
    copy = f"entries/{entry['id']}/texts/en/working-copy"
    form = opened(desk, entry)
    kept = opened(desk, entry)
    kept.send("discard.ko", body_en="Typed on the phone.")
    assert form.send(body_ko="고친 글입니다.").status_code == 303
    form = opened(desk, entry)
    assert form.fields["body_en"] == "Typed on the phone."
    assert form.send(body_en="First text.").status_code == 303
    assert opened(desk, entry).fields["body_en"] == "First text."
    assert api.call("GET", copy).status_code == 404


@pytest.mark.parametrize("do", ["withdraw.ko", "confirm.en", "discard.en"])
def test_details_that_were_typed_stay_in_the_form(desk: Desk, api: Api, do: str) -> None:
    """What does not save the form says that it is done, and shows the form as it was."""
    entry = api.create(texts=BOTH)
    api.publish(entry["id"], "ko")
    if do == "confirm.en":
        api.save(entry["id"], "ko", title="감사의 날", body="첫 글입니다! 더 있습니다.")
    form = opened(desk, entry)
    answer = form.send(do, date="1953-07", more_tags="veterans", body_en="Other text.")
    assert (answer.status_code, 'class="notice good"' in answer.text) == (200, True)
    assert (form.fields["date"], form.fields["more_tags"]) == ("1953-07", "veterans")
    assert form.fields["body_en"] == ("First text." if do == "discard.en" else "Other text.")
    assert form.send().status_code == 303
    now = api.entry(entry["id"])
    assert (now["date"], now["tags"]) == ("1953-07", ["veterans"])


def test_a_new_entry_sent_twice_is_one(desk: Desk, api: Api) -> None:
    """Whoever saves again because the answer was lost comes to the entry that was made; more words are not lost."""
    form = Form(desk, "/desk/entries/new")
    entry = created(form.send(title_ko="감사의 날", body_ko="글입니다."), api)
    assert created(form.send(), api)["id"] == entry["id"]
    again = created(form.send(body_ko="더 쓴 글입니다.", date="1953"), api)
    assert (again["id"], again["texts"]["ko"]["body"], again["date"]) == (entry["id"], "더 쓴 글입니다.", "1953")
    answer = form.send(body_ko="또 쓴 글입니다.")  # over what was saved since, and not seen here
    assert (answer.status_code, form.fields["body_ko"]) == (409, "또 쓴 글입니다.")
    assert [each["id"] for each in api.ok("GET", "entries")["items"]] == [entry["id"]]
    assert created(Form(desk, "/desk/entries/new").send(title_ko="감사의 날"), api)["id"] != entry["id"]
