"""The little that the fake services know of Korean and English, and what they make up beyond it."""

import re
from zlib import crc32

PHRASES = {
    "안녕하세요": "Hello",
    "안녕하세요.": "Hello.",
    "한미동맹": "The ROK–US Alliance",
    "한미동맹재단": "Korea-US Alliance Foundation",
    "한미동맹은 1953년에 시작되었다.": "The ROK–US alliance began in 1953.",
    "재향군인의 날": "Veterans Day",
    "우리의 사명": "Our mission",
    "소식": "News",
    "연혁": "History",
    "감사합니다.": "Thank you.",
    "함께 갑시다!": "We go together!",
}
BACK = {english: korean for korean, english in PHRASES.items()}
MARK = "※ "  # stands before whatever was made up
KOREAN = ("동맹", "평화", "사람들", "오늘", "함께", "행사", "나라", "기억", "미래", "역사")
ENGLISH = ("alliance", "peace", "people", "today", "together", "event", "nation", "memory", "future", "history")
WORD = re.compile(r"<[^<>]*>|&#?\w+;|[가-힣]+|[A-Za-z]+(?:['’][a-z]+)?")


def made_up(text: str, target: str) -> str:
    """Return a text in the other script, the same each time; tags, entities, digits and marks stay."""

    def word(found: re.Match[str]) -> str:
        run = found[0]
        if run[0] in "<&" or ("가" <= run[0] <= "힣") == (target == "ko"):
            return run
        words = KOREAN if target == "ko" else ENGLISH
        return words[crc32(run.encode()) % len(words)]

    return MARK + WORD.sub(word, text)


def translated(text: str, target: str, phrases: dict[str, str]) -> str:
    """Return the known translation of `text`, `phrases` first, or a made-up one; edge white space stays."""
    core = text.strip()
    known = phrases.get(core) or (PHRASES if target == "en" else BACK).get(core) or made_up(core, target)
    return text.replace(core, known, 1) if core else text
