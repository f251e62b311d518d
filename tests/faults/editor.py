"""One of many who edit at the same time: does random things to entries of their own, and keeps what was promised.

Nobody else touches an editor's entries, and every change is sent until it is answered. So what must be there in the end
is known exactly: nothing lost, and nothing done twice.
"""

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.faults.caller import Caller, Unanswered

SYLLABLES = "가나다라마바사아자차카타파하"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OPEN = ("queued", "running", "needs_review")


@dataclass
class Promise:
    """What an editor was told about one entry."""

    id: str
    slug: str
    texts: dict[str, list[str]]
    """The body of every revision of each language, from the first."""
    public: dict[str, int] = field(default_factory=dict)
    """The number of the revision that is public."""
    typed: dict[str, str] = field(default_factory=dict)
    """The body of each working copy."""
    approved: list[str] = field(default_factory=list)


class Editor:
    """Works until told to stop. `promises` is what was acknowledged, `unanswered` the slugs of what may be there."""

    def __init__(self, name: str, urls: Sequence[str], key: str) -> None:
        self.name = name
        self.caller = Caller(urls, key)
        self.promises: list[Promise] = []
        self.unanswered: list[str] = []
        self._random = Random(name)
        self._made = 0

    def work(self, stop: threading.Event) -> None:
        """Do one thing after the other; fails as soon as an answer is not what was promised."""
        steps = (
            self._save,
            self._save,
            self._type,
            self._ask,
            self._ask,
            self._ask,
            self._review,
            self._review,
            self._publish,
        )
        with closing(self.caller):
            while not stop.is_set():
                if len(self.promises) < 3 or self._random.random() < 0.1:
                    self._create()
                else:
                    step = self._random.choice((*steps, self._publish, self._withdraw, self._rename))
                    step(self._random.choice(self.promises[-6:]))

    def _create(self) -> None:
        self._made += 1
        slug = f"{self.name}-{self._made}"
        texts = {"ko": self._text(), "en": {"title": "Title", "body": self._word(LETTERS)}}
        if self._random.random() < 0.7:
            del texts["en"]
        wish = {"kind": "news", "source_locale": "ko", "slug": slug, "tags": [self.name], "texts": texts}
        try:
            entry = self.caller.ok("POST", "entries", wish, once=self._random.random() < 0.2)
        except Unanswered:
            self.unanswered.append(slug)
            return
        self.promises.append(Promise(entry["id"], slug, {name: [text["body"]] for name, text in texts.items()}))

    def _save(self, at: Promise) -> None:
        locale = self._random.choice([*at.texts])
        text = self._text() if locale == "ko" else {"title": "Title", "body": self._word(LETTERS)}
        if locale == "ko" and self._random.random() < 0.5:  # most of it stays, and is not translated again
            text["body"] = f"{at.texts['ko'][-1]} {text['body']}"
        path = f"entries/{at.id}/texts/{locale}"
        self.caller.change("PUT", path, text, self._entry(at)["etag"], of=f"entries/{at.id}", happened=text["body"])
        at.texts[locale].append(text["body"])
        at.typed.pop(locale, None)

    def _type(self, at: Promise) -> None:
        body = self._word(LETTERS)
        self.caller.ok("PUT", f"entries/{at.id}/texts/ko/working-copy", {"title": "", "summary": "", "body": body})
        at.typed["ko"] = body

    def _ask(self, at: Promise) -> None:
        last = next((draft for draft in self._entry(at)["drafts"]), None)
        if last and last["state"] == "failed":
            self.caller.ok("POST", f"drafts/{last['id']}/retry", etag=last["etag"])
        elif last is None or last["state"] not in OPEN:
            self.caller.ok("POST", f"entries/{at.id}/drafts", {"target_locale": "en"})

    def _review(self, at: Promise) -> None:
        ready = [draft for draft in self._entry(at)["drafts"] if draft["state"] == "needs_review"]
        if not ready:
            return
        path = f"drafts/{ready[0]['id']}"
        edited = [self._edit(path, each) for each in self._draft(path)["segments"] if self._wants_editing(each)]
        self.caller.ok("POST", f"{path}/approve", etag=self._draft(path)["etag"])
        english = self._entry(at)["texts"]["en"]
        at.approved.append(ready[0]["id"])
        at.texts.setdefault("en", []).append(english["body"])
        missing = [target for target in edited if target not in english["title"] + english["body"]]
        assert not missing, f"{missing} were acknowledged, and are not in the approved text {english}"

    def _wants_editing(self, segment: Any) -> bool:
        return not segment["target"] or bool(segment["issues"]) or self._random.random() < 0.3

    def _edit(self, path: str, segment: Any) -> str:
        target = f"Edited {self._word(LETTERS)}."
        change = {"target": target, "state": "reviewed"}
        at = f"{path}/segments/{segment['id']}"
        self.caller.change("PATCH", at, change, segment["etag"], of=path, happened=target)
        return target

    def _publish(self, at: Promise) -> None:
        locales = self._random.choice([["ko"], [*at.texts]])
        self.caller.ok("POST", f"entries/{at.id}/publish", {"locales": locales}, self._entry(at)["etag"])
        at.public |= {locale: len(at.texts[locale]) for locale in locales}

    def _withdraw(self, at: Promise) -> None:
        locale = self._random.choice([*at.texts])
        self.caller.ok("POST", f"entries/{at.id}/unpublish", {"locales": [locale]}, self._entry(at)["etag"])
        at.public.pop(locale, None)

    def _rename(self, at: Promise) -> None:
        slug = f"{self.name}-{self._word(LETTERS)}"
        path = f"entries/{at.id}"
        self.caller.change("PATCH", path, {"slug": slug}, self._entry(at)["etag"], of=path, happened=slug)
        at.slug = slug

    def _entry(self, at: Promise) -> Any:
        return self.caller.ok("GET", f"entries/{at.id}")

    def _draft(self, path: str) -> Any:
        return self.caller.ok("GET", path)

    def _text(self) -> dict[str, str]:
        """Return a Korean text that nobody wrote before, sentence by sentence."""
        sentences = [f"{self._word(SYLLABLES)} 소식을 여기에 적습니다." for _ in range(self._random.randint(1, 12))]
        return {"title": f"{self._word(SYLLABLES)} 소식", "summary": "", "body": " ".join(sentences)}

    def _word(self, letters: str) -> str:
        return "".join(self._random.choices(letters, k=12))
