"""A fake of Microsoft's Translator, version 3."""

import json
from typing import Any

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

HOSTILE = "<script>alert(1)</script>\u202e\u0000\u001b[31m&#x202e;"


class MicrosoftPeer(Peer):
    """`with MicrosoftPeer("key") as peer: Microsoft("key", url=peer.url)`."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    def texts_of(self, asked: Asked) -> list[str]:
        return [each["text"] for each in json.loads(asked.body)] if asked.body else []

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if asked.headers.get("ocp-apim-subscription-key") != self.key:
            return fault(401, 401000, f"The request is not authorized: {asked.headers}")
        if asked.path != "/translate" or asked.query.get("api-version") != ["3.0"] or asked.method != "POST":
            return fault(404, 404000, "The requested resource was not found")
        if asked.query.get("from", [""])[0] not in ("ko", "en") or asked.query.get("to", [""])[0] not in ("ko", "en"):
            return fault(400, 400036, "The target language is not valid.")
        return self._translation(behaviour, asked)

    def _translation(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if behaviour == "wrong json":
            return Answer(b'[{"translations": [{"text": "never cl')
        target = asked.query["to"][0]
        answers: list[Any] = [translated(text, target, self.phrases) for text in asked.texts]
        match behaviour:
            case "wrong count":
                answers = [*answers, "one more"]
            case "null":
                answers = [None]
            case "empty":
                answers = [""]
            case "hostile":
                answers = [answer + HOSTILE for answer in answers]
            case "warning":
                answers = ["<!doctype html><html><body>Please log in</body></html>"]
        return _said([{"translations": [{"text": answer, "to": target}]} for answer in answers])


def fault(status: int, code: int, words: str) -> Answer:
    """Return an error in Microsoft's shape."""
    return _said({"error": {"code": code, "message": words}}, status)


def _said(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)
