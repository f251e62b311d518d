"""The words of a revision as they are stored: read once by the worker, used by every index and every highlight."""

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2s
from sys import getsizeof
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, exists, or_, select, tuple_

from content_api.search.remembering import Remembered
from content_api.storage import tables
from content_api.storage.database import Transaction
from pipeline.analysis import Analyser, Token, initials_of
from pipeline.glossary import written
from pipeline.initials import squeezed
from pipeline.plain import plain
from schemas.language import LOCALES, Locale, Term

# A word as it is marked where it is found: with what joins its pieces, without the signs around it.
WORD = re.compile(r"[^\W_]+(?:[.,'’·ㆍ&‐‑-][^\W_]+)*%?")
# A text of nothing but different words has so many at most; the rest of it is not found by.
MOST_WORDS = 20_000
# What decoded words are remembered, in bytes; and what each takes beside its strings.
LARGEST = 8 * 1024 * 1024
OVERHEAD = 1_000
# Stands for the terms of what cannot be read.
UNREADABLE = "unreadable"

t = tables.search_tokens.c
p, r = tables.published.c, tables.revision.c

STORED = select(t.revision_id, t.content).where(
    t.revision_id.in_(bindparam("ids", expanding=True)), t.version == bindparam("version")
)


class Read(Struct, frozen=True, array_like=True):
    """A text taken for its words: each with the places at which the written words begin that it stands in.

    They are kept as lines, `word place place`: who marks what was found looks three of a thousand up, and need not take
    all of them apart.
    """

    text: str
    lines: str

    def places(self, word: str) -> list[int]:
        """Return where the written words begin that `word` stands in."""
        start = self.lines.find(f"\n{word} ")
        if start < 0:
            return []
        start += len(word) + 2
        return [int(place) for place in self.lines[start : self.lines.find("\n", start)].split()]

    def words(self) -> Iterator[tuple[str, list[int]]]:
        """Yield every word with its places."""
        for line in self.lines.split("\n")[1:-1]:
            word, *places = line.split(" ")
            yield word, [int(place) for place in places]


class Words(Struct, frozen=True, array_like=True):
    """A revision's words: of its title, its summary and its body without markup.

    `terms` tells by which terms of the glossary it was read, of those that it may say: they alone count.
    """

    title: Read
    summary: Read
    body: Read
    terms: str = ""


Known = Remembered[tuple[str, str], Words]
"""Words that were read and decoded, by revision and version: while the terms they were read by are the same."""


def weight(words: Words) -> int:
    """Return what the words of a revision take in memory, in bytes."""
    parts = (words.title, words.summary, words.body)
    return OVERHEAD + sum(getsizeof(part.text) + getsizeof(part.lines) for part in parts)


def recalled(connection: Connection, revision_ids: Iterable[str], version: str, known: Known) -> dict[str, Words]:
    """Return the words of those revisions that this version has read, and remember them."""
    wanted = dict.fromkeys(revision_ids)
    found = {each: words for each in wanted if (words := known.get((each, version)))}
    missing = [each for each in wanted if each not in found]
    for each, words in (stored(connection, missing, version) if missing else {}).items():
        if words.terms != UNREADABLE:  # that one is replaced
            known.put((each, version), words)
        found[each] = words
    return found


def stored(connection: Connection, revision_ids: Iterable[str], version: str) -> dict[str, Words]:
    """Return the words of those revisions that this version of the analyser has read."""
    rows = connection.execute(STORED, {"ids": list(revision_ids), "version": version})
    return {row.revision_id: unpacked(row.content) for row in rows}


def unread(connection: Connection, revision_ids: Iterable[str], known: Mapping[str, Words]) -> Sequence[Any]:
    """Return the revisions among `revision_ids` that are not `known`: id, entry, language, title, summary, body."""
    wanted = [revision_id for revision_id in revision_ids if revision_id not in known]
    asked = select(r.id, r.entry_id, r.locale, r.title, r.summary, r.body).where(r.id.in_(wanted))
    return connection.execute(asked).all()


def read(analyser: Analyser, locale: Locale, title: str, summary: str, body: str) -> Words:
    """Return the words of a text."""
    shown = plain(body)
    return Words(
        _read(analyser, locale, title),
        _read(analyser, locale, summary),
        _read(analyser, locale, shown, least=3),
        _name(said(by_form(analyser.terms), title, summary, shown)),
    )


def unreadable(title: str, summary: str) -> Words:
    """Return what stands for a text that cannot be read: no words. It is tried again when its entry changes."""
    return Words(Read(title, "\n"), Read(summary, "\n"), Read("", "\n"), UNREADABLE)


