"""Two existing texts become pairs: what is paired, what stays open, and that nothing is lost."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import placeholders
from pipeline.align import Aligned, Bead, align_segments, learn_pairs, pairs
from pipeline.bilingual import Half, read
from pipeline.document import Document, Segment, assemble, split
from schemas.language import OTHER, Locale, Term

SAMPLES = Path(__file__).parent / "bilingual"

# For each sentence of a sample a word in Korean and one in English that must end up in the same segment.
GOLD = {
    "alternating.txt": """
        2009년/2009 서로를/other 40회/40 누구나/Anyone 지부를/chapters 50달러/50 후원금/donations 지원은/funds
    """,
    "anniversary.txt": """
        70주년/70th 350여/350 1953년/1953 다짐/pledge Brooks/Brooks 군악대/band 자세한/information
    """,
    "greeting.txt": """
        존경하는/Dear 새해가/begun 기원합니다/wish 성장한/growth 1,200명/1,200, 산딸나무/dogwood
        아이들/children 과제/tasks 안보/security 걸어갑시다/walk 감사합니다/Thank
    """,
    "scholarship.txt": """
        3월/March 모집합니다/invites 선발된/Twenty 자격/Who 손자녀/grandchildren 대학교/university 평점/grade
        방법/How 지원서를/form 1,000단어/words 보냅니다/e-mail 발표합니다/announced 문의는/Questions
    """,
    "statement.txt": """
        4월/April NCG/NCG together/together 70년/70 세대/generation 민간/citizens'
    """,
    "timeline.txt": """
        1882년/1882: 스미스/Smith 정전협정/Armistice 방위조약/Defense 연합군/Combined FTA/FTA
        국가기록원/Archives
    """,
    "veterans.txt": """
        개마고원/Kaema 영하/minus 뚫었고/Marines 흥남에서는/miracle 14,000명/refugees 다섯/Five 선원들/crew
        아흔두/92, 이름도/fought 가치가/worth 영상/video 공개/recordings 자원봉사/volunteer:
    """,
    "wrapped.txt": """
        120명/120 윷놀이/yut Thanksgiving/Thanksgiving 30여/30 편지/letters 계획/plans
    """,
}


def aligned(name: str, source: Locale) -> tuple[Document, Aligned]:
    bilingual = read((SAMPLES / name).read_text(encoding="utf-8"))
    document = split(bilingual.half(source).body, source)
    return document, align_segments(document, bilingual.half(OTHER[source]).paragraphs)


@pytest.mark.parametrize("source", ["ko", "en"])
@pytest.mark.parametrize("name", sorted(GOLD))
def test_pairs_the_sentences_of_a_sample(name: str, source: Locale) -> None:
    """Every sentence of the samples gets the sentence that renders it, from either language."""
    document, found = aligned(name, source)
    missed = []
    for gold in GOLD[name].split():
        words = gold.split("/")
        ours, theirs = words if source == "ko" else reversed(words)
        targets = [found.targets.get(segment.id, "") for segment in document.segments if ours in segment.source]
        if not any(theirs in target for target in targets):
            missed.append(gold)
    assert not missed
    assert assemble(document, found.targets)


def test_leaves_open_what_has_no_counterpart() -> None:
    """A paragraph that the other language lacks stays open; a signature it has besides is kept and reported."""
    document, found = aligned("statement.txt", "ko")
    sources = {segment.id: segment.source for segment in document.segments}
    assert [sources[each].split()[0] for each in found.open] == ["국내", "접수된"]
    last = document.segments[-1].id
    assert [(each.text, each.segment_id) for each in found.unmatched] == [
        ("2023. 4. 28.", last),
        ("Kim Jeong-hoon, President", last),
        ("US & Korea Alliance Association", last),
    ]
    assert found.targets[last].endswith(
        "of the alliance. 2023. 4. 28. Kim Jeong-hoon, President US & Korea Alliance Association"
    )


def test_divides_a_sentence_that_renders_two() -> None:
    """One sentence for two is divided at the clause boundary that fits both, and neither stays open."""
    document, found = aligned("veterans.txt", "ko")
    targets = [found.targets[segment.id] for segment in document.segments]
    assert "Five babies were born on the ship," in targets
    assert "and the crew gave each of them the name Kimchi." in targets


def test_leaves_the_second_open_where_nothing_divides() -> None:
    """One sentence for two without clause boundary goes to the first whole, and the second stays open."""
    document = split("우리는 매년 행사를 엽니다. 많은 회원이 함께합니다.\n", "ko")
    found = align_segments(document, ["We hold events every year joined by many members."])
    first, second = (segment.id for segment in document.segments)
    assert found.targets == {first: "We hold events every year joined by many members."}
    assert found.open == (second,)


def test_joins_two_sentences_that_render_one() -> None:
    """Two sentences for one are its target, joined with a blank."""
    _, found = aligned("veterans.txt", "ko")
    assert (
        "For 17 days the Marines fought their way out. At last they reached the port of Hungnam."
        in found.targets.values()
    )


def test_puts_addresses_back_as_placeholders() -> None:
    """An address that is protected in the source becomes its placeholder where the target writes it out."""
    document = split("신청은 https://example.org/a 에서, 문의는 help@example.org 로 하세요.\n", "ko")
    found = align_segments(document, ["Write to help@example.org or apply at https://example.org/a."])
    assert list(found.targets.values()) == ["Write to <2/> or apply at <1/>."]


def test_replaces_only_the_whole_address() -> None:
    """An address that merely begins like the source's is another one and stays text."""
    document = split("자세한 내용은 https://example.org 에 있습니다.\n", "ko")
    found = align_segments(document, ["More is found at https://example.org/en."])
    assert list(found.targets.values()) == ["More is found at https://example.org/en."]


