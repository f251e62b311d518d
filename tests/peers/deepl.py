"""A fake of DeepL's API: translation of texts with XML tags, and glossaries of its third version."""

import json
import re
from itertools import count
from typing import Any

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

HOSTILE = "<script>alert(1)</script>\u202e\x00\x1b[31m&#x202e;&#0;"
EMPTY = re.compile(r"<(x\d+)></\1>")
CREATED = "2026-01-02T03:04:05.678901Z"


class DeepLPeer(Peer):
    """`with DeepLPeer("key") as peer: DeepL("key", peer.url)`. `glossaries` are what the account has, by id."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.glossaries: dict[str, dict[str, Any]] = {}
        self.glossary_status = 200
        """What every request about glossaries is answered, if not 200."""
        self.glossary_delay = 0.0
        """Seconds before a request about glossaries is answered."""
        self._ids = count(1)

    @property
    def translations(self) -> list[dict[str, Any]]:
        """The bodies of the requests to translate."""
        return [json.loads(asked.body) for asked in self.requests if asked.path == "/v2/translate"]

    def receive(self, asked: Asked) -> tuple[Behaviour, Answer]:
        """Glossaries are asked for before anything misbehaves, and counted apart."""
        if asked.path.startswith("/v3/glossaries"):
            self.requests.append(asked)
            self.closing.wait(self.glossary_delay)
            return "ok", self._about_glossaries(asked)
        return super().receive(asked)

    def texts_of(self, asked: Asked) -> list[str]:
        return list(_json(asked.body).get("text", [])) if asked.path == "/v2/translate" else []

    def keep(self, name: str, dictionaries: list[dict[str, Any]], created: str = CREATED) -> dict[str, Any]:
        """Put a glossary into the account."""
        kept = {"glossary_id": f"g{next(self._ids)}", "name": name, "creation_time": created}
        kept["dictionaries"] = [{**each, "entry_count": each["entries"].count("\n") + 1} for each in dictionaries]
        self.glossaries[kept["glossary_id"]] = kept
        return kept

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"DeepL-Auth-Key {self.key}":
            return _said({"message": f"Forbidden: {asked.headers.get('authorization')}"}, 403)
        if asked.path != "/v2/translate" or asked.method != "POST":
            return _said({"message": "Not found"}, 404)
        question = _json(asked.body)
        refusal = self._refusal(question)
        return refusal or self._translation(behaviour, asked, question)

    def _refusal(self, question: dict[str, Any]) -> Answer | None:
        if question.get("source_lang") not in ("KO", "EN") or question.get("target_lang") not in ("KO", "EN-US"):
            return _said({"message": "Value for 'target_lang' not supported."}, 400)
        if len(question["text"]) > 50:
            return _said({"message": "Too many texts"}, 400)
        if "glossary_id" in question and question["glossary_id"] not in self.glossaries:
            return _said({"message": "Glossary not found"}, 404)
        return None

    def _translation(self, behaviour: Behaviour, asked: Asked, question: dict[str, Any]) -> Answer:
        if behaviour == "wrong json":
            return Answer(b'{"translations": [{"text": "never cl')
        target = question["target_lang"][:2].lower()
        answers: list[str | None] = [self._one(text, target) for text in asked.texts]
        match behaviour:
            case "null":
                answers = [None] * len(answers)
            case "empty":
                answers = [""] * len(answers)
            case "wrong count":
                answers = answers[1:]
            case "hostile":
                answers = [(answer or "") + HOSTILE for answer in answers]
            case "warning":
                answers = ["<!doctype html><html><body>Please log in</body></html>"] * len(answers)
        source = question["source_lang"]
        return _said(
            {
                "translations": [
                    {"detected_source_language": source, "text": answer, "billed_characters": len(text)}
                    for answer, text in zip(answers, asked.texts, strict=False)
                ]
            }
        )

    def _one(self, text: str, target: str) -> str:
        """XML goes in and comes out: empty elements in their short form, a quotation mark escaped."""
        return EMPTY.sub(r"<\1/>", translated(text, target, self.phrases)).replace('"', "&quot;")

    def _about_glossaries(self, asked: Asked) -> Answer:
        if self.glossary_status != 200:
            return _said({"message": "Glossaries are not for you"}, self.glossary_status)
        if asked.method == "GET":
            return _said({"glossaries": list(self.glossaries.values())})
        if asked.method == "DELETE":
            found = self.glossaries.pop(asked.path.removeprefix("/v3/glossaries/"), None)
            return Answer(b"", 204) if found else _said({"message": "Glossary not found"}, 404)
        question = _json(asked.body)
        return _said(self.keep(question["name"], question["dictionaries"]), 201)


def entries(dictionary: dict[str, Any]) -> dict[str, str]:
    """Return a dictionary's entries, which come as lines of tab-separated values."""
    lines = [line.split("\t") for line in dictionary["entries"].splitlines()]
    return {line[0]: line[1] for line in lines}


def _json(body: bytes) -> dict[str, Any]:
    try:
        question = json.loads(body)
    except ValueError:
        return {}
    return question if isinstance(question, dict) else {}


def _said(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)
