"""Each check on its own: what it reports, where, and what it leaves alone. Numbers have a file of their own."""

import pytest

from pipeline.checks import run
from schemas.language import OTHER, Issue, Locale, Term

TERMS = (
    Term(ko="한미동맹", en="ROK-US Alliance", forbidden_ko=("미한동맹",), forbidden_en=("US-ROK Alliance",)),
    Term(ko="협회", en="association", forbidden_ko=("연맹",), forbidden_en=("federation",)),
    Term(ko="NATO", en="NATO"),
)


def issues(source: str, target: str, locale: Locale, check: str) -> list[Issue]:
    """The issues of one check, `locale` being the source's."""
    return [issue for issue in run(source, target, locale, OTHER[locale], glossary=TERMS) if issue.check == check]


@pytest.mark.parametrize(
    ("source", "target", "locale"),
    [
        ("동맹", "", "ko"),
        ("동맹", " \n\u200b", "ko"),
        ("동맹의 역사", "동맹의  역사", "ko"),
        ("Our history", "Our History", "en"),
        ("Latest News", "Latest News", "en"),
        ("OUR MISSION", "OUR MISSION", "en"),
        ("<1/>", "", "en"),
    ],
)
def test_untranslated(source: str, target: str, locale: Locale) -> None:
    """A blank target, or one that repeats words of the source's language, is an error."""
    assert [issue.severity for issue in issues(source, target, locale, "untranslated")] == ["error"]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("NATO", "ko"),
        ("F-35A", "en"),
        ("James Mattis", "en"),
        ("Lim Cheong-Geun", "en"),
        ("2026", "en"),
        ("<1/>", "ko"),
        ("YouTube", "en"),
        ("https://a.kr/our-news", "en"),
        ("", "ko"),
        ("U.S.", "en"),
    ],
)
def test_what_may_stay(text: str, locale: Locale) -> None:
    """Names, acronyms, figures, addresses and placeholders may be the same in both languages."""
    assert run(text, text, locale, OTHER[locale], glossary=TERMS) == []


@pytest.mark.parametrize(
    ("source", "target", "messages"),
    [
        ("<1>가</1>", "a", ["<1> is missing", "</1> is missing"]),
        ("<1>가</1>", "<1>a</1><1>a</1>", ["<1> stands more than once", "</1> stands more than once"]),
        ("가", "<1>a</1>", ["<1> is not in the source", "</1> is not in the source"]),
        ("<1>가</1><2>나</2>", "<1>a<2>b</1></2>", ["</1> crosses"]),
    ],
)
def test_markup(source: str, target: str, messages: list[str]) -> None:
    """A pair lost, doubled, unknown or crossed is an error that names the placeholder."""
    found = issues(source, target, "ko", "markup")
    assert [issue.severity for issue in found] == ["error"] * len(messages)
    for issue, message in zip(found, messages, strict=True):
        assert message in issue.message


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("가 <1/>", "a", "<1/> is missing"),
        ("가 <1/>", "a <1/> <1/>", "<1/> stands more than once"),
        ("가", "a <3/>", "<3/> is not in the source"),
    ],
)
def test_placeholders(source: str, target: str, message: str) -> None:
    """A single placeholder lost, doubled or unknown is an error that names it."""
    (issue,) = issues(source, target, "ko", "placeholders")
    assert message in issue.message
    assert not issues(source, target, "ko", "markup")


