"""What must hold within one entry of an export beyond the types of its fields: that its parts fit each other."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator

from schemas.delivery import AUDIENCES
from schemas.entries import OPEN_STATES
from schemas.export import KeptDraft, KeptEntry, KeptRevision, KeptSchedule
from schemas.language import LOCALES

Fault = tuple[str, str]
"""Where (RFC 6901 pointer into `entry.json`), and what is wrong."""


def faults(entry: KeptEntry, text_files: Collection[str]) -> Iterator[Fault]:
    """Yield what does not fit; `text_files` are the names of the texts that lie beside."""
    yield from _of_revisions(entry, text_files)
    yield from _of_drafts(entry)
    for number, schedule in enumerate(entry.schedules):
        yield from _of_schedule(entry, schedule, f"/schedules/{number}")
    yield from _of_publication(entry)
    yield from _twice("/former_slugs", (entry.slug, *entry.former_slugs))
    yield from _twice("/tags", entry.tags)
    waiting = [(each.locale, each.action) for each in entry.schedules if each.state == "waiting"]
    yield from _twice("/schedules", waiting)
    yield from _twice("/working_copies", [(each.locale, each.account) for each in entry.working_copies])


def people_in(entry: KeptEntry) -> set[str]:
    """Return the e-mail addresses of everybody the entry names."""
    named = [name for each in entry.revisions for name in (each.author, each.approver)]
    named += [name for each in entry.drafts for name in (each.requested_by, each.approver)]
    named += [schedule.account for schedule in entry.schedules] + [copy.account for copy in entry.working_copies]
    return {name for name in named if name}


def _of_revisions(entry: KeptEntry, text_files: Collection[str]) -> Iterator[Fault]:
    for locale in LOCALES:
        numbers = sorted(_numbers(entry, locale))
        if numbers != list(range(1, len(numbers) + 1)):
            yield "/revisions", f"the revisions in {locale} are not numbered from 1 without holes"
    if not _numbers(entry, entry.source_locale):
        yield "/revisions", "there is none in the source language"
    named = {f"{each.locale}.{each.number}.md" for each in entry.revisions}
    for name in sorted(named ^ set(text_files)):
        yield "/revisions", f"{name} is not listed" if name in text_files else f"there is no file {name}"
    for number, each in enumerate(entry.revisions):
        yield from _of_revision(entry, each, f"/revisions/{number}")


def _of_revision(entry: KeptEntry, revision: KeptRevision, at: str) -> Iterator[Fault]:
    if revision.fits_source is not None and revision.fits_source not in _numbers(entry, entry.source_locale):
        yield f"{at}/fits_source", "there is no such revision of the source"
    if revision.origin == "machine_reviewed" or revision.draft or revision.approver:
        approved = {(each.id, each.target_locale, each.approver) for each in entry.drafts if each.state == "approved"}
        if (revision.draft, revision.locale, revision.approver) not in approved:
            yield f"{at}/draft", "there is no such draft into this language, approved by this person"


def _of_drafts(entry: KeptEntry) -> Iterator[Fault]:
    before: set[str] = set()
    for number, draft in enumerate(entry.drafts):
        at = f"/drafts/{number}"
        yield from _of_draft(entry, draft, at)
        if draft.supersedes and draft.supersedes not in before:
            yield f"{at}/supersedes", "there is no such draft before it"
        before.add(draft.id)
    yield from _twice("/drafts", [each.id for each in entry.drafts])
    open_drafts = [each for each in entry.drafts if each.state in OPEN_STATES]
    if len(open_drafts) > (0 if entry.deleted_at else 1):
        yield "/drafts", "a deleted entry has no open draft, and any other has one"


def _of_draft(entry: KeptEntry, draft: KeptDraft, at: str) -> Iterator[Fault]:
    if draft.target_locale == entry.source_locale:
        yield f"{at}/target_locale", "it is the language of the source"
    if draft.source_revision not in _numbers(entry, entry.source_locale):
        yield f"{at}/source_revision", "there is no such revision of the source"
    if (draft.state == "approved") != (draft.approver is not None):
        yield f"{at}/approver", "approved drafts, and only they, have one"
    yield from _twice(f"{at}/segments", [each.id for each in draft.segments])
    yield from _twice(f"{at}/segments", [each.position for each in draft.segments])


def _of_schedule(entry: KeptEntry, schedule: KeptSchedule, at: str) -> Iterator[Fault]:
    if (schedule.action == "publish") != (schedule.revision is not None):
        yield f"{at}/revision", "what is to be published has one, a withdrawal has none"
    if schedule.revision is not None and schedule.revision not in _numbers(entry, schedule.locale):
        yield f"{at}/revision", "there is no such revision"


def _of_publication(entry: KeptEntry) -> Iterator[Fault]:
    for locale, publication in entry.published.items():
        if publication.revision not in _numbers(entry, locale):
            yield f"/published/{locale}/revision", "there is no such revision"
    if entry.published and entry.deleted_at:
        yield "/published", "nothing of a deleted entry is public"
    if set(entry.answers_changed) != (set(AUDIENCES) if entry.published else set()):
        yield "/answers_changed", f"what is public has a time for each of {', '.join(AUDIENCES)}"


def _numbers(entry: KeptEntry, locale: str) -> list[int]:
    return [each.number for each in entry.revisions if each.locale == locale]


def _twice(at: str, values: Iterable[Hashable]) -> Iterator[Fault]:
    yield from ((at, f"{value} stands here twice") for value, times in Counter(values).items() if times > 1)
