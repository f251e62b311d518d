"""A fake of Google's page for people with small screens, in the shape that deep-translator scrapes."""

import html

from tests.peers.base import Answer, Asked, Behaviour, Peer
from tests.peers.phrases import translated

SHAPE = (
    '<!DOCTYPE html><html lang="{target}"><head><meta charset="utf-8"><title>Google</title></head><body>'
    '<form action="/m"><input type="text" name="q" value="{question}"></form>'
    '<div class="result-container">{answer}</div><div class="links-container"></div></body></html>'
)
HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt;&#x202e;&#27;[31m"


class GooglePeer(Peer):
    """`with GooglePeer() as peer: Google(peer.url + "/m")`."""

    def texts_of(self, asked: Asked) -> list[str]:
        return asked.query.get("q", [])

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        if asked.path != "/m" or "tl" not in asked.query or not asked.texts:
            return Answer(b"<!doctype html><title>Error 404 (Not Found)!!1</title>", 404, "text/html")
        target = asked.query["tl"][0]
        question = asked.texts[0]
        answer = html.escape(translated(question, target, self.phrases), quote=True).replace("\n", "<br>")
        match behaviour:
            case "null" | "wrong json":
                return _page("<!DOCTYPE html><html><body><p>Nothing here.</p></body></html>")
            case "empty":
                answer = ""
            case "wrong count":
                answer = "One <b>two</b> three"
            case "hostile":
                answer += HOSTILE
            case "warning":
                answer = "PLEASE SELECT TWO DISTINCT LANGUAGES"
        return _page(SHAPE.format(target=target, question=html.escape(question), answer=answer))


def _page(text: str) -> Answer:
    return Answer(text.encode(), content_type="text/html; charset=UTF-8")