def read_by(analyser: Analyser, words: Mapping[str, Words]) -> dict[str, Words]:
    """Return those that the analyser would not read otherwise: no term that they say came, went or changed."""
    forms = by_form(analyser.terms)

    def terms(each: Words) -> set[Term]:
        return said(forms, each.title.text, each.summary.text, each.body.text)

    return {key: each for key, each in words.items() if each.terms == _name(terms(each))}


@lru_cache(maxsize=8)
def by_form(terms: tuple[Term, ...]) -> Sequence[tuple[str, Term]]:
    """Return every form of the terms, as `said` compares it, with its term."""
    forms = ((form, term) for term in terms for locale in LOCALES for form in written(term, locale))
    return [(short, term) for form, term in forms if (short := squeezed(form))]


def said(forms: Sequence[tuple[str, Term]], *parts: str) -> set[Term]:
    """Return the terms that a text may say: one of whose forms is in it, whatever its spacing."""
    whole = squeezed(" ".join(parts)) if forms else ""
    return {term for form, term in forms if form in whole}


def _name(terms: Iterable[Term]) -> str:
    """Return a short name of some terms: none has the empty one."""
    those = sorted(map(msgspec.json.encode, terms))
    return blake2s(b"\n".join(those), digest_size=16).hexdigest() if those else ""


def keep(tx: Transaction, revision_id: str, entry_id: str, version: str, words: Words) -> None:
    """Store the words of a revision; those of other versions stay as long as an index may answer by them."""
    row = {"revision_id": revision_id, "entry_id": entry_id, "version": version, "content": packed(words)}
    added = tx.insert_into(tables.search_tokens).values(**row)
    tx.execute(added.on_conflict_do_update(index_elements=[t.revision_id, t.version], set_={"content": row["content"]}))


def forget_all_but(tx: Transaction, entry_ids: Collection[str], public: Collection[str]) -> None:
    """Forget the words of all other revisions of some entries than those that are `public`."""
    mine = t.entry_id.in_(list(entry_ids))
    tx.execute(delete(tables.search_tokens).where(mine, t.revision_id.not_in(list(public))))


def sweep(tx: Transaction, version: str, most: int = 200) -> bool:
    """Forget some of what is not public, or was read by other versions than this one; tell whether there was any."""
    mine = or_(p.revision_ko == t.revision_id, p.revision_en == t.revision_id)
    is_public = exists().where(p.entry_id == t.entry_id, p.audience == "all", mine)
    some = select(t.revision_id, t.version).where(or_(~is_public, t.version != version)).limit(most)
    return tx.execute(delete(tables.search_tokens).where(tuple_(t.revision_id, t.version).in_(some))).rowcount > 0


def still_there(tx: Transaction, revision_ids: Iterable[str]) -> set[str]:
    """Return those of the revisions that were not purged, and are not until the commit."""
    return set(tx.execute(select(r.id).where(r.id.in_(list(revision_ids))).with_for_update(read=True)).scalars())


def packed(words: Words) -> bytes:
    """Return the words as they are stored."""
    return zlib.compress(msgspec.msgpack.encode(words), level=1)


def unpacked(content: bytes) -> Words:
    """Return what `packed` packed."""
    return msgspec.msgpack.decode(zlib.decompress(content), type=Words)


def _read(analyser: Analyser, locale: Locale, text: str, *, least: int = 2) -> Read:
    """Return the words of a text, those of at least so many syllables also by their initials."""
    tokens = analyser.tokens(text, locale)
    tokens += [each for each in initials_of(tokens) if len(each.text) >= least]
    words = _placed(tokens, [match.span() for match in WORD.finditer(text)])
    return Read(text, in_lines(words))


def in_lines(words: Mapping[str, Iterable[int]]) -> str:
    """Return words with their places as `Read` keeps them: a word holds no blank."""
    return "".join(f"\n{' '.join([word, *map(str, places)])}" for word, places in words.items()) + "\n"


def _placed(tokens: Iterable[Token], spans: list[tuple[int, int]]) -> dict[str, list[int]]:
    """Return the words with the places of the written ones (`spans`) that they overlap, each occurrence once."""
    words: dict[str, list[int]] = {}
    at = 0
    for token in sorted(tokens, key=lambda each: each.start):
        while at < len(spans) and spans[at][1] <= token.start:
            at += 1
        if token.text not in words and len(words) >= MOST_WORDS:
            continue
        places = words.setdefault(token.text, [])
        number = at
        while number < len(spans) and spans[number][0] < token.end:
            if not places or places[-1] < spans[number][0]:
                places.append(spans[number][0])
            number += 1
    return words
