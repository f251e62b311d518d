"""The glossary: terms found in either language, added, changed, removed."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from content_api.http.access import Who
from content_api.http.editorial.answering import Call, body_as, changed, done, expected, location, shown
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given, Services
from content_api.storage.database import Transaction
from content_api.workflow import terms
from content_api.workflow.revisions import Expected
from schemas.problems import BadParameter
from schemas.terms import EditorialTerm, EditorialTermPage, NewTerm, TermChange
from schemas.values import Name

Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@get("/glossary", sync_to_thread=True, summary="The glossary", opt=answers(EditorialTermPage, scope="entries:read"))
def list_terms(
    request: Call,
    services: Given,
    q: FromQuery[str | None] = None,
    limit: Limit = 20,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Terms by their Korean form; with `q` those that hold it in a form of either language, wanted or forbidden."""
    sought = "" if q is None else _sought(q)
    query = ("glossary", sought)
    after = None if cursor is None else services.cursors.read(query, cursor, tuple[str, str])
    with services.database.read() as connection:
        found = terms.listed(connection, search=sought, after=after, limit=limit + 1)
    page = found[:limit]
    following = services.cursors.write(query, (page[-1].ko, page[-1].en)) if len(found) > limit else None
    return shown(EditorialTermPage(items=page, next=following), headers=next_link(request, following))


@get(
    "/glossary/{term_id:str}", sync_to_thread=True, summary="One term", opt=answers(EditorialTerm, scope="entries:read")
)
def get_term(services: Given, term_id: FromPath[str]) -> Response[bytes]:
    """A term with its forms, note and ETag."""
    with services.database.read() as connection:
        return shown(terms.get(connection, term_id))


@post(
    "/glossary",
    sync_to_thread=True,
    summary="Add a term",
    opt=answers(EditorialTerm, takes=NewTerm, scope="review", status=201),
)
def add_term(request: Call, services: Given, who: Who, body: RawBody) -> Response[bytes]:
    """The preferred form in each language, and those that must not be used; the next drafts heed it."""
    wish = body_as(request, body, NewTerm)

    def add(tx: Transaction) -> Response[bytes]:
        term = terms.add(tx, wish)
        return shown(term, status=201, headers=location("glossary", term.id))

    return changed(request, services, who, add)


@patch(
    "/glossary/{term_id:str}",
    sync_to_thread=True,
    summary="Change a term",
    opt=answers(EditorialTerm, takes=TermChange, scope="review", versioned=True),
)
def change_term(request: Call, services: Given, who: Who, term_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """What is not sent stays as it is."""
    accepted = _expected(request, services, term_id)
    wish = body_as(request, body, TermChange)
    with services.database.write(who.account_id) as tx:
        return shown(terms.change(tx, term_id, wish, accepted))


@delete(
    "/glossary/{term_id:str}",
    sync_to_thread=True,
    status_code=204,
    summary="Remove a term",
    opt=answers(scope="review", status=204, versioned=True),
)
def remove_term(request: Call, services: Given, who: Who, term_id: FromPath[str]) -> Response[None]:
    """The next drafts do without it; what was translated with it stays."""
    accepted = _expected(request, services, term_id)
    with services.database.write(who.account_id) as tx:
        terms.remove(tx, term_id, accepted)
    return done()


def _sought(q: str) -> str:
    try:
        return Name.parse(q)
    except ValueError as fault:
        raise BadParameter.named("q", str(fault)) from None


def _expected(request: Call, services: Services, term_id: str) -> Expected:
    with services.database.read() as connection:
        return expected(request, terms.version(connection, term_id))


ROUTES = [list_terms, get_term, add_term, change_term, remove_term]
