"""A text's file: what is put together is taken apart to the byte."""

from hypothesis import example, given
from hypothesis import strategies as st

from content_api.workflow import files
from schemas.values import Body, Summary, Title, Value


def value_of(shape: type[Value], hard: str) -> st.SearchStrategy[str]:
    """Give what a value may be, with what is hard for YAML or for line ends more often than chance has it."""

    def fits(text: str) -> bool:
        try:
            return bool(shape.parse(text) is not None)
        except ValueError:
            return False

    pieces = st.one_of(st.sampled_from(hard.split("␣")), st.text(max_size=8))
    return st.lists(pieces, max_size=8).map("".join).map(lambda text: text[: shape.limit]).filter(fits)


HARD = r"---␣...␣: ␣ #␣- ␣'␣\␣|␣>␣&a␣*a␣!!int␣yes␣null␣1953␣0x1f␣{␣[␣%␣@␣`␣ ␣한글␣😀␣~"
HARD += '␣"␣\u2028␣\u2029␣\ufeff␣\u00a0'


@given(
    title=value_of(Title, HARD),
    summary=value_of(Summary, f"{HARD}␣\n␣\n\n␣\n---\n␣ \n"),
    body=value_of(Body, f"{HARD}␣\n␣\r\n␣\t␣\n---\n␣---\n␣\n...\n␣ \n\n"),
)
@example(title=" 가 ", summary="\n---\n", body="---\n---\r\n\r\n")
@example(title="---", summary="  들여 쓴 줄\n끝  ", body="")
def test_any_text_comes_back_to_the_byte(title: str, summary: str, body: str) -> None:
    """Whatever a title, summary or body may hold, its file holds it exactly, and a person can read it."""
    head = {"title": title, "summary": summary}
    written = files.put_together(head, body)
    assert files.taken_apart("a.md", written) == (head, body)
    assert written.endswith(f"---\n{body}")


def test_a_summary_of_several_lines_stands_as_lines() -> None:
    """A person edits lines, not a quoted string."""
    written = files.put_together({"title": "감사의 날", "summary": "첫 줄\n둘째 줄"}, "글입니다.\n")
    assert written == "---\ntitle: 감사의 날\nsummary: |-\n  첫 줄\n  둘째 줄\n---\n글입니다.\n"
