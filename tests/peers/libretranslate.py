"""A fake LibreTranslate server, with the habits of a real one (see the findings on LibreTranslate)."""

import html
import json
import re
from typing import Any

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

LANGUAGES = ("ko", "en")
CUT = 255  # characters of a text without sentence ends that are translated
TAG = re.compile(r"(<[^<>]*>)")
HOSTILE = "<script>alert(1)</script>\u202e\x00\x1b[31m&#x202e;&#0;"


class LibreTranslatePeer(Peer):
    """`with LibreTranslatePeer() as peer: Libre(peer.url)`; `api_key`, where set, must come in the body."""

    def __init__(self, api_key: str | None = None) -> None:
        super().__init__()
        self.api_key = api_key

    def texts_of(self, asked: Asked) -> list[str]:
        question = _json(asked.body)
        texts = question.get("q", [])
        return [texts] if isinstance(texts, str) else [str(text) for text in texts]

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if asked.path == "/languages" and asked.method == "GET":
            return _said([{"code": code, "name": code, "targets": list(LANGUAGES)} for code in LANGUAGES])
        if asked.path != "/translate":
            return Answer(b"<!doctype html><title>404 Not Found</title>", 404, "text/html")
        if asked.method != "POST":
            return Answer(b"<!doctype html><title>405 Method Not Allowed</title>", 405, "text/html")
        question = _json(asked.body)
        return self._refusal(question) or self._translation(behaviour, asked, question)

    def _refusal(self, question: dict[str, Any]) -> Answer | None:
        for name in ("q", "source", "target"):
            if not question.get(name):
                return _said({"error": f"Invalid request: missing {name} parameter"}, 400)
        if self.api_key is not None and question.get("api_key") != self.api_key:
            return _said({"error": "Invalid API key"}, 403)
        for name in ("source", "target"):
            if question[name] not in LANGUAGES:
                return _said({"error": f"{question[name]} is not supported"}, 400)
        return None

    def _translation(self, behaviour: Behaviour, asked: Asked, question: dict[str, Any]) -> Answer:
        if behaviour == "wrong json":
            return Answer(b'{"translatedText": ["never cl')
        if behaviour == "null":
            return _said({"translatedText": None})
        answers: list[str | None] = [self._one(text, question["target"]) for text in asked.texts]
        match behaviour:
            case "empty":
                answers = [""] * len(answers)
            case "wrong count":
                answers = answers[1:]
            case "hostile":
                answers = [(answer or "") + HOSTILE for answer in answers]
            case "warning":
                answers = ["MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY."] * len(answers)
        return _said({"translatedText": answers if isinstance(question["q"], list) else answers[0]})

    def _one(self, text: str, target: str) -> str:
        plain = html.unescape(TAG.sub("", text))
        if text.strip() not in self.phrases and len(plain) > CUT and not re.search(r"[.!?]", plain):
            text = text[:CUT]
        answer = translated(text.lstrip("\n"), target, self.phrases)
        parts = TAG.split(answer)
        return "".join(part if TAG.fullmatch(part) else html.unescape(part.replace("_", " ")) for part in parts)


def _json(body: bytes) -> dict[str, Any]:
    try:
        question = json.loads(body)
    except ValueError:
        return {}
    return question if isinstance(question, dict) else {}


def _said(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)
