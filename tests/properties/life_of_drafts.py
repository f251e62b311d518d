"""Steps in the life of an entry: its drafts are asked for, worked on, reviewed."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from content_api.worker import Worker
from pipeline import engines
from pipeline.engines.chain import Chain
from tests.properties.entry_model import Draft, Target
from tests.properties.life import PICK, SENTENCES, TITLES, alive, drafted
from tests.properties.life_of_texts import TextSteps

WORDS = st.sampled_from(["Apples, he said.", "The sea, again.", ""])


class Broken(Chain):
    """A chain whose fault no one foresaw: the draft fails."""

    def outcomes(self, *_given: Any) -> Any:
        raise RuntimeError("an unforeseen fault of the test's own")


class DraftSteps(TextSteps):
    """What authors, the worker and reviewers do to drafts; the worker does what is scheduled, too."""

    @alive
    @rule()
    def ask_for_a_draft(self) -> None:
        works = self.model.opened is None
        draft = self.call("POST", f"entries/{self.id}/drafts", {"target_locale": "en"}, None, works=works)
        if works:
            self.model.drafts[draft["id"]] = Draft(self.model.source)

    @rule(fails=st.integers(0, 4).map(lambda n: n == 0))
    def let_the_worker_work(self, fails: bool) -> None:
        self._work(fails=fails)

    @rule(hours=st.integers(1, 4))
    def let_time_pass(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        self.model.schedules.now += hours
        self._work()

    def _work(self, *, fails: bool = False) -> None:
        chain = Broken(()) if fails else Chain(engines.build(["pseudo"], {}))
        waiting = {key: draft for key, draft in self.model.drafts.items() if draft.state == "queued"}
        due = self.model.schedules.due
        jobs = sum(iter(Worker(self.database, chain).work_once, False))
        # What is due at one time is done by one job, whose fellows are cancelled.
        assert jobs == len(waiting) + len({each.hour for each in due})
        for key, draft in waiting.items():
            shown = {each["source"]: each["target"] for each in self.api.draft(key)["segments"]}
            for segment in self.model.run(draft, fails=fails):
                draft.targets[segment].text = shown[segment]
                assert shown[segment] in self.model.expected(segment)
        if due:
            self.model.public = self.model.schedules.fire(self.model.public)
            self.changed_otherwise()

    @alive
    @rule(place=PICK, words=WORDS.filter(bool), title=TITLES, sentences=SENTENCES, rewritten=st.booleans())
    def translate_by_hand(self, place: int, words: str, title: str, sentences: list[str], rewritten: bool) -> None:
        """What leads on to suggestions, in one step: a draft worked off and edited, then perhaps another source."""
        if self.model.opened is None:
            self.ask_for_a_draft()
        self._work()
        key = self.model.opened
        assert key
        self._edit(key, self.model.drafts[key], place, words, waved=False)
        if rewritten:
            self.save_the_source(title, sentences)

    @drafted
    @rule(pick=PICK, place=PICK, words=WORDS, waved=st.booleans())
    def edit_a_segment(self, pick: int, place: int, words: str, waved: bool) -> None:
        self._edit(*self.picked(pick), place, words, waved=waved)

    def _edit(self, key: str, draft: Draft, place: int, words: str, *, waved: bool) -> None:
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
            new.suggestions = old.suggestions
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
            self.changed_otherwise()

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
