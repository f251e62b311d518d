"""What a page costs: the first and the last by cursor, in a small and a large database."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from content_api import reading
from content_api.reading import ListQuery
from content_api.storage import schema, tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.workflow import accounts
from content_api.workflow.rendering import Public, Publication, TagNames, all_rendered, sort_keys
from content_api.workflow.revisions import EntryRow, Revision
from schemas.language import LOCALES
from tests.bench.timing import Figure, alternate, ratio

BATCH = 2_000
# Pages are some tenths of a millisecond; one sample is many of them, or the clock is what is measured.
REPEAT = 20
LIMIT = 20


def report(sizes: list[int], rounds: int) -> None:
    """Print cost and ratio of first and last page for every size, for the whole list and for a tag."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            database = filled(Path(folder), size)
            with database.read() as connection:
                for title, query in _queries():
                    last = _place_of_last_page(connection, query)
                    first_page = lambda query=query: _pages(connection, query, None)  # noqa: E731
                    last_page = lambda query=query, last=last: _pages(connection, query, last)  # noqa: E731
                    figures = alternate({"first": first_page, "last": last_page}, rounds)
                    _print(size, title, figures)
            database.close()


def _print(size: int, title: str, figures: dict[str, Figure]) -> None:
    print(f"{size:,} entries per language, {title}: {REPEAT} pages of {LIMIT}")
    print(f"  first page    {figures['first']}")
    print(f"  last page     {figures['last']}")
    print(f"  last / first  {ratio(figures['last'], figures['first'])}")


def _queries() -> Iterator[tuple[str, ListQuery]]:
    for title, tag in (("news", None), ("news of a tag that one in a hundred has", "rare")):
        yield title, ListQuery(kind="news", audience="en", fallback="none", order="desc", tag=tag)


def _pages(connection, query, after):  # type: ignore[no-untyped-def]
    for _ in range(REPEAT):
        reading.page(connection, query, after=after, limit=LIMIT)


def _place_of_last_page(connection, query):  # type: ignore[no-untyped-def]
    table = tables.published_tag if query.tag else tables.published
    columns = (table.c.rank_desc, table.c.entry_id)
    asked = table.select().with_only_columns(*columns).where(table.c.audience == query.audience)
    asked = asked.where(table.c.tag == query.tag) if query.tag else asked
    rows = connection.execute(asked.order_by(*columns).limit(LIMIT + 1)).all()
    return tuple(rows[-1])


def filled(folder: Path, size: int) -> Database:
    """Return a database in `folder` with `size` news per language, one in a hundred with a tag of its own."""
    url = f"sqlite:///{folder / 'hanmi.db'}"
    schema.migrate(url)
    database = Database(url)
    with database.read() as connection:
        author = accounts.local(connection).account_id
    with database.write() as tx:
        for slug in ("common", "rare"):
            tx.execute(insert(tables.tag).values(slug=slug, name_ko=slug, name_en=slug, version=1))
    for start in range(0, size, BATCH):
        with database.write() as tx:
            _fill(tx, author, range(start, min(start + BATCH, size)))
    return database


def _fill(tx: Transaction, author: str, numbers: range) -> None:
    """Write rows as publishing does, through its own rendering, but many to a statement."""
    rows: dict[str, list[dict[str, object]]] = {"entry": [], "revision": [], "published": [], "published_tag": []}
    for number in numbers:
        day = (dt.date(1950, 1, 1) + dt.timedelta(days=number % 27_000)).isoformat()
        at = EntryRow(new_id(), "news", "ko", day, None, 1)
        texts = {locale: Publication(_revision(at.id, locale, number), tx.now, tx.now) for locale in LOCALES}
        tags = [
            TagNames("common", "흔함", "common"),
            *([TagNames("rare", "드묾", "rare")] if number % 100 == 0 else []),
        ]
        public = Public(at, f"news-{number}", tags, texts)
        asc, desc = sort_keys(at)
        shared = {"entry_id": at.id, "kind": at.kind, "rank_asc": asc, "rank_desc": desc}
        about = {
            **shared,
            "slug": public.slug,
            "day": asc,
            **{f"revision_{locale}": texts[locale].revision.id for locale in LOCALES},
            **{f"published_at_{locale}": tx.now for locale in LOCALES},
        }
        rows["entry"].append(vars(at) | {"created_at": tx.now, "updated_at": tx.now})
        rows["revision"] += [
            vars(text.revision) | {"author_id": author, "created_at": tx.now} for text in texts.values()
        ]
        for row in all_rendered(public, tx.now, {}):
            rows["published"].append(about | vars(row))
            labels = {"audience": row.audience, "is_fallback": row.is_fallback}
            rows["published_tag"] += [shared | labels | {"tag": tag.slug} for tag in tags]
    for name, values in rows.items():
        tx.execute(insert(tables.metadata.tables[name]), values)


def _revision(entry_id: str, locale: str, number: int) -> Revision:
    return Revision(
        id=new_id(),
        entry_id=entry_id,
        locale=locale,  # type: ignore[arg-type]
        number=1,
        title=f"News number {number}" if locale == "en" else f"{number}번째 소식",
        summary="A summary of some forty characters or so." if locale == "en" else "마흔 글자쯤 되는 요약문입니다.",
        body="One paragraph.\n" * 5,
        origin="original" if locale == "ko" else "human",
        fits_source=None if locale == "ko" else 1,
        draft_id=None,
        approver_id=None,
    )
