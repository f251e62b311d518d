"""Judges what an engine gave for one segment: hostile input until it has passed here.

Only what makes an answer unusable is refused; whether it is a good translation is for `pipeline.checks` and people.
"""

import re
import unicodedata

from pipeline import placeholders, protect
from pipeline.engines.base import BadAnswer, Markup
from schemas.language import Locale
from schemas.unicode import nfc

# What services send as a translation with status 200 (MyMemory's, and pages of proxies and portals).
WARNING = re.compile(
    r"MYMEMORY WARNING|YOU USED ALL AVAILABLE FREE TRANSLATIONS|QUERY LENGTH LIMIT EXCEEDED|"
    r"PLEASE SELECT TWO DISTINCT LANGUAGES|NO QUERY SPECIFIED|INVALID (?:SOURCE|TARGET|LANGUAGE PAIR)|"
    r"IS AN INVALID (?:SOURCE|TARGET) LANGUAGE|<!doctype\s+html|<html[\s>]",
    re.IGNORECASE,
)
# Letters' worth of a whole translation per character of source, by target. Usual are 0.4 to 0.6 into Korean and 1.7
# to 2.6 into English; below these shares a long text was cut off (LibreTranslate, at 255 characters, with status 200).
SHORTEST: dict[Locale, float] = {"ko": 0.3, "en": 0.7}
LONG = 200  # characters from which those shares and the sentence's end are looked at
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]』」》\s]*\Z")
# Bidirectional overrides and isolates, zero-width space, byte order mark: they hide text or turn it around.
INVISIBLE = re.compile("[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
LITERAL_ENTITY = re.compile(r"&(?:#\w{1,8}|[A-Za-z]\w{1,30});")
GAP = re.compile(r"\s{9,}")  # nothing that is written for readers, and slow to search in
BREAKS = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")


def accept(name: str, answer: object, source: str, target_locale: Locale, markup: Markup) -> str:
    """Return the placeholder-form target that the raw `answer` to the placeholder-form `source` holds.

    The source's edge white space is the target's, text is NFC, control characters are gone, markup is literal
    text. Raises `BadAnswer` with a reason that names `name` and repeats nothing of either text.
    """
    if not isinstance(answer, str):
        raise BadAnswer(f"{name} gave no text")
    if not answer.strip():
        raise BadAnswer(f"{name} gave no translation")
    if absurdly_long(answer, source):
        raise BadAnswer(f"{name} gave an absurdly long answer")
    if WARNING.search(answer) and not WARNING.search(source):
        raise BadAnswer(f"{name} gave a warning or a page instead of a translation")
    cleaned = GAP.sub(" ", _clean(name, answer))
    try:
        target = _clean(name, protect.unmask(cleaned, source, markup))
        placeholders.verify(source, target)
    except placeholders.PlaceholderError as error:
        raise BadAnswer(f"{name}: {error}") from None
    for entity in LITERAL_ENTITY.findall(source):  # text about markup, which LibreTranslate unescapes once too often
        if target.count(entity) < source.count(entity):
            raise BadAnswer(f"{name} changed text that looks like markup")
    if "\n" not in source.strip():
        target = re.sub(r"\s*\n\s*", " ", target.strip())
    _judge_length(name, placeholders.plain(source).strip(), placeholders.plain(target).strip(), target_locale)
    core = source.strip()
    start = source.index(core)
    return source[:start] + target.strip() + source[start + len(core) :]


def absurdly_long(answer: str, source: str) -> bool:
    """Say whether `answer` is longer than any translation of `source` with its markup: not worth reading."""
    return len(answer) > 20 * len(source) + 2000


def _clean(name: str, text: str) -> str:
    text = INVISIBLE.sub("", BREAKS.sub("\n", text))
    text = "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) != "Cc")
    if any(mark == "\ufffd" or unicodedata.category(mark) == "Cs" for mark in text):
        raise BadAnswer(f"{name} gave broken characters")
    try:
        return nfc(text)
    except ValueError as fault:
        raise BadAnswer(f"{name} gave {fault}") from None


def _judge_length(name: str, source: str, target: str, locale: Locale) -> None:
    if source and not target:
        raise BadAnswer(f"{name} gave no translation")
    if len(target) > 8 * len(source) + 80:
        raise BadAnswer(f"{name} gave an absurdly long answer")
    if len(source) >= 40 and len(target) * 10 < len(source):
        raise BadAnswer(f"{name} gave an absurdly short answer")
    if len(source) > LONG and (
        len(target) < SHORTEST[locale] * len(source)
        or (SENTENCE_END.search(source) and not SENTENCE_END.search(target))
    ):
        raise BadAnswer(f"{name} gave only part of the text")