def test_gives_a_target_without_pairs_that_plain_text_lacks() -> None:
    """A segment with bold text gets its target as plain text; the reviewer is told by the checks."""
    document = split("우리는 **자유**를 지킵니다.\n", "ko")
    found = align_segments(document, ["We defend freedom."])
    assert list(found.targets.values()) == ["We defend freedom."]


def test_keeps_what_the_source_itself_keeps() -> None:
    """A line with nothing but an address is no segment: the source has it already, so it goes nowhere else."""
    document = split("행사가 열렸습니다.\n\nhttps://example.org\n\n많은 분이 참석했습니다.\n", "ko")
    found = align_segments(document, ["The event took place.", "https://example.org", "Many people attended."])
    assert list(found.targets.values()) == ["The event took place.", "Many people attended."]
    assert not found.unmatched


def test_reports_text_when_there_is_no_segment() -> None:
    """Where the source has no segment at all, the target's text is reported with none."""
    found = align_segments(split("---\n", "ko"), ["Some text."])
    assert [(each.text, each.segment_id) for each in found.unmatched] == [("Some text.", None)]


def test_whole_texts_teach_plain_pairs() -> None:
    """Of two Markdown texts each sentence is learned with its rendering, as a reader reads both, with a confidence."""
    korean = "# 인사\n\n우리는 **함께** 갑니다. 1953년부터 그랬습니다.\n\n- 문의: help@example.org\n"
    english = "# Greeting\n\nWe go *together*.\nWe have since 1953.\n\n- Contact: help@example.org\n"
    found = learn_pairs(korean, english)
    assert [(ko, en) for ko, en, _ in found] == [
        ("인사", "Greeting"),
        ("우리는 함께 갑니다.", "We go together."),
        ("1953년부터 그랬습니다.", "We have since 1953."),
        ("문의: help@example.org", "Contact: help@example.org"),
    ]
    assert all(0 < confidence <= 1 for _, _, confidence in found)


def test_terms_decide_where_lengths_do_not() -> None:
    """A glossary term that both texts show tells which of two lines of one length is meant."""
    term = Term(ko="나라사랑상", en="Patriot Award")
    source, target = ["나라사랑상"], ["Golden Shovel", "Patriot Award"]
    assert [bead.target for bead in pairs(source, target, [term]) if bead.source] == [range(1, 2)]


