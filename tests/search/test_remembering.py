"""What was read is remembered up to so many bytes."""

from content_api.search.remembering import Remembered


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
