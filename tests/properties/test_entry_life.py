"""The life of an entry and its drafts, whatever editors do in whatever order, compared with a plain model."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from content_api.storage import tables
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import publishing
from pipeline import engines
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.properties.entry_model import Draft, Entry, Source, Target

LOCALES = st.lists(st.sampled_from(["ko", "en"]), min_size=1, max_size=2, unique=True)
PICK = st.integers(0, 5)
SENTENCES = st.lists(st.sampled_from(["사과를", "바다를", "하늘을", "나무를"]), max_size=4, unique=True)
TITLES = st.sampled_from(["기념일", "운동회"])
ENGLISH = st.sampled_from(["Apples", "The sea", "The sky"])
numbers = itertools.count()


class Broken(Chain):
    """A chain whose fault no one foresaw: the draft fails."""

    def outcomes(self, *_given: Any) -> Any:
        raise RuntimeError("an unforeseen fault of the test's own")


class Life(RuleBasedStateMachine):
    """One entry; every example has words of its own, so that the shared memory knows nothing of it before."""

    def __init__(self, api: Api, database: Database) -> None:
        super().__init__()
        self.api, self.database = api, database
        number = next(numbers)
        self.word = "".join(chr(0xAC00 + 28 * int(digit)) for digit in f"{number:04}")
        self.slug = f"life-{number}"
        self.gone = False

    def text(self, title: str, sentences: list[str]) -> Source:
        return Source(f"{self.word} {title}", tuple(f"{self.word} {each} 봅니다." for each in sentences))

    def call(self, method: str, path: str, body: Any, etag: str | None, *, works: bool, fails: int = 409) -> Any:
        """Send a request that the model says works, or fails."""
        answer = self.api.call(method, path, body, etag)
        assert answer.is_success if works else answer.status_code == fails, (method, path, works, answer.text)
        return answer.json() if answer.content else None

    def on_entry(self, method: str, path: str, body: Any, *, works: bool = True, changes: bool = True) -> None:
        """Send a request about the entry under its ETag: a change makes a new one, and the old one is refused."""
        before = self.entry["etag"]
        full = f"entries/{self.id}{path}"
        answer = self.call(method, full, body, before, works=works)
        if works and not changes:
            assert answer["etag"] == before
        elif works:
            self.entry = answer
            assert int(answer["etag"].strip('"')) > int(before.strip('"'))
            self.call(method, full, body, before, works=False, fails=412)

    def on_draft(self, key: str, step: str, body: Any = None, *, works: bool) -> None:
        """Move a draft under its ETag, which must be a new one then."""
        before = self.api.draft(key)["etag"]
        after = self.call("POST", f"drafts/{key}/{step}", body, before, works=works)
        assert not works or int(after["etag"].strip('"')) > int(before.strip('"'))

    def picked(self, pick: int) -> tuple[str, Draft]:
        """Return one of the drafts, the newest for 0."""
        keys = list(self.model.drafts)[::-1]
        key = keys[pick % len(keys)]
        return key, self.model.drafts[key]

    @initialize(title=TITLES, sentences=SENTENCES)
    def create(self, title: str, sentences: list[str]) -> None:
        source = self.text(title, sentences)
        texts = {"ko": {"title": source.title, "body": source.body}}
        self.entry = self.api.create(slug=self.slug, texts=texts)
        self.id = self.entry["id"]
        self.model = Entry([source], self.slug)

    alive = precondition(lambda self: not self.gone)
    drafted = precondition(lambda self: not self.gone and self.model.drafts)

    @alive
    @rule(title=TITLES, sentences=SENTENCES)
    def save_the_source(self, title: str, sentences: list[str]) -> None:
        source = self.text(title, sentences)
        successor = self.model.save_source(source)
        self.on_entry("PUT", "/texts/ko", {"title": source.title, "body": source.body})
        if successor:
            key = self.entry["drafts"][0]["id"]
            assert key not in self.model.drafts
            assert successor.supersedes
            self.model.drafts[successor.supersedes].superseded_by = key
            self.model.drafts[key] = successor

    @alive
    @rule(title=ENGLISH, body=ENGLISH)
    def save_the_translation(self, title: str, body: str) -> None:
        self.model.save_english(title, body)
        self.on_entry("PUT", "/texts/en", {"title": title, "body": body})

    @alive
    @rule()
    def ask_for_a_draft(self) -> None:
        works = self.model.opened is None
        draft = self.call("POST", f"entries/{self.id}/drafts", {"target_locale": "en"}, None, works=works)
        if works:
            self.model.drafts[draft["id"]] = Draft(self.model.source)

    @alive
    @rule(fails=st.integers(0, 4).map(lambda n: n == 0))
    def let_the_worker_work(self, fails: bool) -> None:
        chain = Broken(()) if fails else Chain(engines.build(["pseudo"], {}))
        waiting = {key: draft for key, draft in self.model.drafts.items() if draft.state == "queued"}
        assert Worker(self.database, chain).work_once() == bool(waiting)
        for key, draft in waiting.items():
            shown = {each["source"]: each["target"] for each in self.api.draft(key)["segments"]}
            for segment in self.model.run(draft, fails=fails):
                target = draft.targets[segment]
                target.text = shown[segment]
                assert target.text in self.model.expected(segment)

    @drafted
    @rule(
        pick=PICK, place=PICK, words=st.sampled_from(["Apples, he said.", "The sea, again.", ""]), waved=st.booleans()
    )
    def edit_a_segment(self, pick: int, place: int, words: str, waved: bool) -> None:
        key, draft = self.picked(pick)
        segments = self.api.draft(key)["segments"]
        segment = segments[place % len(segments)]
        waved = waved and not words
        body = {"target": words, "state": "reviewed"}
        body |= {"dismiss": [{"check": "untranslated", "note": "as it is"}]} if waved else {}
        path = f"drafts/{key}/segments/{segment['id']}"
        works = draft.state == "needs_review"
        after = self.call("PATCH", path, body, segment["etag"], works=works)
        if works:
            old = draft.targets[segment["source"]]
            new = Target(words, "reviewed", "human") if words else Target(dismissed=waved)
            if words == segment["target"]:  # the same text stays of whom it was, the same finding dismissed
                new.origin, new.dismissed = old.origin, waved or old.dismissed
            draft.targets[segment["source"]] = new
            assert int(after["etag"].strip('"')) > int(segment["etag"].strip('"'))
            self.call("PATCH", path, body, segment["etag"], works=False, fails=412)

    @drafted
    @rule(pick=PICK)
    def approve(self, pick: int) -> None:
        key, draft = self.picked(pick)
        works = draft.state == "needs_review" and not draft.has_errors
        self.on_draft(key, "approve", works=works)
        if works:
            self.model.approve(draft)
            before, self.entry = self.entry, self.api.entry(self.id)
            assert self.entry["etag"] != before["etag"]

    @drafted
    @rule(pick=PICK)
    def reject(self, pick: int) -> None:
        key, draft = self.picked(pick)
        works = draft.state == "needs_review"
        self.on_draft(key, "reject", {"reason": "wrong tone"}, works=works)
        draft.state = "rejected" if works else draft.state

    @drafted
    @rule(pick=PICK)
    def retry(self, pick: int) -> None:
        key, draft = self.picked(pick)
        works = self.model.may_retry(draft)
        self.on_draft(key, "retry", works=works)
        draft.state = "queued" if works else draft.state

    @drafted
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        key, draft = self.picked(pick)
        works = draft.state in ("queued", "needs_review", "failed")
        self.on_draft(key, "cancel", works=works)
        draft.state = "cancelled" if works else draft.state

    @alive
    @rule(locales=LOCALES)
    def publish(self, locales: list[str]) -> None:
        works = "en" not in locales or bool(self.model.english)
        newest = {"ko": len(self.model.sources), "en": len(self.model.english)}
        public = self.model.public | {locale: newest[locale] for locale in locales if works}
        self.on_entry("POST", "/publish", {"locales": locales}, works=works, changes=public != self.model.public)
        self.model.public = public

    @alive
    @rule(locales=LOCALES)
    def unpublish(self, locales: list[str]) -> None:
        public = {locale: n for locale, n in self.model.public.items() if locale not in locales}
        self.on_entry("POST", "/unpublish", {"locales": locales}, changes=public != self.model.public)
        self.model.public = public

    @alive
    @rule(
        slug=st.sampled_from(["", "-again", "-anew"]),
        date=st.sampled_from(["1953", "1953-07-27", None]),
        tags=st.lists(st.sampled_from(["a", "b"]), unique=True),
    )
    def patch(self, slug: str, date: str | None, tags: list[str]) -> None:
        self.model.slug, self.model.date, self.model.tags = self.slug + slug, date, tuple(tags)
        self.on_entry("PATCH", "", {"slug": self.slug + slug, "date": date, "tags": tags})

    @alive
    @rule(sure=st.integers(0, 9).map(lambda n: n == 0))
    def delete(self, sure: bool) -> None:
        if sure:
            self.call("DELETE", f"entries/{self.id}", None, self.entry["etag"], works=True)
            self.gone, self.model.public = True, {}

    @precondition(lambda self: self.gone)
    @rule(pick=PICK)
    def look_for_what_is_gone(self, pick: int) -> None:
        self.call("GET", f"entries/{self.id}", None, None, works=False, fails=404)
        self.call("PATCH", f"entries/{self.id}", {}, "*", works=False, fails=404)
        for key in list(self.model.drafts)[pick:]:
            self.call("POST", f"drafts/{key}/retry", None, "*", works=False, fails=404)

    @alive
    @invariant()
    def editors_see_what_the_model_says(self) -> None:
        seen, model = self.api.entry(self.id), self.model
        assert seen["etag"] == self.entry["etag"], "only a change of the entry itself makes its ETag stale"
        assert (seen["slug"], seen["date"], seen["tags"]) == (model.slug, model.date, list(model.tags))
        korean, english = seen["texts"]["ko"], seen["texts"]["en"]
        assert (korean["title"], korean["body"]) == (model.source.title, model.source.body)
        assert (korean["revision"], korean["published_revision"]) == (len(model.sources), model.public.get("ko"))
        assert (english is not None) == bool(model.english)
        if english:
            last = model.english[-1]
            assert (english["title"], english["body"], english["origin"]) == (last.title, last.body, last.origin)
            assert (english["revision"], english["published_revision"]) == (len(model.english), model.public.get("en"))
            assert english["outdated"] == (last.fits != model.source.content)
        assert [each["id"] for each in seen["drafts"]] == list(model.drafts)[::-1]

    @alive
    @invariant()
    def drafts_are_in_the_models_states(self) -> None:
        for key, draft in self.model.drafts.items():
            seen = self.api.draft(key)
            assert (seen["state"], seen["supersedes"]) == (draft.state, draft.supersedes)
            assert seen["superseded_by"] == draft.superseded_by
            assert {each["source"] for each in seen["segments"]} == set(draft.targets)
            for each in seen["segments"]:
                target = draft.targets[each["source"]]
                assert (each["target"], each["state"], each["origin"]) == (target.text, target.state, target.origin)

    @invariant()
    def readers_get_what_the_model_says(self) -> None:
        wanted = self.model.readable()
        for locale in ("ko", "en"):
            answer = self.api.http.get(f"/v1/news/{self.model.slug}?locale={locale}")
            assert (answer.status_code == 200) == (locale in wanted), answer.text
            if locale in wanted:
                item = answer.json()
                assert (item["title"], item["body"], item["translation"]["outdated"]) == wanted[locale]
                assert item["date"] == self.model.date
                assert [tag["slug"] for tag in item["tags"]] == list(self.model.tags)

    def teardown(self) -> None:
        """What is public can be rebuilt byte for byte; a job that is left belongs to no later example."""
        with self.database.write() as tx:
            rows = tables.published.select().order_by(tables.published.c.entry_id, tables.published.c.audience)
            before = tx.execute(rows).all()
            publishing.refresh_if_there(tx, self.id)
            assert tx.execute(rows).all() == before
        while Worker(self.database, Chain(())).work_once():
            pass


@pytest.mark.filterwarnings("default::hypothesis.errors.HypothesisWarning")
def test_the_life_of_an_entry(api: Api, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """States, revisions, ETags, supersession and what readers get are the model's, after any sequence of steps."""
    caplog.set_level("CRITICAL")
    make: Callable[[], Life] = lambda: Life(api, database)  # noqa: E731
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        make,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
