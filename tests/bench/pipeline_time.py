"""The pipeline's own time for an article of 2,000 words, engines excluded: split, recall, check, assemble."""

import itertools
from pathlib import Path

from pipeline import placeholders
from pipeline.draft import make_draft
from pipeline.engines.chain import Chain
from pipeline.exchange import terms_of
from pipeline.memory import ListMemory, contexts
from pipeline.texts import PlainText, open_segments, split_text
from schemas.language import Unit
from tests.bench.timing import alternate

ROOT = Path(__file__).parents[2]
WORDS = 2_000
TARGET = 300


def article() -> PlainText:
    """Return an article of about 2,000 Korean words, made of the seeds' own texts."""
    bodies = _bodies("ko")
    text = ""
    number = 0
    while len(text.split()) < WORDS:
        # Each round says something new, or the memory would know everything after the first.
        text += bodies[number % len(bodies)].replace("니다.", f"니다 ({number}).") + "\n\n"
        number += 1
    return PlainText("한미동맹의 역사", "요약입니다.", text)


def _bodies(locale: str) -> list[str]:
    paths = sorted((ROOT / "seeds").rglob(f"*.{locale}.md"))
    return [path.read_text(encoding="utf-8").split("---\n", 2)[2] for path in paths]


def report(rounds: int) -> None:
    """Print the time of a draft whose every segment is remembered: all the work but an engine's."""
    text = article()
    glossary = [term for term, _ in terms_of((ROOT / "seeds" / "glossary.csv").read_bytes())]
    sources = [segment.source for segment in split_text(text, "ko").segments]
    # English sentences of the seeds' own, so that the checks read what they would read: not always the right ones.
    english = [segment.source for segment in split_text(PlainText("", "", "\n".join(_bodies("en"))), "en").segments]
    units = [
        Unit(ko=source, en=placeholders.plain(said), context_ko=where, confirmed=True)
        for source, where, said in zip(sources, contexts(sources), itertools.cycle(english), strict=False)
        if not list(placeholders.tags(source))
    ]
    memory = ListMemory(units)
    nobody = Chain(())

    def draft(terms: list[object]) -> None:
        document = split_text(text, "ko")
        finished = make_draft(open_segments(document), "ko", memory=memory, glossary=terms, engines=nobody)  # type: ignore[arg-type]
        document.assemble({each.segment.id: each.segment.target for each in finished})

    figures = alternate(
        {
            "split": lambda: split_text(text, "ko"),
            "draft": lambda: draft(list(glossary)),
            "no glossary": lambda: draft([]),
        },
        min(rounds, 11),
    )
    print(f"Pipeline, {len(text.body.split()):,} words, {len(sources)} segments, engine excluded (target {TARGET} ms)")
    print(f"  split only                        {figures['split']}")
    print(f"  split, recall, check, assemble    {figures['draft']}")
    print(f"  the same without a glossary       {figures['no glossary']}")
