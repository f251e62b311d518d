"""`Accept-Language`, compared with a second reading of RFC 4647 (lookup) and RFC 9110 (lists and weights)."""

import socket
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from content_api.http.parameters import negotiated
from schemas.language import LOCALES
from tests.postgres import only_on
from tests.properties.delivery.world import amount
from tests.server import Server

Client = TestClient[Any]


def looked_up(lines: Sequence[str], default: str) -> str:
    """Return the language for header lines, as the two standards have it, written as they are: step by step."""
    wanted: list[tuple[str, int]] = []
    for element in ",".join(lines).split(","):
        tag, semicolon, weight = element.partition(";")
        thousandths = weighed(weight.strip(" \t")) if semicolon else 1000
        if thousandths is not None:
            wanted.append((tag.strip(" \t").lower(), thousandths))
    refused = [tag for tag, thousandths in wanted if not thousandths]
    for level in range(1000, 0, -1):
        for tag, thousandths in wanted:
            if thousandths == level:
                subtags = tag.split("-")
                while subtags:
                    if "-".join(subtags) in {"ko", "en"} - set(refused):
                        return "-".join(subtags)
                    subtags.pop()
    acceptable = [locale for locale in (default, *LOCALES) if locale not in refused and "*" not in refused]
    return acceptable[0] if acceptable else default


def weighed(parameter: str) -> int | None:
    """Return a weight in thousandths, `None` if it is none: `q=` and 0 to 1 with up to three digits behind the dot."""
    if parameter[:2] not in ("q=", "Q="):
        return None
    whole, _, rest = parameter[2:].partition(".")
    if whole not in ("0", "1") or len(rest) > 3 or any(digit not in "0123456789" for digit in rest):
        return None
    thousandths = int(whole) * 1000 + int(rest.ljust(3, "0"))
    return thousandths if thousandths <= 1000 else None


RANGES = st.sampled_from(["ko", "en", "KO-kr", "en-US", "en-Latn-GB-x-a", "fr", "zh-Hant", "*", "kor", "", "-", "*-KR"])
WELL_FORMED = ["", ";q=0", ";q=0.5", ";q=1", ";q=0.001", ";q=1.000", ";q=0.", " ; \tQ=0.25", ";q=0.000", ";q=1."]
MALFORMED = [
    ";",
    ";q",
    ";q=",
    ";q=2",
    ";q=1.001",
    ";q=0.1234",
    ";q=-0",
    ";q=.5",
    ";q=1e-1",
    ";q=0_1",
    ";q = 1",
    ";a=1;q=0",
]
WEIGHTS = st.sampled_from(WELL_FORMED + MALFORMED)
ELEMENTS = st.tuples(RANGES, WEIGHTS).map("".join) | st.text(st.characters(max_codepoint=255), max_size=6)
LINES = st.lists(ELEMENTS, max_size=6).map(", ".join)


@given(lines=st.lists(LINES, min_size=1, max_size=2), default=st.sampled_from(LOCALES))
def test_lookup_is_that_of_the_standards(lines: list[str], default: Any) -> None:
    """For any header and default, the language is the one a second reading of the standards finds."""
    assert negotiated(", ".join(lines), default) == looked_up(lines, default)


@pytest.mark.parametrize(
    ("header", "default", "expected"),
    [
        ("ko;q=0", "ko", "en"),
        ("fr, ko;q=0", "ko", "en"),
        ("en, ko;q=0", "ko", "en"),
        ("*, ko;q=0", "ko", "en"),
        ("ko-KR, ko;q=0", "ko", "en"),
        ("ko-KR;q=0", "ko", "ko"),
        ("ko;q=0", "en", "en"),
        ("ko;q=0, en;q=0", "ko", "ko"),
        ("*;q=0", "en", "en"),
        ("*;q=0, fr", "ko", "ko"),
        ("*;q=0, en-GB;q=0.1", "ko", "en"),
        ("*, en;q=0.1", "ko", "en"),
        ("*;q=0.1", "en", "en"),
        ("en;q=1e-1", "ko", "ko"),
    ],
)
def test_a_weight_of_nothing_excludes(header: str, default: Any, expected: str) -> None:
    """What a header excludes by a weight of 0 is not answered; where nothing is left it is as good as none."""
    assert negotiated(header, default) == looked_up([header], default) == expected


def test_an_answer_is_in_the_language_looked_up(client: Client, backend: str) -> None:
    """Any bytes in any number of header lines get a page in the language that a second reading finds, and say so."""

    @amount(100, backend)
    @given(lines=st.lists(LINES.map(lambda line: line.encode("latin-1")) | st.binary(max_size=30), max_size=3))
    def holds(lines: list[bytes]) -> None:
        sent = [line.translate(None, b"\r\n\0").strip() for line in lines]
        answer = client.get("/v1/news", headers=[(b"accept-language", line) for line in sent])
        assert answer.status_code == 200
        assert answer.headers["content-language"] == looked_up([line.decode("latin-1") for line in sent], "ko")
        assert "Accept-Language" in answer.headers["vary"]

    holds()


@only_on("sqlite")
def test_no_header_breaks_the_server(server: Server) -> None:
    """Raw bytes on a real socket, huge headers among them: an answer in a language of ours, or a refusal of theirs."""
    headers = [b"ko" * 20_000, b"en" + b"-a" * 20_000, b"en," * 20_000, b"\xff\xfe", b";;;;", b"q=0", b"\t en \t"]
    for header in headers:
        status, answered = asked(server, header, b"ko;q=0.1")
        assert 200 <= status < 500, header[:20]
        assert status != 200 or answered in LOCALES


def asked(server: Server, *lines: bytes) -> tuple[int, str]:
    """Send header lines as they are; return the status and the language of the answer."""
    headers = b"".join(b"Accept-Language: " + line + b"\r\n" for line in lines)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /v1/news HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + b"\r\n")
        with connection.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            told = {name.lower(): value for name, _, value in (line.partition(b": ") for line in answer)}
    return status, told.get(b"content-language", b"").decode().strip()
