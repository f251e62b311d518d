"""Steps in the life of an entry: its texts are saved, brought back and confirmed."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.entry_model import Draft
from tests.properties.life import PICK, SENTENCES, TITLES, Steps, alive

translated = precondition(lambda self: not self.gone and self.model.english)
ENGLISH = st.sampled_from(["Apples", "The sea", "The sky"])


class TextSteps(Steps):
    """What an author does to the texts."""

    @alive
    @rule(title=TITLES, sentences=SENTENCES)
    def save_the_source(self, title: str, sentences: list[str]) -> None:
        source = self.text(title, sentences)
        successor = self.model.save_source(source)
        self.on_entry("PUT", "/texts/ko", {"title": source.title, "body": source.body})
        self._note(successor)

    @alive
    @rule(title=ENGLISH, body=ENGLISH, at_once=st.booleans())
    def save_the_translation(self, title: str, body: str, at_once: bool) -> None:
        self.model.save_english(title, body)
        self.on_entry("PUT", "/texts/en", {"title": title, "body": body})
        if at_once:  # which overtakes what is scheduled
            self.model.public["en"] = len(self.model.english)
            self.on_entry("POST", "/publish", {"locales": ["en"]})

    @alive
    @rule(pick=PICK)
    def bring_a_source_back(self, pick: int) -> None:
        number = pick % len(self.model.sources) + 1
        successor = self.model.save_source(self.model.sources[number - 1])
        self.on_entry("POST", f"/texts/ko/revisions/{number}/restore")
        self._note(successor)

    @translated
    @rule(pick=PICK)
    def bring_a_translation_back(self, pick: int) -> None:
        works = pick < len(self.model.english)
        if works:
            self.model.english.append(self.model.english[pick])
        self.on_entry("POST", f"/texts/en/revisions/{pick + 1}/restore", works=works, fails=404)

    @translated
    @rule()
    def confirm_the_translation(self) -> None:
        self.on_entry("POST", "/texts/en/confirm", changes=self.model.confirm())

    def _note(self, successor: Draft | None) -> None:
        """Give a draft that a save of the source made its id."""
        if successor:
            key = self.entry["drafts"][0]["id"]
            assert key not in self.model.drafts
            assert successor.supersedes
            self.model.drafts[successor.supersedes].superseded_by = key
            self.model.drafts[key] = successor
