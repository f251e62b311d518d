"""A fake of NAVER Cloud's gateway with Papago's text translation behind it."""

import json
from typing import Any

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

HOSTILE = "<script>alert(1)</script>\u202e\u0000\u001b[31m&#x202e;"
LANGUAGES = ("ko", "en")


class PapagoPeer(Peer):
    """`with PapagoPeer("id", "secret") as peer: Papago("id", "secret", peer.url)`."""

    def __init__(self, client_id: str, client_secret: str) -> None:
        super().__init__()
        self.client_id = client_id
        self.client_secret = client_secret

    def texts_of(self, asked: Asked) -> list[str]:
        question = _json(asked.body)
        return [question["text"]] if "text" in question else []

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        given = (asked.headers.get("x-ncp-apigw-api-key-id"), asked.headers.get("x-ncp-apigw-api-key"))
        if given != (self.client_id, self.client_secret):
            return fault(401, "200", f"Authentication Failed {given}")
        if asked.path != "/nmt/v1/translation" or asked.method != "POST":
            return fault(404, "300", "Not Found Exception")
        question = _json(asked.body)
        if question.get("source") not in LANGUAGES or question.get("target") not in LANGUAGES:
            return fault(400, "N2MT02", "Unsupported source language")
        if len(question["text"]) > 5000:
            return fault(400, "N2MT08", "text parameter exceeds max length")
        return self._translation(behaviour, question)

    def _translation(self, behaviour: Behaviour, question: dict[str, Any]) -> Answer:
        answer: Any = translated(question["text"], question["target"], self.phrases)
        match behaviour:
            case "wrong json":
                return Answer(b'{"message": {"result": {"translatedText": "never cl')
            case "wrong count":
                answer = [answer, answer]
            case "null":
                answer = None
            case "empty":
                answer = ""
            case "hostile":
                answer += HOSTILE
            case "warning":
                answer = "<!doctype html><html><body>Please log in</body></html>"
        result = {"srcLangType": question["source"], "tarLangType": question["target"], "translatedText": answer}
        return _said({"message": {"@type": "response", "@service": "naverservice.nmt.proxy", "result": result}})


def fault(status: int, code: str | int, words: str) -> Answer:
    """Return an error in NAVER Cloud's shape."""
    return _said({"error": {"errorCode": code, "message": words}}, status)


def _json(body: bytes) -> dict[str, Any]:
    try:
        question = json.loads(body)
    except ValueError:
        return {}
    return question if isinstance(question, dict) else {}


def _said(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)
