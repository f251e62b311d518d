"""What Whoosh's files give back: postings by blocks, and segments that stay few."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import FileIndex

from content_api.search.index import Asked, Document, State, Step
from content_api.search.whoosh_files import NAME, SCHEMA, STEPS, Files, Reader, fields, is_in_pieces, merge_few, writing
from content_api.search.whoosh_index import WhooshIndex
from pipeline.analysis import Analyser
from pipeline.morphology import ParticleSplitter
from schemas.entries import Kind


def made(folder: Path) -> FileIndex:
    return FileIndex.create(Files(str(folder)), SCHEMA, NAME)


class Documents:
    """What an index is made of: some documents, and nothing that came since."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def everything(self) -> Iterator[Sequence[Document]]:
        yield self._documents

    def since(self, _state: State) -> Iterator[Step]:
        yield from ()

    def pause(self, _seconds: float = 0) -> None: ...


def document(number: int, **words: float) -> Document:
    return Document(entry_id=f"entry {number}", kind="news", day=number, tags=(), texts={"ko": words})


def test_blocks_say_what_whoosh_reads_one_by_one(tmp_path: Path) -> None:
    """Of words in thousands of documents, in one and in none, with one weight and with many."""
    index = made(tmp_path)
    with writing(tmp_path) as writer:
        for number in range(2_500):
            more = {"다름": number / 7} if number % 3 else {}
            once = {"하나": 2.5} if number == 1_700 else {}
            writer.add_document(**fields(document(number, 모두=1.0, 같음=0.5, **more, **once)))
        writer.commit(merge=False)
    (segment,) = index._read_toc().segments
    reader = Reader(Files(str(tmp_path)), SCHEMA, segment)
    for word in ("모두", "같음", "다름", "하나"):
        read = [
            (int(each), float(says))
            for ids, weights in reader.blocks("ko", word)
            for each, says in zip(ids, weights, strict=True)
        ]
        matcher, expected = reader.postings("ko", word), []
        while matcher.is_active():
            expected.append((matcher.id(), matcher.weight()))
            matcher.next()
        assert read == expected
        assert len(read) == (1 if word == "하나" else 1_666 if word == "다름" else 2_500)
    assert list(reader.blocks("ko", "없음")) == list(reader.blocks("en", "모두")) == []


def written_anew(folder: Path, entries: Iterable[int]) -> int:
    """Write entries one by one; return how many documents were written again for merges."""
    merged = 0

    def counted(writer: Any, segments: list[Any]) -> list[Any]:
        nonlocal merged
        kept = merge_few(writer, segments)
        merged += sum(each.doc_count_all() - each.deleted_count() for each in segments if each not in kept)
        return kept

    for number in entries:
        with writing(folder) as writer:
            writer.update_document(**fields(document(number, 낱말=1.0)))
            writer.commit(mergetype=counted)
    return merged


def test_segments_stay_few_and_hold_everything(tmp_path: Path) -> None:
    """However many commits of one entry there are, and none is written anew more than twice."""
    index = made(tmp_path)
    assert written_anew(tmp_path, range(200)) <= 2 * 200
    segments = index._read_toc().segments
    assert len(segments) <= STEPS[0] + STEPS[1] // STEPS[0] + 200 // STEPS[1]
    readers = [Reader(Files(str(tmp_path)), SCHEMA, each) for each in segments]
    assert sum(len(ids) for reader in readers for ids, _ in reader.blocks("ko", "낱말")) == 200


@pytest.mark.parametrize("size", [STEPS[1] - 1, 40, 63])
def test_entries_that_are_edited_do_not_make_all_others_be_written_anew(tmp_path: Path, size: int) -> None:
    """In a small site the same entries are published again and again: a few documents are written for each."""
    index = made(tmp_path)
    written_anew(tmp_path, range(size))
    assert written_anew(tmp_path, (number % size for number in range(150))) <= 4 * 150
    segments = index._read_toc().segments
    assert sum(each.doc_count_all() - each.deleted_count() for each in segments) == size
    assert not is_in_pieces(tmp_path)


def test_what_only_a_deleted_document_said_is_unknown(tmp_path: Path) -> None:
    """To who opened the files before, and to who opens them after: a word that nobody says any more is not missed."""
    index = WhooshIndex(tmp_path)
    everything = [document(number, 동맹=1.0, **({"동매": 1.0} if number == 3 else {})) for number in range(70)]
    index.renew(State("log", 1, "1"), Documents(everything), lambda _: None)
    asked = Asked(query=Analyser(ParticleSplitter()).query("동맹 동매"), audience="ko", fallback="none")

    def unknown(of: WhooshIndex) -> tuple[int, frozenset[int]]:
        found = of.find(None, asked, None, 10)  # type: ignore[arg-type]
        return found.total, found.unknown

    assert unknown(index)[1] == frozenset()
    index.write(Step([document(3, 동맹=1.0)], [], State("log", 2, "1")))
    assert unknown(index) == unknown(WhooshIndex(tmp_path)) == (70, {1})


@pytest.mark.parametrize("tag", [None, "tag-2"])
def test_many_segments_answer_as_one(tmp_path: Path, tag: str | None) -> None:
    """What was written one by one, and partly taken away again, is found, ranked and counted as if made at once."""
    kinds: tuple[Kind, ...] = ("news", "history", "mission")
    everything = [
        Document(
            entry_id=f"entry {number}",
            kind=kinds[number % 3],
            day=number,
            tags=(f"tag-{number % 4}", *(["rare"] if number == 17 else [])),
            texts={"ko": {"동맹": 1.0 + number % 5, f"말{number}": 1.0}, "en": {"allianc": 1.0 + number % 7}},
        )
        for number in range(45)
    ]
    kept = [each for number, each in enumerate(everything) if number % 6]
    at_once, one_by_one = WhooshIndex(tmp_path / "once"), WhooshIndex(tmp_path / "one by one")
    at_once.renew(State("log", 1, "1"), Documents(kept), lambda _: None)
    one_by_one.renew(State("log", 1, "1"), Documents(everything[:1]), lambda _: None)
    for number, each in enumerate(everything):
        gone = [everything[number - 1].entry_id] if number % 6 == 1 else []
        one_by_one.write(Step([each], gone, State("log", number + 2, "1")))
    assert len(one_by_one._newest().segments) > 3
    for words in ("동맹", "동맹 말7", "말17 alliance"):
        query = Analyser(ParticleSplitter()).query(words)
        asked = Asked(query=query, audience="all", fallback="none", tag=tag)
        expected, found = (index.find(None, asked, None, 50) for index in (at_once, one_by_one))  # type: ignore[arg-type]
        assert list(found.hits) == list(expected.hits) != []
        assert vars(found) | {"hits": None} == vars(expected) | {"hits": None}
