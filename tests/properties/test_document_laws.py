"""Laws of splitting, assembling, masking and dividing, over any text and over generated Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import PlaceholderError, assemble, skeleton, split, split_plain
from pipeline.markdown import render
from pipeline.protect import Markup, mask, unmask
from pipeline.sentences import spans
from schemas.language import LOCALES
from tests.pipeline.targets import HOSTILE, REWRITES, targets

LOCALE = st.sampled_from(LOCALES)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
MARKUP = """
* ** _ ~~ ~ ` `` [ ] ( ) (/u) ![ ](i.png) <b> </b> <br> <!--c--> <em> </em> <code> </code> <div>
&amp; &nbsp; &#10; \\ \\*
| \\| # --- === ``` ~~~ [r] [r][] [가나][r] word 한미동맹 끝났다. Hello. ! <1> </2> <3/> {x} https://a.b/c_d a@b.co <http://x.y>
' " *a* **굵은.** $A %s
"""
PIECES = MARKUP.split()
SPACES = [
    " ",
    "\n",
    "\n\n",
    "  \n",
    "\\\n",
    "\r\n",
    "\r",
    "\t",
    "    ",
    "> ",
    "- ",
    "1. ",
    "# ",
    "\n|---|---|\n",
    "a | b\n---|---\n",
]
ODD = ["\0", "\u2028", "\f", "\v", "\ud800", "\xa0", "\u3000", "\ufffc", "\n[r]: /x\n"]
MARKDOWN = st.lists(st.sampled_from(PIECES + SPACES * 2 + ODD), max_size=30).map("".join)
TEXT = st.one_of(st.just(HOSTILE), st.sampled_from([rewrite("글") for rewrite in REWRITES.values()]), ANY_TEXT)


@given(st.one_of(ANY_TEXT, MARKDOWN), LOCALE)
def test_assembling_mirrors_splitting(text: str, locale: str) -> None:
    """Any text comes back byte for byte, as a body and as plain text."""
    assert assemble(split(text, locale), {}) == text  # type: ignore[arg-type]
    for field in ("title", "summary"):
        assert assemble(split_plain(text, locale, field), {}) == text  # type: ignore[arg-type]


@given(MARKDOWN, st.sampled_from(sorted(REWRITES)), st.data())
def test_translations_keep_the_structure(markdown: str, rewrite: str, data: st.DataObject) -> None:
    """Any of a text's segments may be translated to anything: blocks stay, and each block's inline elements."""
    document = split(markdown, "ko")
    wanted = targets(document, REWRITES[rewrite])
    kept = data.draw(st.sets(st.sampled_from(sorted(wanted)))) if wanted else set()
    result = assemble(document, {id_: target for id_, target in wanted.items() if id_ not in kept})
    assert skeleton(result) == skeleton(markdown)


@given(MARKDOWN, st.data())
def test_any_arrangement_is_kept_or_refused(markdown: str, data: st.DataObject) -> None:
    """A target that keeps, moves or nests its placeholders is written with the same structure, or refused."""
    document = split(markdown, "en")
    wanted = {}
    for segment in document.segments:
        tags = []
        for number, original in segment.originals.items():
            tags.append(f"<{number}/>" if len(original) == 1 else f"<{number}>{data.draw(TEXT)}</{number}>")
        tags = data.draw(st.permutations(tags))
        wanted[segment.id] = "".join(data.draw(TEXT) + tag for tag in [*tags, ""])
    try:
        result = assemble(document, wanted)
    except PlaceholderError:
        return
    assert skeleton(result) == skeleton(markdown)


@given(ANY_TEXT)
def test_a_target_is_read_as_it_is(target: str) -> None:
    """A paragraph's target appears on the page as text, with no element of its own."""
    document = split("글", "ko")
    try:
        page = render(assemble(document, {document.segments[0].id: target}))
    except PlaceholderError:
        return
    assert page.startswith("<p>")
    assert page.count("<") == 2


@given(st.one_of(ANY_TEXT, MARKDOWN), st.sampled_from(["html", "plain"]))
def test_unmasking_mirrors_masking(text: str, markup: Markup) -> None:
    """Each segment comes back from an engine that changes nothing as it went."""
    for segment in split(text, "ko").segments:
        assert unmask(mask(segment.source, markup), segment.source, markup) == segment.source


@given(st.one_of(ANY_TEXT, MARKDOWN), LOCALE)
def test_sentences_joined_are_the_text(text: str, locale: str) -> None:
    """The sentences of a text, joined, are the text, and none is empty."""
    found = spans(text, locale)  # type: ignore[arg-type]
    assert "".join(text[start:end] for start, end in found) == text
    assert all(start < end for start, end in found)


@given(MARKDOWN)
def test_ids_are_unique_and_settled(markdown: str) -> None:
    """Ids are unique in a text and the same on every run."""
    ids = [segment.id for segment in split(markdown, "ko").segments]
    assert len(ids) == len(set(ids))
    assert ids == [segment.id for segment in split(markdown, "ko").segments]
