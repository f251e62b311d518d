"""What the form of an entry shows: what is saved, what was typed, and where the two do not meet."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from litestar import Response
from sqlalchemy import Connection

from content_api.desk.entry_form import FIELDS, RULES, Plain, Said, Side, Typed
from content_api.desk.pages import Call, page
from content_api.workflow import history, merging, publishing, revisions, tagging, views, working_copies
from content_api.workflow.accounts import Principal
from pipeline.difference import differences
from schemas.accounts import EditorialTag
from schemas.entries import OPEN_STATES, DraftSummary, Entry, Schedule
from schemas.language import LOCALES, Difference, Field, Locale
from schemas.problems import NotFound
from schemas.texts import RevisionSummary, WorkingCopy

MOST_TAGS = 1000
Runs = Mapping[Field, Sequence[Difference]]


@dataclass(frozen=True)
class Meeting:
    """Two versions of one text: the one saved last, by whom and when, and how what was typed came of it."""

    saved: RevisionSummary
    runs: Runs


@dataclass(frozen=True)
class Copy:
    """What was typed another time and never saved: when it was kept, and how it came of what is saved."""

    saved_at: str
    runs: Runs


@dataclass(frozen=True)
class Shown:
    """All the form shows. `entry` is none for a new one; `previews` are HTML that `rendering` made."""

    form: Typed
    tags: Sequence[EditorialTag]
    entry: Entry | None = None
    locked: bool = False
    last: Mapping[Locale, RevisionSummary] = field(default_factory=dict)
    meetings: Mapping[Locale, Meeting] = field(default_factory=dict)
    copies: Mapping[Locale, Copy] = field(default_factory=dict)
    previews: Mapping[Locale, str] = field(default_factory=dict)
    disputed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, Said] = field(default_factory=dict)
    link: tuple[Locale, str, str] | None = None
    said: str = ""
    failed: str = ""

    @property
    def locales(self) -> list[Locale]:
        """The language the entry is written in, then the other."""
        return sorted(LOCALES, key=lambda locale: locale != self.form.source_locale)

    def draft(self, locale: Locale) -> DraftSummary | None:
        """The draft into a language that is open or failed last, if there is one."""
        of_locale = [each for each in self.entry.drafts if each.target_locale == locale] if self.entry else []
        current = [each for each in of_locale if each.state in OPEN_STATES] or of_locale[:1]
        return current[0] if current and current[0].state in (*OPEN_STATES, "failed", "rejected") else None

    def schedules(self, locale: Locale) -> list[Schedule]:
        """What is to be done to a language at a time to come, or failed then."""
        return [each for each in self.entry.schedules if each.locale == locale] if self.entry else []


def show(request: Call, shown: Shown, *, status: int = 200) -> Response[bytes]:
    """Return the form."""
    limits = {name: rule.limit for name, rule in RULES.items()}
    zone = request.app.state.services.settings.timezone
    return page(request, "entry.html", status=status, shown=shown, form=shown.form, limits=limits, zone=zone)


def blank(connection: Connection, form: Typed) -> Shown:
    """Return the form of an entry that is not there yet."""
    form = replace(form, token=form.token or secrets.token_urlsafe(16))
    return Shown(form, tagging.listed(connection, limit=MOST_TAGS))


def opened(connection: Connection, who: Principal, entry_id: str, *, translate: bool) -> Shown:
    """Return the form as it is opened: with what the account typed and did not save, where there is such."""
    entry = views.entry(connection, entry_id)
    sides = {
        locale: _kept(connection, who, entry_id, locale) or _saved(connection, entry_id, locale) for locale in LOCALES
    }
    plain = Plain.of(merging.details(connection, entry_id))
    form = Typed(
        sides=sides,
        plain=plain,
        seen=plain,
        version=int(entry.etag.strip('"')),
        kind=entry.kind,
        source_locale=entry.source_locale,
        translate=translate,
    )
    return _about(connection, who, entry, form)


def again(connection: Connection, who: Principal, entry_id: str, form: Typed, disputed: Sequence[str] = ()) -> Shown:
    """Return the form with what was typed, over what is saved by now.

    What was not changed in the form is shown as it is now; what two people changed is shown with both versions.
    """
    entry = views.entry(connection, entry_id)
    now = Plain.of(merging.details(connection, entry_id))
    sides = {}
    for locale, side in form.sides.items():
        base = revisions.numbered(connection, entry_id, locale, side.base) if side.base else None
        is_untouched = side.says(Side.of(base))
        sides[locale] = _saved(connection, entry_id, locale) if is_untouched else side
    untouched = {
        name: getattr(now, name)
        for name in ("slug", "date", "position", "tags")
        if getattr(form.plain, name) == getattr(form.seen, name)
    }
    form = replace(
        form,
        sides=sides,
        plain=replace(form.plain, **untouched),
        seen=now,
        version=int(entry.etag.strip('"')),
        kind=entry.kind,
        source_locale=entry.source_locale,
    )
    theirs = {name: ", ".join(value) if isinstance(value := getattr(now, name), tuple) else value for name in disputed}
    return replace(_about(connection, who, entry, form), disputed=theirs)


def _about(connection: Connection, who: Principal, entry: Entry, form: Typed) -> Shown:
    """Return the form with all that is known of its entry; whoever sees a newer text than theirs has seen it."""
    last, meetings, copies, sides = {}, {}, {}, {}
    for locale, side in form.sides.items():
        kept = _copy(connection, who, entry.id, locale)
        # Which working copy the fields hold: that one is done with as soon as they are saved, and no other is.
        sides[locale] = side = replace(side, copy=kept.saved_at) if kept and _side(kept).says(side) else side
        listed = history.listed(connection, entry.id, locale, after=None, limit=1)
        saved = _saved(connection, entry.id, locale)
        if listed:
            last[locale] = listed[0]
        if side.says(saved):
            continue
        if listed and side.base != saved.base:
            meetings[locale] = Meeting(listed[0], _runs(saved, side))
            sides[locale] = replace(side, base=saved.base)
        elif kept:
            copies[locale] = Copy(kept.saved_at, _runs(saved, side))
    return Shown(
        form=replace(form, sides=sides),
        tags=tagging.listed(connection, limit=MOST_TAGS),
        entry=entry,
        locked=not who.may("publish") and publishing.is_public(connection, entry.id),
        last=last,
        meetings=meetings,
        copies=copies,
    )


def _saved(connection: Connection, entry_id: str, locale: Locale) -> Side:
    return Side.of(revisions.newest(connection, entry_id, locale))


def _kept(connection: Connection, who: Principal, entry_id: str, locale: Locale) -> Side | None:
    copy = _copy(connection, who, entry_id, locale)
    if copy is None:
        return None
    side = _side(copy)
    saved = _saved(connection, entry_id, locale)
    return None if side.says(saved) or (side.empty and saved.base is None) else side


def _copy(connection: Connection, who: Principal, entry_id: str, locale: Locale) -> WorkingCopy | None:
    try:
        return working_copies.get(connection, who.account_id, entry_id, locale)
    except NotFound:
        return None


def _side(copy: WorkingCopy) -> Side:
    return Side(copy.title, copy.summary, copy.body, copy.base_revision)


def _runs(saved: Side, typed: Side) -> Runs:
    return {
        name: differences(getattr(saved, name), getattr(typed, name))
        for name in FIELDS
        if getattr(saved, name) != getattr(typed, name)
    }
