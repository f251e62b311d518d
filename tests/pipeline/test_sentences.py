"""Sentence ends, labelled with a bar."""

import pytest

from pipeline.sentences import boundaries, spans
from schemas.language import Locale

KOREAN = [
    "한미동맹은 1953년에 맺어졌다. |올해로 70주년이다.",
    '"함께 가자."라고 그는 말했다. |그는 "동맹은 굳건하다."고 강조했다.',
    '"정말입니까?" 하고 물었다. |"안 돼!" 라고 외쳤다.',
    '"가겠습니다." |그는 떠났다.',
    "‘평화.’ |그것이 답이다.",
    "행사는 2026. 11. 22. 서울에서 열렸다. |성장률은 3.5%였다.",
    "오전 9. 30. 현재다. |협정 제3.2조를 보라.",
    "1. 개요를 본다. |그다음 절차를 본다.",
    "가. 목적은 이렇다. |나. 방법은 저렇다.",
    "미국(U.S. Army)의 발표다. |J. Smith 대령이 왔다. |Mr. Kim이 말했다. |No. 3 건물이다.",
    "그러나… 그는 떠났다. |끝났다… |다시 시작이다.",
    "감사합니다! |왜요? |몰라요. |그렇죠. |네.",
    "(사진 제공: 국방부.) |다음 소식입니다.",
    "보라. |iPhone은 좋다.",
    "(끝이다.) |이 사람은 갔다. |“그렇다.” |이 말은 옳다.",
    "첫 문단이다.\n\n|둘째 문단",
    "제목\n\n|본문이다.",
    "<1>굵은 문장이다.</1> |<2/>가 왔다.",
    "갔다.그리고 왔다. |끝.",
    "협회 소개\n|작은 모임이다. |회원은\n열 명이다.",
    "회의록 배포함\n|1. 장소\n|2026. 5. 10. 서울 · 부산\n|문의: 사무국",
    "그는 “왔다. 보았다.”라고 했다. |“어서 오세요!” 아이들이 외쳤다.",
    "접수: 3. 2.~3. 20. 까지다. |얼마나 많은가... |우리는 모른다.",
]
ENGLISH = [
    "The alliance began in 1953. |It has lasted.",
    "Mr. Kim met Dr. Lee at 3 p.m. on Monday. |He left at 5 p.m. |The bus was late.",
    '"Go now!" he said. |He said, "Go." |Then he left.',
    "The U.S. Army came. |He lives in the U.S. |The war ended.",
    "See No. 3 for more. |No. |I will not.",
    "J. Smith and A. B. Jones agreed. |It cost $3.5 million. |What?! |Yes... |Wait... what?",
    "1. First we go. |(It was late.) |Samsung Electronics Co. Ltd. said so.",
    "Gen. Paul LaCamera, e.g. in Seoul, i.e. the capital, spoke. |Lt. Col. Kim et al. agreed.",
    "On Nov. 22 they met. |They met in Nov. |It rained.",
    "iPhone sales rose. |The date is 2026. 11. 22. and so on.",
    "He has a Ph.D. from MIT. |Washington, D.C. is far. |Fort Bragg, N.C., hosted it.",
    'Version 2.0 is out! |"Is it so?" |"Yes."',
    "In 1950. |Then war.",
    "Autumn Concert\n|It took place on\nMonday in\nthe hall.",
    '"I did not know. I truly did not," he said. |eBay sellers ask twice the price.',
    "See <1>the page.</1> |Next.",
    "Visit 3.5.2 now. |김 씨가 왔다.",
]
LABELLED: list[tuple[Locale, str]] = [*(("ko", text) for text in KOREAN), *(("en", text) for text in ENGLISH)]


@pytest.mark.parametrize(("locale", "labelled"), LABELLED)
def test_labelled_sentences(locale: Locale, labelled: str) -> None:
    """A text is divided where a reader would divide it."""
    text = labelled.replace("|", "")
    assert "|".join(text[start:end] for start, end in spans(text, locale)) == labelled


@pytest.mark.parametrize("text", ["", " ", "가", "\n\n", "...", "1. "])
def test_nothing_to_divide(text: str) -> None:
    """A text with at most one sentence has no boundary."""
    assert boundaries(text, "ko") == []
