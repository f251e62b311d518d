"""What was read is remembered up to so many bytes."""

from sys import getsizeof

from content_api.search import highlighting
from content_api.search.remembering import Remembered
from schemas.decoding import encode
from schemas.search import Highlights


def test_what_was_longest_not_asked_for_is_forgotten_first() -> None:
    """What is asked for stays; what alone is larger than all there is room for does not."""
    kept: Remembered[str, bytes] = Remembered(10, len)
    for key in ("a", "b"):
        kept.put(key, b"12345")
    assert kept.get("a") == b"12345"
    kept.put("c", b"123")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"12345", None, b"123")
    kept.put("a", b"another")  # values never change
    assert kept.get("a") == b"12345"
    kept.put("d", b"12345678901")
    assert [kept.get(key) for key in "abcd"] == [None] * 4
    kept.put("e", b"1234567890")
    assert kept.get("e") == b"1234567890"


def test_what_grows_when_it_is_sent_is_counted_with_that() -> None:
    """A string keeps a copy of how it was encoded: the memory stays as small as it should, however much passes it."""
    kept: highlighting.Known = Remembered(200_000, highlighting.weight)
    shown = []
    for number in range(1_000):
        each = Highlights(title=f"한미동맹 {number}", body=[f"한미동맹을 위한 모임입니다 {number}. " * 5] * 2)
        kept.put((f"revision {number}", "1", b""), each)
        encode(each)
        shown.append(each)
    there = [each for number, each in enumerate(shown) if kept.get((f"revision {number}", "1", b""))]
    assert 50 < len(there) < 500
    assert sum(getsizeof(part) for each in there for part in (each.title, *each.body)) <= 200_000
