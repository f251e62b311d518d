"""The glossary's pages: found in either language, and, for reviewers, added, changed, removed."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery

from content_api.desk.pages import Call, page, to
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.workflow import terms
from schemas.decoding import convert
from schemas.problems import BadCursor, Exists, Invalid, Problem, Stale
from schemas.terms import EditorialTerm, NewTerm, TermChange
from schemas.values import Name

GLOSSARY = "/desk/glossary"
PAGE = 100
LISTS = ("forbidden_ko", "forbidden_en", "admitted_ko", "admitted_en")


@dataclass(frozen=True)
class Typed:
    """What stands in the form: each field as it was typed, a list as lines."""

    ko: str = ""
    en: str = ""
    forbidden_ko: str = ""
    forbidden_en: str = ""
    admitted_ko: str = ""
    admitted_en: str = ""
    part_of_speech: str = "noun"
    case: str = "auto"
    keep: bool = False
    note: str = ""

    @classmethod
    def of(cls, term: EditorialTerm) -> "Typed":
        """Return a term as the form shows it."""
        fields = {name: getattr(term, name) for name in cls.__dataclass_fields__}
        return cls(**fields | {name: "\n".join(fields[name]) for name in LISTS})

    @classmethod
    def sent(cls, form: Any) -> "Typed":
        """Return what was sent."""
        given: dict[str, Any] = {
            name: str(form[name]).replace("\r\n", "\n") for name in cls.__dataclass_fields__ if name in form
        }
        return cls(**given | {"keep": "keep" in form})

    @property
    def fields(self) -> dict[str, Any]:
        """The term it describes: a line for each forbidden form."""
        lists = {name: [line for line in getattr(self, name).splitlines() if line.strip()] for name in LISTS}
        return {**vars(self), **lists}


@get("/glossary", sync_to_thread=True, include_in_schema=False)
def show(request: Call, services: Given, q: FromQuery[str] = "", cursor: FromQuery[str] = "") -> Response[bytes]:
    """The terms, with the form to add one."""
    return _glossary(request, services, q=q, cursor=cursor)


@post("/glossary", status_code=303, include_in_schema=False, opt={"scope": "review"})
async def add(request: Call, services: Given) -> Response[bytes]:
    """Add a term; one that is refused stands in the form again."""
    typed = Typed.sent(await sent_form(request))
    return await sync_to_thread(partial(_add, request, services, typed))


@get("/glossary/{term_id:str}", sync_to_thread=True, include_in_schema=False, opt={"scope": "review"})
def edit(request: Call, services: Given, term_id: FromPath[str]) -> Response[bytes]:
    """One term, to be changed or removed."""
    with services.database.read() as connection:
        term = terms.get(connection, term_id)
    return _term(request, term, Typed.of(term))


@post("/glossary/{term_id:str}", status_code=303, include_in_schema=False, opt={"scope": "review"})
async def save(request: Call, services: Given, term_id: FromPath[str]) -> Response[bytes]:
    """Change or remove a term. If somebody else changed it meanwhile, both versions are shown."""
    form = await sent_form(request)
    act = _remove if "remove" in form else _save
    return await sync_to_thread(partial(act, request, services, term_id, str(form.get("etag", "")), Typed.sent(form)))


def _add(request: Call, services: Services, typed: Typed) -> Response[bytes]:
    try:
        wish = convert(typed.fields, NewTerm)
        with services.database.write(request.state.who.account_id) as tx:
            terms.add(tx, wish)
    except (Invalid, Exists) as refusal:
        return _glossary(request, services, status=refusal.status, typed=typed, wrong=_wrong(refusal))
    return to(GLOSSARY, q=wish.ko, done="term_added")


def _save(request: Call, services: Services, term_id: str, etag: str, typed: Typed) -> Response[bytes]:
    try:
        wish = convert(typed.fields, TermChange)
        with services.database.write(request.state.who.account_id) as tx:
            terms.change(tx, term_id, wish, version_of(etag))
    except (Invalid, Exists, Stale) as refusal:
        return _refused(request, services, term_id, typed, refusal)
    return to(GLOSSARY, q=wish.ko if isinstance(wish.ko, str) else "", done="term_changed")


def _remove(request: Call, services: Services, term_id: str, etag: str, typed: Typed) -> Response[bytes]:
    try:
        with services.database.write(request.state.who.account_id) as tx:
            terms.remove(tx, term_id, version_of(etag))
    except Stale as refusal:
        return _refused(request, services, term_id, typed, refusal)
    return to(GLOSSARY, done="term_removed")


def _refused(request: Call, services: Services, term_id: str, typed: Typed, refusal: Problem) -> Response[bytes]:
    with services.database.read() as connection:
        term = terms.get(connection, term_id)
    return _term(request, term, typed, refusal)


def _term(request: Call, term: EditorialTerm, typed: Typed, refusal: Problem | None = None) -> Response[bytes]:
    """Return a term's page; where the form was stale, it shows what is saved by now where that is something else."""
    saved = Typed.of(term)
    theirs = saved if isinstance(refusal, Stale) and saved != typed else None
    values = {"term": term, "typed": typed, "theirs": theirs, "wrong": refusal and _wrong(refusal)}
    return page(request, "term.html", status=refusal.status if refusal else 200, **values)


def _glossary(
    request: Call,
    services: Services,
    *,
    q: str = "",
    cursor: str = "",
    status: int = 200,
    typed: Typed | None = None,
    wrong: str | None = None,
) -> Response[bytes]:
    try:
        sought = Name.parse(q) if q.strip() else ""
    except ValueError:  # too long, or not text: what is shown is everything
        q = sought = ""
    query = ("desk glossary", sought)
    try:
        after = services.cursors.read(query, cursor, tuple[str, str]) if cursor else None
    except BadCursor:
        after = None
    with services.database.read() as connection:
        found = terms.listed(connection, search=sought, after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    following = services.cursors.write(query, (shown[-1].ko, shown[-1].en)) if len(found) > PAGE else None
    done = request.query_params.get("done")
    return page(
        request,
        "glossary.html",
        status=status,
        terms=shown,
        q=q,
        following=following,
        may_change=request.state.who.may("review"),
        typed=typed or Typed(),
        wrong=wrong,
        done=done if done in ("term_added", "term_changed", "term_removed") else None,
    )


def _wrong(refusal: Problem) -> str:
    """Return the phrase for why a term was refused."""
    if isinstance(refusal, Stale):
        return "term_stale"
    return "term_exists" if isinstance(refusal, Exists) else "term_invalid"


def version_of(etag: str) -> frozenset[int]:
    """Return the version a form was made from; what is none matches nothing."""
    number = etag.strip('"')
    return frozenset({int(number)} if number.isascii() and number.isdigit() and len(number) < 18 else ())


ROUTES = [show, add, edit, save]
