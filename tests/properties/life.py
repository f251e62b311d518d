"""What the steps in the life of an entry share: the words of its texts, requests that must work or fail."""

import datetime as dt
import itertools
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition

from content_api.storage.database import Database
from tests.client import Api
from tests.conftest import Clock
from tests.properties.entry_model import Draft, Entry, Source

LOCALES = st.lists(st.sampled_from(["ko", "en"]), min_size=1, max_size=2, unique=True)
PICK = st.integers(0, 5)
# No sentence is so like another that the memory would draft from it; what it does then has tests of its own.
SENTENCES = st.lists(st.sampled_from(["사과를", "바다를", "나무도", "구름도", "강물에"]), max_size=4, unique=True)
TITLES = st.sampled_from(["기념일", "운동회"])
numbers = itertools.count()

alive = precondition(lambda self: not self.gone)
drafted = precondition(lambda self: not self.gone and self.model.drafts)


class Steps(RuleBasedStateMachine):
    """One entry; every example has words of its own, so that the shared memory knows nothing of it before."""

    def __init__(self, api: Api, database: Database, clock: Clock) -> None:
        super().__init__()
        self.api, self.database, self.clock = api, database, clock
        number = next(numbers)
        self.word = "".join(chr(0xAC00 + byte * 43) for byte in sha256(str(number).encode()).digest()[:4])
        self.slug = f"life-{number}"
        self.began = clock()
        self.gone = False

    def text(self, title: str, sentences: list[str]) -> Source:
        return Source(f"{self.word} {title}", tuple(f"{self.word} {each} 봅니다." for each in sentences))

    def time(self, hour: int) -> str:
        """Return the middle of an hour of the example as the API shows it: no example takes half an hour."""
        return (self.began + dt.timedelta(hours=hour, minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def call(self, method: str, path: str, body: Any, etag: str | None, *, works: bool, fails: int = 409) -> Any:
        """Send a request that the model says works, or fails."""
        answer = self.api.call(method, path, body, etag)
        assert answer.is_success if works else answer.status_code == fails, (method, path, works, answer.text)
        return answer.json() if answer.content else None

    def on_entry(
        self, method: str, path: str, body: Any = None, *, works: bool = True, fails: int = 409, changes: bool = True
    ) -> None:
        """Send a request about the entry under its ETag: a change makes a new one, and the old one is refused."""
        before = self.entry["etag"]
        full = f"entries/{self.id}{path}"
        answer = self.call(method, full, body, before, works=works, fails=fails)
        if works and not changes:
            assert answer["etag"] == before
        elif works:
            self.entry = answer
            assert is_newer(answer, before)
            self.call(method, full, body, before, works=False, fails=412)

    def changed_otherwise(self) -> None:
        """Read the entry after something else than a request under its ETag changed it, which makes a new one too."""
        before, self.entry = self.entry, self.api.entry(self.id)
        assert is_newer(self.entry, before["etag"])

    def on_draft(self, key: str, step: str, body: Any = None, *, works: bool) -> None:
        """Move a draft under its ETag, which must be a new one then."""
        before = self.api.draft(key)["etag"]
        after = self.call("POST", f"drafts/{key}/{step}", body, before, works=works)
        assert not works or is_newer(after, before)

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


def is_newer(thing: Any, etag: str) -> bool:
    """Tell whether a thing's ETag counts higher than `etag`."""
    return int(thing["etag"].strip('"')) > int(etag.strip('"'))
