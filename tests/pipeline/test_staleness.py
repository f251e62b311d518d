"""What of a source went on: the laws that hold for any two texts, and the pairing of what went with what came."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.staleness import Change, changes
from pipeline.texts import PlainText, TextDocument, split_text

SENTENCES = st.lists(st.sampled_from(["가나다.", "가나다라.", "마바사.", "아자차.", "카타파.", "가나 하."]), max_size=8)


def text(sentences: list[str], title: str = "제목") -> TextDocument:
    """Return a text with a paragraph for each sentence."""
    return split_text(PlainText(title, "", "\n\n".join(sentences)), "ko")


def said(found: list[Change]) -> list[tuple[str | None, str | None]]:
    return [(each.before, each.now) for each in found]


@given(SENTENCES, SENTENCES)
def test_what_is_told_is_exactly_what_went_and_came(old: list[str], new: list[str]) -> None:
    """Every segment that is in one text alone is in one change, and no other is in any."""
    before, now = text(old), text(new)
    found = changes(before, now)
    ids_before, ids_now = ({each.id for each in document.segments} for document in (before, now))
    assert sorted(each.id_before for each in found if each.id_before) == sorted(ids_before - ids_now)
    assert [each.id_now for each in found if each.id_now] == [
        each.id for each in now.segments if each.id not in ids_before
    ]


@given(SENTENCES, st.randoms())
def test_a_move_is_no_change(sentences: list[str], chance: object) -> None:
    """The same segments in any order are the same."""
    moved = list(sentences)
    chance.shuffle(moved)  # type: ignore[attr-defined]
    assert changes(text(sentences), text(moved)) == []


def test_an_edited_sentence_is_one_change() -> None:
    """What came where something alike went is its successor, even if the paragraph beside it moved away."""
    assert said(changes(text(["하나.", "둘이 있다.", "셋."]), text(["셋.", "하나.", "둘만 있다."]))) == [
        ("둘이 있다.", "둘만 있다.")
    ]


def test_what_came_is_told_beside_what_it_is_most_like() -> None:
    """Of several that went at one place each is told with the one that says nearly the same."""
    old = text(["여기는 서울입니다.", "비가 많이 옵니다."])
    new = text(["전혀 다른 말이다.", "비가 조금 옵니다.", "여기는 부산입니다."])
    assert said(changes(old, new)) == [
        (None, "전혀 다른 말이다."),
        ("비가 많이 옵니다.", "비가 조금 옵니다."),
        ("여기는 서울입니다.", "여기는 부산입니다."),
    ]


def test_a_title_and_a_block_of_code_count_too() -> None:
    """A title is paired with the new title; code, which no segment holds, with the code that replaced it."""
    old, new = text(["```\na\n```"], "옛 제목"), text(["```\nb\n```"], "새것")
    assert said(changes(old, new)) == [("옛 제목", "새것"), ("a\n", "b\n")]
