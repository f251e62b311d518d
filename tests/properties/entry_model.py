"""What an entry with its drafts should be, kept in plain Python: the model the life of an entry is compared with."""

from copy import deepcopy
from dataclasses import dataclass, field

from pipeline.engines.briefing import Briefing
from pipeline.engines.pseudo import Pseudo
from tests.properties.schedule_model import Schedules

OPEN = ("queued", "needs_review")  # `running` is never seen from outside: the test drives the worker
UNDECIDED = (*OPEN, "failed")


@dataclass(frozen=True)
class Source:
    """A Korean text: a title and sentences, in one paragraph."""

    title: str
    sentences: tuple[str, ...]

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments in the order of the text, the title first."""
        return (self.title, *self.sentences)

    @property
    def content(self) -> frozenset[str]:
        """What staleness is judged by: the segments, in whatever order."""
        return frozenset(self.segments)

    @property
    def body(self) -> str:
        return " ".join(self.sentences)


@dataclass
class Target:
    """A segment's translation, empty while it is open; a suggestion is a source that is gone, with its target."""

    text: str = ""
    state: str = "initial"
    origin: str = "none"
    dismissed: bool = False
    suggestions: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_due(self) -> bool:
        """Whether the worker is to give it a text: it has none, and no person said that it stays so."""
        return not self.text and not self.dismissed


@dataclass
class Draft:
    """A draft of one source."""

    source: Source
    state: str = "queued"
    targets: dict[str, Target] = field(default_factory=dict)
    supersedes: str | None = None
    superseded_by: str | None = None

    def __post_init__(self) -> None:
        self.targets = {segment: self.targets.get(segment, Target()) for segment in self.source.segments}

    @property
    def is_open(self) -> bool:
        """Whether a segment has no target."""
        return any(not target.text for target in self.targets.values())

    @property
    def has_errors(self) -> bool:
        return any(target.is_due for target in self.targets.values())

    def successor(self, source: Source, key: str) -> "Draft":
        """Return the draft of a new source: what is the same stays, a person's other work is suggested."""
        targets = deepcopy(self.targets)
        new = Draft(source, targets={each: target for each, target in targets.items() if each in source.content})
        new.supersedes = key
        due = [segment for segment in source.segments if new.targets[segment].is_due]
        for place, (segment, target) in enumerate(targets.items()):
            if segment in source.content:
                continue
            in_title = segment == self.source.title
            pairs = {(segment, target.text)} if target.origin == "human" else target.suggestions
            for pair in pairs:
                among = [each for each in due if (each == source.title) == in_title]
                if among:
                    rank = {each: (-alike(pair[0], each), abs(source.segments.index(each) - place)) for each in among}
                    new.targets[min(among, key=lambda each: rank[each])].suggestions.add(pair)
        return new


@dataclass(frozen=True)
class English:
    """A revision of the English text, and the source it fits."""

    title: str
    body: str
    origin: str
    fits: Source

    def is_outdated(self, source: Source) -> bool:
        return self.fits.content != source.content


@dataclass
class Entry:
    """An entry: its revisions, what is public of them (by number, from 1), its drafts in the order they were made."""

    sources: list[Source]
    slug: str
    english: list[English] = field(default_factory=list)
    public: dict[str, int] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    schedules: Schedules = field(default_factory=Schedules)
    memory: dict[str, set[str]] = field(default_factory=dict)
    date: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        return self.sources[-1]

    @property
    def newest(self) -> dict[str, int]:
        """The number of the newest revision of each language that has one."""
        return {"ko": len(self.sources)} | ({"en": len(self.english)} if self.english else {})

    @property
    def opened(self) -> str | None:
        """The id of the open draft."""
        return next((key for key, draft in self.drafts.items() if draft.state in OPEN), None)

    def save_source(self, source: Source) -> Draft | None:
        """Save the source; return the successor of what it superseded, which waits for its id."""
        self.sources.append(source)
        stale = [key for key, draft in self.drafts.items() if draft.state in UNDECIDED]
        stale = [key for key in stale if self.drafts[key].source.content != source.content]
        if not stale:
            return None
        last = self.opened if self.opened in stale else stale[-1]
        assert last
        for key in stale:
            self.drafts[key].state = "superseded"
        return self.drafts[last].successor(source, last)

    def save_english(self, title: str, body: str) -> None:
        """Save the English text by hand: it goes on fitting what it fitted, and coming from where it came."""
        last = self.english[-1] if self.english else English("", "", "human", self.source)
        self.english.append(English(title, body, last.origin, last.fits))

    def confirm(self) -> bool:
        """Let the English text fit the source as it is now; tell whether that is news."""
        last = self.english[-1]
        if last.fits == self.source:
            return False
        self.english.append(English(last.title, last.body, last.origin, self.source))
        return True

    def run(self, draft: Draft, *, fails: bool) -> list[str]:
        """Let the worker do what it does; return the segments it gave a target, which only it knows.

        When the engine fails, what the memory knew stays.
        """
        draft.state = "failed" if fails else "needs_review"
        due = [segment for segment, target in draft.targets.items() if target.is_due]
        due = [segment for segment in due if segment in self.memory or not fails]
        for segment in due:
            target = draft.targets[segment]
            target.state, target.origin = "translated", "memory" if segment in self.memory else "machine"
        return due

    def expected(self, segment: str) -> set[str]:
        """Return what a segment's new target may be: one that was approved before, or the engine's."""
        return self.memory.get(segment) or set(Pseudo().translate([segment], "ko", "en", 0, Briefing()))

    def may_retry(self, draft: Draft) -> bool:
        """Tell whether a draft can be queued again."""
        if draft.source.content != self.source.content:
            return False
        if draft.state == "needs_review":
            return draft.is_open
        return draft.state in ("failed", "rejected", "cancelled") and self.opened is None

    def approve(self, draft: Draft) -> None:
        """Make the next English revision of a draft whose targets are all known."""
        said = {segment: target.text or segment for segment, target in draft.targets.items()}
        body = " ".join(said[sentence] for sentence in self.source.sentences)
        human = all(target.origin == "human" or not target.text for target in draft.targets.values())
        origin = "human" if human else "machine_reviewed"
        self.english.append(English(said[self.source.title], body, origin, self.source))
        for segment, target in draft.targets.items():
            target.state = "final"
            if target.text:
                self.memory.setdefault(segment, set()).add(target.text)
        draft.state = "approved"

    def readable(self) -> dict[str, tuple[str, str, bool]]:
        """Return title, body and whether it is outdated, of each language a reader gets."""
        found = {}
        source = self.sources[self.public["ko"] - 1] if "ko" in self.public else None
        if source:
            found["ko"] = (source.title, source.body, False)
        if "en" in self.public:
            english = self.english[self.public["en"] - 1]
            found["en"] = (english.title, english.body, source is not None and english.is_outdated(source))
        return found


def alike(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 100: the share of the letters that stand in both in the same order."""
    longest = [0] * (len(other) + 1)
    for letter in one:
        above = longest
        longest = [0]
        for place, each in enumerate(other):
            longest.append(above[place] + 1 if each == letter else max(above[place + 1], longest[place]))
    return 200 * longest[-1] / (len(one) + len(other))
