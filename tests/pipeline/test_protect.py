"""What must not change in running text, and the form in which engines get it."""

import pytest

from pipeline.placeholders import PlaceholderError
from pipeline.protect import Markup, mask, spans, translatable, unmask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.kr/b?c=1에서 보라", ["https://a.kr/b?c=1"]),
        ("(https://a.kr/b_(c)). 끝", ["https://a.kr/b_(c)"]),
        ("https://ko.example.org/wiki/한미동맹 참고", ["https://ko.example.org/wiki/한미동맹"]),
        ("https://a.kr/을 보라", ["https://a.kr/"]),
        ("www.a.kr, press@a.co.kr로", ["www.a.kr", "press@a.co.kr"]),
        ("{user_name}님 {{ var }} {0} {} {참고}", ["{user_name}", "{{ var }}", "{0}", "{}"]),
        ("%s명, %(name)d, %1$s, 100%였다, 50% so", ["%s", "%(name)d", "%1$s"]),
        ("$HOME ${home} $5 US$3", ["$HOME", "${home}"]),
        ("@handle #해시태그", []),
    ],
)
def test_protected_text(text: str, expected: list[str]) -> None:
    """Addresses, e-mail and format placeholders are protected; handles, hashtags and prices are text."""
    assert [text[start:end] for start, end in spans(text)] == expected


def test_names_that_stay() -> None:
    """A name in `keep` is protected before a particle, but not inside another word; the longest wins."""
    text = "Hanmi를 Hanmis Hanmi API가"
    assert [text[start:end] for start, end in spans(text, ["Hanmi", "Hanmi API"])] == ["Hanmi", "Hanmi API"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [("동맹", True), ("<1>a</1>", True), ("<1/>", False), ("1,200 (3.5%)", False), ("…!?", False), ("🇰🇷 👍", False)],
)
def test_translatable(source: str, *, expected: bool) -> None:
    """Only what has a letter outside its placeholders goes to an engine."""
    assert translatable(source) is expected


def test_masked_form() -> None:
    """As HTML the text is escaped and placeholders are elements; as plain text nothing changes."""
    assert mask("a < b <1>c</1> <2/>", "html") == "a &lt; b <x1>c</x1> <x2></x2>"
    assert mask("a < b <1>c</1> <2/>", "plain") == "a < b <1>c</1> <2/>"


@pytest.mark.parametrize("markup", ["html", "plain"])
@pytest.mark.parametrize(
    "answer",
    [
        "The <x1>alliance</x1> of <x2></x2>",
        "The <x1>alliance</x1> of <x2/>",
        "The <1>alliance</1> of <2/>",
        "The < x1 >alliance</ x1 > of < x2 / >",
        "The <X1>alliance</X1> of <X2></X2>",
        "The <1>alliance< / 1> of <2 />",
        "The ＜1＞alliance＜/1＞ of ＜2/＞",
        "The &lt;x1&gt;alliance&lt;/x1&gt; of &lt;x2/&gt;",
        "The &amp;lt;1&amp;gt;alliance&amp;lt;/1&amp;gt; of &amp;lt;2/&amp;gt;",
        "The <x1> alliance </x1> of <x2> </x2>",
        " \nThe <1>alliance</1> of <2/> ",
    ],
)
def test_mangled_answers(answer: str, markup: Markup) -> None:
    """Tags that an engine mangled are taken for what they were, and edge white space is the source's."""
    assert unmask(answer, "  <2/>의 <1>동맹</1>\n", markup) == "  The <1>alliance</1> of <2/>\n"


@pytest.mark.parametrize("answer", ["alliance", "<x1>alliance", "<x1>a</x1><x1>b</x1>", "", "<x1>a</x1> <3/>"])
def test_answers_that_lost_placeholders(answer: str) -> None:
    """An answer whose placeholders are not the source's is refused."""
    with pytest.raises(PlaceholderError):
        unmask(answer, "<1>동맹</1>", "html")


def test_entities_escaped_twice() -> None:
    """Entities are undone as often as the engine escaped them, unless the source is about entities."""
    assert unmask("Q&amp;amp;A &#39;x&#39;", "질의 <응답>", "html") == "Q&A 'x'"
    assert unmask("write &amp;amp; here", "&amp;를 쓴다", "html") == "write &amp; here"
