"""A fake of MyMemory, which answers 200 to nearly everything and says in the body what it means."""

import json
from typing import Any

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

HOSTILE = "<script>alert(1)</script>\u202e\u0000\u001b[31m&#x202e;"
SPENT = (
    "MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY. NEXT AVAILABLE IN  15 HOURS 38 MINUTES "
    "01 SECONDS VISIT HTTPS://MYMEMORY.TRANSLATED.NET/DOC/USAGELIMITS.PHP TO TRANSLATE MORE"
)
PAIRS = {"ko-KR|en-US": "en", "en-US|ko-KR": "ko"}


class MyMemoryPeer(Peer):
    """`with MyMemoryPeer() as peer: MyMemory(url=peer.url)`."""

    def texts_of(self, asked: Asked) -> list[str]:
        return asked.query.get("q", [])

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if asked.path != "/get" or not asked.texts:
            return said("NO QUERY SPECIFIED. EXAMPLE REQUEST: GET?Q=HELLO&LANGPAIR=EN|IT", "403")
        target = PAIRS.get(asked.query["langpair"][0])
        if target is None:
            return said("'XX' IS AN INVALID TARGET LANGUAGE . EXAMPLE: LANGPAIR=EN|IT", "403")
        if behaviour == "wrong json":
            return Answer(b'{"responseData": {"translatedText": "never cl')
        answer: Any = translated(asked.texts[0], target, self.phrases)
        match behaviour:
            case "wrong count":
                answer = [answer, answer]
            case "null":
                answer = None
            case "empty":
                answer = ""
            case "hostile":
                answer += HOSTILE
            case "warning":
                answer = SPENT
        return said(answer)


def said(answer: object, status: int | str = 200, http: int = 200) -> Answer:
    """Return an answer in MyMemory's shape: what it says twice over, and matches it remembers of other texts."""
    body = {
        "responseData": {"translatedText": answer, "match": 0.85},
        "quotaFinished": False,
        "responseDetails": "",
        "responseStatus": status,
        "matches": [{"segment": "다른 글", "translation": "Quite another text", "match": 0.5}],
    }
    return Answer(json.dumps(body).encode(), http)
