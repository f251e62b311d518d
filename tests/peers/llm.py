"""A fake of a server that speaks OpenAI's chat completions, with a model that translates by the book of phrases."""

import json
from typing import Any

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

HOSTILE = "<script>alert(1)</script>\u202e\u0000\u001b[31m&#x202e;"
APOLOGY = "I'm sorry, but I can't help with that."


class LLMPeer(Peer):
    """`with LLMPeer("key") as peer: LLM(peer.url + "/v1", "model", "key")`.

    `refuses` maps what a request holds to the status and words with which this server refuses it.
    """

    def __init__(self, key: str | None = None) -> None:
        super().__init__()
        self.key = key
        self.refuses: dict[str, tuple[int, str]] = {}

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The body of every request."""
        return [json.loads(asked.body) for asked in self.requests]

    @property
    def material(self) -> dict[str, Any]:
        """What the latest request had to translate, and what it told with it."""
        found: dict[str, Any] = json.loads(self.questions[-1]["messages"][-1]["content"])
        return found

    def texts_of(self, asked: Asked) -> list[str]:
        return list(json.loads(json.loads(asked.body)["messages"][-1]["content"])["texts"].values())

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if asked.path != "/v1/chat/completions":
            return _said({"error": {"message": "The model `x` does not exist"}}, 404)
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            return _said({"error": {"message": f"Incorrect API key: {asked.headers.get('authorization')}"}}, 401)
        for held, (status, words) in self.refuses.items():
            if held in asked.body.decode():
                return _said({"error": {"message": words}}, status)
        return self._translation(behaviour, asked)

    def _translation(self, behaviour: Behaviour, asked: Asked) -> Answer:
        told = json.loads(asked.body)["messages"][0]["content"]
        target = "ko" if "into Korean" in told else "en"
        answers: dict[str, str | None] = {
            str(number): translated(text, target, self.phrases) for number, text in enumerate(asked.texts, 1)
        }
        match behaviour:
            case "wrong json":
                return self.completion("Here is the translation: never cl")
            case "null":
                answers = dict.fromkeys(answers)
            case "empty":
                answers = dict.fromkeys(answers, "")
            case "wrong count":
                del answers["1"]
            case "hostile":
                answers = {number: f"{answer}{HOSTILE}" for number, answer in answers.items()}
            case "warning":
                answers = dict.fromkeys(answers, APOLOGY)
        return self.completion(json.dumps(answers))

    def completion(self, content: str | None, finish_reason: str = "stop", refusal: str | None = None) -> Answer:
        """Return what the server says when the model said `content`."""
        message = {"role": "assistant", "content": content, "refusal": refusal}
        return _said(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
                "usage": {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340},
            }
        )


def _said(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)