def test_anchors_raise_confidence() -> None:
    """Numbers, names and addresses in common make a pair surer than lengths alone."""
    plain = pairs(["회원이 늘어났습니다."], ["Our membership grew."])
    sure = pairs(["회원이 1,200명, NCG"], ["1,200 members, NCG"])
    assert sure[0].confidence > plain[0].confidence > 0.5


@pytest.mark.parametrize(("rows", "columns"), [(2000, 2000), (1200, 900), (5, 2000)])
def test_a_long_text_ends_in_time(rows: int, columns: int) -> None:
    """Two thousand paragraphs are paired within seconds, also where the counts differ."""
    source = [f"{number}번째 회원이 함께했습니다." for number in range(rows)]
    target = [f"Member number {number} joined us." for number in range(columns)]
    begun = time.process_time()
    beads = pairs(source, target)
    assert time.process_time() - begun < 60
    assert covers(beads, rows, columns)
    if rows == columns:
        assert all(bead.source == bead.target for bead in beads)


def covers(beads: Sequence[Bead], rows: int, columns: int) -> bool:
    """Tell whether `beads` hold each text of both sequences once, in order of the source, in the forms allowed."""
    source = [at for bead in beads for at in bead.source]
    target = sorted(at for bead in beads for at in bead.target)
    forms = {(len(bead.source), len(bead.target)) for bead in beads}
    return (
        source == list(range(rows))
        and target == list(range(columns))
        and forms <= {(1, 1), (1, 0), (0, 1), (1, 2), (2, 1), (2, 2)}
        and all(0 <= bead.confidence <= 1 for bead in beads)
    )


KOREAN = st.sampled_from(
    [
        *(
            "우리는 함께 갑니다.",
            "행사는 10월 1일에 열렸고, 350명이 참석했습니다.",
            "감사합니다.",
            "지원 자격",
            "- 첫째",
            "1. 둘째",
        ),
        *(
            "“같이 갑시다!”라고 외쳤다. 모두 웃었다.",
            "NATO와 UN",
            "자세한 내용은 https://example.org 에 있다.",
            "2023. 4. 28.",
            "**굵은** 글.",
        ),
    ]
)
ENGLISH = st.sampled_from(
    [
        *(
            "We go together.",
            "The event was held on October 1, and 350 people attended.",
            "Thank you.",
            "Who may apply",
            "First",
        ),
        *(
            "“We go together!” they called. Everyone laughed; nobody wept, and all was well.",
            "NATO and the UN",
            "Second 2",
        ),
        *(
            "For more, see https://example.org.",
            "April 28, 2023",
            "Dr. Kim, of the U.S. Army, spoke.",
            "5 * 3 < 20 & more",
            "\\",
        ),
    ]
)


@given(st.lists(KOREAN, max_size=12), st.lists(ENGLISH, max_size=12))
def test_beads_cover_both_texts_in_order(source: list[str], target: list[str]) -> None:
    """Beads are monotone and leave nothing out, whatever the texts."""
    assert covers(pairs(source, target), len(source), len(target))


def written_out(segment: Segment, target: str) -> str:
    """Return a target with its single placeholders as what they stand for."""
    return placeholders.TAG.sub(lambda tag: segment.originals[int(tag["single"])][0], target)


@given(st.lists(KOREAN, min_size=1, max_size=8), st.lists(ENGLISH, max_size=8))
@example(["감사합니다."], ["Thank you."] * 5)
def test_no_word_of_the_target_is_lost(source: list[str], target: list[str]) -> None:
    """Every word of the target is in some segment's target; every segment has one or is listed open."""
    document = split(Half("", tuple(source)).body, "ko")
    found = align_segments(document, target)
    in_order = [segment for segment in document.segments if segment.id in found.targets]
    written = [written_out(segment, found.targets[segment.id]) for segment in in_order]
    assert sorted(" ".join(written).split()) == sorted(" ".join(target).split())
    assert set(found.open) == {segment.id for segment in document.segments} - found.targets.keys()
    assert all(each.segment_id in found.targets for each in found.unmatched)
    assert all(each.text.split()[0] in " ".join(written) for each in found.unmatched)
