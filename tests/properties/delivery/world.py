"""Makes what Hypothesis thought up, through the functions editors' requests run, in a database of the test's own."""

import itertools
from contextlib import suppress
from typing import Any

import hypothesis
from hypothesis import HealthCheck
from hypothesis import strategies as st
from sqlalchemy import select

from content_api.storage import tables
from content_api.storage.database import Database, Transaction
from content_api.workflow import accounts, editing, publishing, tagging
from content_api.workflow.accounts import Principal
from schemas.accounts import NewTag
from schemas.decoding import convert
from schemas.entries import KINDS, EntryChange, NewEntry, TextChange
from schemas.language import LOCALES
from schemas.problems import Exists
from tests.properties.delivery.model import TAGS, Made

# Few values, so that ties and hits are common; each date is the first day of a longer or shorter one.
DATES = ["1953", "1953-01", "1953-01-01", "1953-02", "1953-02-28", "1953-07-27", "1953-12-31", "1954", "2024-02-29"]
ENTRIES = st.builds(
    Made,
    kind=st.sampled_from(KINDS),
    source=st.sampled_from(LOCALES),
    date=st.none() | st.sampled_from(DATES),
    position=st.none() | st.integers(0, 2),
    tags=st.lists(st.sampled_from([*TAGS]), unique=True, max_size=2),
    public=st.lists(st.sampled_from(LOCALES), unique=True),
    republished=st.booleans(),
    moved=st.booleans(),
)
numbers = itertools.count(1)


def amount(usual: int, backend: str) -> hypothesis.settings:
    """Return settings for a law: `usual` examples (of a soak, all it asks for), a fifth of them on PostgreSQL."""
    soak = hypothesis.settings.get_current_profile_name() == "soak"
    examples = hypothesis.settings.default.max_examples if soak else usual
    few = max(examples // 5, 1) if backend == "postgresql" else examples
    return hypothesis.settings(max_examples=few, deadline=None, suppress_health_check=list(HealthCheck))


def make(database: Database, made: list[Made]) -> None:
    """Write and publish the entries, after taking those of the example before out of public view."""
    with database.write() as tx:
        for entry_id in tx.execute(select(tables.published.c.entry_id).distinct()).scalars().all():
            publishing.withdraw(tx, entry_id, LOCALES, None)
        for slug, (ko, en) in TAGS.items():
            with suppress(Exists):
                tagging.add(tx, convert({"slug": slug, "name": {"ko": ko, "en": en}}, NewTag))
        who = accounts.local(tx.connection)
        tx.actor = who.account_id
        for entry in made:
            _make(tx, who, entry)


def _make(tx: Transaction, who: Principal, entry: Made) -> None:
    entry.number = next(numbers)
    wish: dict[str, Any] = {"kind": entry.kind, "source_locale": entry.source, "slug": entry.first_slug}
    wish |= {"date": entry.date, "position": entry.position, "tags": entry.tags}
    wish["texts"] = {locale: entry.text(locale, 1) for locale in {entry.source, *entry.public}}
    entry.id = editing.create_entry(tx, who, convert(wish, NewEntry))
    public: Any = entry.public
    if public:
        publishing.publish(tx, entry.id, public, None)
    if entry.moved:
        editing.change_entry(tx, who, entry.id, convert({"slug": entry.slug}, EntryChange), None)
    if entry.republished:
        again: Any = convert(entry.text(entry.source, 2), TextChange)
        source: Any = entry.source
        editing.save_text(tx, who, entry.id, source, again, None)
        if source in public:
            publishing.publish(tx, entry.id, [source], None)
