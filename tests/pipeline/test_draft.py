"""The recipe for a draft: memory first, engines for what it does not know, checks with the glossary at the end."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from pipeline.draft import Finished, make_draft
from pipeline.engines.base import Rejected, Unreachable
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.memory import ListMemory
from pipeline.texts import PlainText, open_segments, split_text
from schemas.language import DraftedSegment, Locale, Term, Unit
from tests.pipeline.engines.scripted import Scripted

TEXT = PlainText(
    "감사의 날", "짧은 요약입니다.", "첫 문장입니다. 둘째 문장입니다.\n\n| 해 | 수 |\n| --- | --- |\n| 1953 | 27 |\n"
)
TERM = Term(ko="한미동맹", en="Korea-US alliance", forbidden_en=("Korean-American alliance",))


def segments(text: PlainText = TEXT, locale: Locale = "ko") -> list[DraftedSegment]:
    return open_segments(split_text(text, locale))


def engine(**answers: str) -> Scripted:
    return Scripted("scripted", lambda texts: [answers.get(text, f"EN {text}") for text in texts])


def drafts(
    given: Sequence[DraftedSegment],
    engines: Chain,
    units: Sequence[Unit] = (),
    terms: Sequence[Term] = (),
    **more: object,
) -> list[Finished]:
    return list(make_draft(given, "ko", memory=ListMemory(units), glossary=terms, engines=engines, **more))  # type: ignore[arg-type]


def sent(asked: Scripted) -> list[str]:
    return [text for request in asked.asked for text in request]


def test_engines_are_told_the_whole_entry() -> None:
    """Title, every segment in order, also those that are finished or remembered, and the glossary go with a request."""
    asked, given = engine(), segments()
    drafts(given, Chain([asked]), [Unit(ko="첫 문장입니다.", en="The first sentence.", confirmed=True)], [TERM])
    assert set(sent(asked)) < {each.source for each in given}
    context = tuple(each.source for each in given)
    assert asked.briefings == [Briefing(title="감사의 날", context=context, terms=[TERM])]


def test_every_segment_comes_out_finished_once() -> None:
    """All segments of all fields are yielded, each once, with target, state, origin and engine."""
    given = segments()
    found = [each.segment for each in drafts(given, Chain([engine()]))]
    assert sorted(each.id for each in found) == sorted(each.id for each in given)
    translated = [each for each in found if each.engine]
    assert {(each.state, each.origin, each.engine, each.score) for each in translated} == {
        ("translated", "machine", "scripted", None)
    }


def test_segments_without_words_are_copied_and_not_sent() -> None:
    """A year or a number needs no engine, is no memory match and no open segment."""
    asked = engine()
    found = {each.segment.source: each.segment for each in drafts(segments(), Chain([asked]))}
    assert (found["1953"].target, found["1953"].engine, found["1953"].issues) == ("1953", None, ())
    assert not {"1953", "27"} & set(sent(asked))


def test_only_what_memory_does_not_know_is_sent_out() -> None:
    """Known segments are taken from memory, with score and without engine; the rest goes to the engine in order."""
    asked = engine()
    units = [
        Unit(ko="첫 문장입니다.", en="The first sentence.", confirmed=True),
        Unit(ko="감사의 날", en="A day of thanks"),
    ]
    found = {each.segment.source: each.segment for each in drafts(segments(), Chain([asked]), units)}
    first, title = found["첫 문장입니다."], found["감사의 날"]
    assert (first.target, first.origin, first.score, first.engine) == ("The first sentence.", "memory", 100, None)
    assert (title.target, title.origin, title.score, title.engine) == ("A day of thanks", "fuzzy", 95, None)
    assert sent(asked) == ["짧은 요약입니다.", "둘째 문장입니다.", "해", "수"]


def test_what_memory_knows_comes_before_any_engine_is_asked() -> None:
    """Remembered segments are finished at once, so that a slow engine does not keep them back."""
    asked = engine()
    finished = make_draft(
        segments(),
        "ko",
        memory=ListMemory([Unit(ko="둘째 문장입니다.", en="The second sentence.", confirmed=True)]),
        glossary=(),
        engines=Chain([asked]),
    )
    assert next(finished).segment.target == "The second sentence."
    assert asked.asked == []


def test_what_is_done_is_context_and_nothing_of_it_is_sent() -> None:
    """A second run leaves finished segments alone, and they still are the neighbours a memory match is judged by."""
    given = segments()
    done = {each.id for each in given if each.source != "둘째 문장입니다."}
    asked = engine()
    (found,) = drafts(given, Chain([asked]), done=done)
    assert (found.segment.source, sent(asked)) == ("둘째 문장입니다.", ["둘째 문장입니다."])


def test_the_same_sentence_twice_is_asked_for_once() -> None:
    """Two segments with one text get the same target from one question."""
    asked = engine()
    found = drafts(segments(PlainText("제목", "", "함께 갑시다! 함께 갑시다!\n")), Chain([asked]))
    assert [each.segment.target for each in found if each.segment.source == "함께 갑시다!"] == ["EN 함께 갑시다!"] * 2
    assert sent(asked) == ["제목", "함께 갑시다!"]


@pytest.mark.parametrize(
    ("target", "severity"),
    [
        ("The Korea-US alliance lasts.", None),
        ("The Korean-American alliance lasts.", "error"),
        ("It lasts.", "warning"),
    ],
)
@pytest.mark.parametrize("origin", ["machine", "memory"])
def test_the_glossary_reaches_the_checks(target: str, severity: str | None, origin: str) -> None:
    """A missing preferred form is a warning in either, a forbidden form an error where the memory has it."""
    source = "한미동맹은 계속됩니다."
    units = [Unit(ko=source, en=target, confirmed=True)] if origin == "memory" else []
    given = segments(PlainText("", "", source))
    (found,) = drafts(given, Chain([engine(**{source: target})]), units, [TERM])
    assert found.segment.origin == origin
    issues = [issue.severity for issue in found.segment.issues if issue.check in {"glossary", "forbidden"}]
    repaired = origin == "machine" and severity == "error"
    assert issues == ([severity] if severity and not repaired else [])


@pytest.mark.parametrize(
    ("error", "retry"), [(Unreachable("scripted is away"), True), (Rejected("scripted will not"), False)]
)
def test_an_open_segment_says_why(error: Exception, retry: bool) -> None:
    """What no engine gave is yielded open, with the reason in its one issue, and whether trying again may help."""

    def refuse(texts: list[str]) -> list[str]:
        raise error

    (found,) = drafts(segments(PlainText("제목", "", "")), Chain([Scripted("scripted", refuse)]))
    assert (found.segment.target, found.segment.state, found.segment.origin) == ("", "initial", "none")
    assert found.worth_retrying is retry
    (issue,) = found.segment.issues
    assert issue.check == "untranslated"
    assert issue.message.endswith(f": {error}.")


def test_placeholders_of_a_remembered_target_are_checked() -> None:
    """A remembered target that lost its markup is offered with its error, not passed over."""
    source = "첫 <1>문장</1>입니다."
    (found,) = drafts(
        segments(PlainText("", "", "첫 *문장*입니다.")), Chain([]), [Unit(ko=source, en="First.", confirmed=True)]
    )
    assert found.segment.target == "First."
    assert {(issue.check, issue.severity) for issue in found.segment.issues} == {("markup", "error")}


def test_a_segment_is_checked_beside_what_the_draft_has_so_far() -> None:
    """A name written otherwise than in an earlier segment is found, also after a run that was broken off."""
    given = segments(PlainText("", "", "박정호 목사가 왔습니다.\n\n박정호 목사가 갔습니다."))
    first, second = given
    says = {first.source: "Pastor Park Jung-ho came.", second.source: "Pastor Pak Chong-ho left."}
    _, left = drafts(given, Chain([engine(**says)]))
    assert [issue.check for issue in left.segment.issues] == ["names"]
    kept = replace(first, target=says[first.source], state="translated", origin="machine")
    (again,) = drafts([kept, second], Chain([engine(**says)]), done={first.id})
    assert [issue.check for issue in again.segment.issues] == ["names"]


def test_a_number_may_stand_in_the_segment_before() -> None:
    """What moved from one sentence to the next is no fault of either, as far as the draft is known."""
    given = segments(PlainText("", "", "그들은 살았다.\n\n모두 98,000명이었다."))
    says = {given[0].source: "All 98,000 of them lived.", given[1].source: "So many were they."}
    _, second = drafts(given, Chain([engine(**says)]))
    assert [issue for issue in second.segment.issues if issue.check == "numbers"] == []


def test_a_forbidden_form_of_an_engine_is_put_right() -> None:
    """What an engine wrote against the glossary is repaired before it is checked; a remembered target is not."""
    given = segments(PlainText("한미동맹을 지킵니다.", "", ""))
    wrong, right = "We keep a Korean-American alliance.", "We keep a Korea-US alliance."
    (drafted,) = drafts(given, Chain([engine(**{given[0].source: wrong})]), terms=(TERM,))
    assert (drafted.segment.target, drafted.segment.issues) == (right, ())
    known = Unit(ko=given[0].source, en=wrong, confirmed=True)
    (remembered,) = drafts(given, Chain([]), [known], terms=(TERM,))
    assert remembered.segment.target == wrong
    assert [issue.check for issue in remembered.segment.issues] == ["forbidden"]


def test_an_admitted_form_satisfies_the_glossary() -> None:
    """A form that will do without being preferred is no warning."""
    term = Term(ko="주한미군", en="U.S. Forces Korea", admitted_en=("USFK",))
    given = segments(PlainText("주한미군 행사", "", ""))
    (drafted,) = drafts(given, Chain([engine(**{given[0].source: "USFK event"})]), terms=(term,))
    assert drafted.segment.issues == ()
