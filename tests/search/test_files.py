"""What Whoosh's files give back: postings by blocks, and segments that stay few."""

from pathlib import Path

from whoosh.index import FileIndex

from content_api.search.index import Document
from content_api.search.whoosh_files import NAME, SCHEMA, STEPS, Files, Reader, fields, merge_few, writing


def made(folder: Path) -> FileIndex:
    return FileIndex.create(Files(str(folder)), SCHEMA, NAME)


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


def test_segments_stay_few_and_hold_everything(tmp_path: Path) -> None:
    """However many commits of one entry there are, and none is written anew more than twice."""
    index = made(tmp_path)
    merged = 0

    def counted(writer: object, segments: list[object]) -> list[object]:
        nonlocal merged
        kept = merge_few(writer, segments)
        merged += sum(each.doc_count_all() for each in segments if each not in kept)  # type: ignore[attr-defined]
        return kept

    for number in range(200):
        with writing(tmp_path) as writer:
            writer.update_document(**fields(document(number, 낱말=1.0)))
            writer.commit(mergetype=counted)
    segments = index._read_toc().segments
    assert len(segments) <= sum(STEPS[1:]) // STEPS[0] + STEPS[0] + 200 // STEPS[1]
    assert merged <= 2 * 200
    readers = [Reader(Files(str(tmp_path)), SCHEMA, each) for each in segments]
    assert sum(len(ids) for reader in readers for ids, _ in reader.blocks("ko", "낱말")) == 200