@pytest.mark.parametrize(
    ("source", "target", "span"),
    [
        ("<1>가</1> 나", "a <1> </1>", (2, 10)),
        ("<1>가</1> 나", "a <1>\u200b</1>", (2, 10)),
        ("가", "see www.a.com/b.", (4, 15)),
        ("가 http://a.kr", "a http://b.kr", (2, 13)),
        ("가 [나](/a)", "a [b](/c)", (6, 8)),
    ],
)
def test_links(source: str, target: str, span: tuple[int, int]) -> None:
    """An emptied pair or an address of the translation's own is an error at its place."""
    assert [issue.target_span for issue in issues(source, target, "ko", "links")] == [span]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("<1></1> 가", "<1></1> a"),
        ("<1><2/></1>", "<1><2/></1>"),
        ("<1>가 <2>나</2></1>", "<1>a <2>b</2></1>"),
        ("http://a.kr/b에서", "at http://a.kr/b."),
        ("www.a.kr", "https://a.kr/"),
        ("a@b.kr로", "to a@b.kr"),
    ],
)
def test_links_that_are_sound(source: str, target: str) -> None:
    """Pairs empty in the source too, images in links, and the source's own addresses are no issue."""
    assert issues(source, target, "ko", "links") == []


def test_missing_term_is_a_warning() -> None:
    """A term of the source whose preferred form the translation lacks is a warning at its place."""
    (issue,) = issues("우리 한미동맹은 굳건하다", "Our partnership is strong", "ko", "glossary")
    assert (issue.severity, issue.source_span, issue.fix) == ("warning", (3, 7), None)
    assert "ROK-US Alliance" in issue.message


@pytest.mark.parametrize(
    ("source", "target", "locale", "fix"),
    [
        ("The ROK-US Alliance is strong", "미한동맹은 굳건하다", "en", "한미동맹은 굳건하다"),
        ("The association's day", "연맹은 연맹을 <1>연맹과</1>", "en", "협회는 협회를 <1>협회와</1>"),
        ("협회", "The Federation's day", "ko", "The association's day"),
    ],
)
def test_forbidden_form_is_an_error_with_a_fix(source: str, target: str, locale: Locale, fix: str) -> None:
    """A forbidden form is one error whose fix mends each place, particles too; the missing term is not said besides."""
    (issue,) = issues(source, target, locale, "forbidden")
    assert (issue.severity, issue.fix) == ("error", fix)
    assert not issues(source, target, locale, "glossary")
    assert not issues(source, issue.fix or "", locale, "forbidden")


def test_terms_that_are_followed() -> None:
    """Terms in plural, with particles, or in one of several forms are no issue."""
    assert issues("협회들은 한미동맹을", "Associations and the ROK–US Alliance", "ko", "glossary") == []
    assert issues("The ROK-US Alliance", "한미 동맹에서도", "en", "glossary") == []


@pytest.mark.parametrize(
    ("source", "target", "locale"),
    [
        ("동맹은 강하다", "The 동맹 is strong", "ko"),
        ("동맹은 강하다", "The alliance is сильный", "ko"),
        ("동맹은 강하다", "(동맹은 강하다)", "ko"),
        ("It is strong", "それは強い", "en"),
        ("It is strong", "It is very strong", "en"),
        ("It is strong", "동맹은 the strong bond between two countries 이다", "en"),
        ("It is strong", "동맹은 强大하다", "en"),
    ],
)
def test_wrong_script(source: str, target: str, locale: Locale) -> None:
    """Writing that a reader of the target's language cannot read is an error."""
    found = issues(source, target, locale, "wrong_script")
    assert found
    assert {issue.severity for issue in found} == {"error"}


@pytest.mark.parametrize(
    ("source", "target", "locale"),
    [
        ("임청근 회장", "President Lim Cheong-Geun (임청근)", "ko"),
        ("임청근(林淸根)", "Lim Cheong-Geun (林淸根)", "ko"),
        ("We Go Together", "‘We go together and stay together’를 외쳤다", "en"),
        ("The U.S. and the North", "美·北 회담", "en"),
        ("JSA in March 1953", "JSA, 1953. 3.", "en"),
        ("Visit Facebook", "Facebook 방문", "en"),
        ("The café", "카페(café)", "en"),
    ],
)
def test_script_that_is_right(source: str, target: str, locale: Locale) -> None:
    """Bracketed originals, quotations, names and the short forms of newspapers are no issue."""
    assert issues(source, target, locale, "wrong_script") == []
