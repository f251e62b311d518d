"""The form of an entry: opened, previewed, saved, published. Whatever goes wrong, what was typed stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.params import FromPath

from content_api.desk import entry_form, entry_page
from content_api.desk.entrance import signed_in
from content_api.desk.entry_acts import ACTS, Press
from content_api.desk.entry_form import Refused, Said, Side, Typed
from content_api.desk.entry_page import Shown, show
from content_api.desk.pages import A_YEAR, Call, page, to
from content_api.desk.previews import address, previewed
from content_api.http.access import CSRF_HEADER, SESSION_COOKIE, session_of
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.storage.database import Transaction
from content_api.workflow import (
    drafting,
    editing,
    merging,
    previewing,
    repeating,
    revisions,
    tagging,
    working_copies,
)
from content_api.workflow.accounts import Principal
from content_api.workflow.merging import Clash
from schemas.entries import DraftWish, NewEntry
from schemas.language import LOCALES, OTHER, Locale
from schemas.problems import Forbidden, NotFound, Problem, SlugTaken, Unauthenticated

TRANSLATE_COOKIE = "hanmi_translate"
# What the page may say after something was done: nothing else an address asks for is said.
DONE = ("saved", "created", *ACTS, "discard", "restored")


class Made(msgspec.Struct):
    """What a new entry's form made: the entry, and the languages whose first revision it wrote."""

    entry_id: str
    locales: list[Locale]


@get(
    "/entries/new",
    guards=[signed_in],
    sync_to_thread=True,
    opt={"scope": "entries:write"},
    include_in_schema=False,
)
def new_entry(request: Call, services: Given) -> Response[bytes]:
    """Show the form of a new entry."""
    empty = Typed({locale: Side() for locale in LOCALES}, translate=_translates(request))
    with services.database.read() as connection:
        return show(request, entry_page.blank(connection, empty))


@get("/entries/{entry_id:str}", guards=[signed_in], sync_to_thread=True, include_in_schema=False)
def show_entry(request: Call, services: Given, entry_id: FromPath[str]) -> Response[bytes]:
    """Show an entry's form."""
    done = request.query_params.get("done", "")
    with services.database.read() as connection:
        shown = entry_page.opened(connection, _who(request), entry_id, translate=_translates(request))
    return show(request, replace(shown, said=f"entry_done_{done}" if done in DONE else ""))


@post("/entries/new", include_in_schema=False)
async def create_entry(request: Call, services: Given) -> Response[bytes]:
    """Add an entry, or show the form again."""
    return await _received(request, services, None)


@post("/entries/{entry_id:str}", include_in_schema=False)
async def save_entry(request: Call, services: Given, entry_id: FromPath[str]) -> Response[bytes]:
    """Save what was changed and do what the button says, or show the form again."""
    return await _received(request, services, entry_id)


async def _received(request: Call, services: Services, entry_id: str | None) -> Response[bytes]:
    """Answer a form. Nobody loses what they typed because their session ended meanwhile: they get it back."""
    form = entry_form.typed(await sent_form(request))
    try:
        session = await session_of(request)
        session.who.must("entries:write")
    except (Unauthenticated, Forbidden):
        if CSRF_HEADER in request.headers:
            raise
        return await sync_to_thread(partial(_given_back, request, services, entry_id, form))
    act = partial(_add, request, services) if entry_id is None else partial(_change, request, services, entry_id)
    answer: Response[bytes] = await sync_to_thread(partial(act, form))
    if form.do != "preview":
        secure = services.settings.public_url.startswith("https:")
        answer.set_cookie(
            Cookie(
                key=TRANSLATE_COOKIE,
                value=str(int(form.translate)),
                path="/desk",
                max_age=A_YEAR,
                httponly=True,
                samesite="lax",
                secure=secure,
            )
        )
    return answer


def _add(request: Call, services: Services, form: Typed) -> Response[bytes]:
    who = _who(request)
    with services.database.read() as connection:
        blank = entry_page.blank(connection, form)
    if form.do.startswith("preview"):
        return show(request, replace(blank, previews=_previews(request, form)))
    try:
        wish = entry_form.new_entry(form, entry_form.values(form, blank.tags))
        for locale in LOCALES:
            if text := getattr(wish.texts, locale):
                editing.prepare(text, locale, f"/texts/{locale}")
        made, is_new = _made(services, who, form, wish)
    except Refused as refused:
        return show(request, replace(blank, wrong=refused.wrong), status=422)
    except Problem as problem:
        return show(request, _blamed(blank, problem), status=problem.status)
    if is_new:
        return to(f"/desk/entries/{made.entry_id}", done="created")
    # A form sent once more, because its answer was lost, is about the entry it has made.
    return _change(request, services, made.entry_id, _continued(services, made, form))


def _made(services: Services, who: Principal, form: Typed, wish: NewEntry) -> tuple[Made, bool]:
    """Add an entry, unless this very form has added one before; return what it made, and whether it is new."""
    once = repeating.repeatable(who.account_id, f"form {form.token}", "POST", "/desk/entries/new", b"")
    with services.database.write(who.account_id) as tx:
        is_known = bool(form.token) and not repeating.claim(tx, once)
        if is_known and (kept := repeating.kept(tx.connection, once, services.seal, tx.now)):
            return msgspec.json.decode(kept.body, type=Made), False
        entry_id = editing.create_entry(tx, who, wish)
        if form.translate and getattr(wish.texts, OTHER[wish.source_locale]) is None:
            at = revisions.lock_entry(tx, entry_id, None)
            drafting.ask(tx, who, at, DraftWish(target_locale=OTHER[wish.source_locale]), pointer="")
        made = Made(entry_id, [locale for locale in LOCALES if getattr(wish.texts, locale) is not None])
        if form.token:
            repeating.keep(tx, once, repeating.Answer(303, {}, msgspec.json.encode(made)), services.seal)
    return made, True


def _continued(services: Services, made: Made, form: Typed) -> Typed:
    """Return the form that made an entry as one that was begun from what it made: nobody else is to be met there."""
    sides = {locale: replace(side, base=1) if locale in made.locales else side for locale, side in form.sides.items()}
    with services.database.read() as connection:
        try:
            seen = entry_form.Plain.of(merging.details(connection, made.entry_id))
        except NotFound:
            return form
    return replace(form, sides=sides, seen=seen)


def _change(request: Call, services: Services, entry_id: str, form: Typed) -> Response[bytes]:
    who = _who(request)
    verb, _, about = form.do.partition(".")
    again = partial(_again, request, services, entry_id, form)
    try:
        if verb == "theirs":
            return _with_theirs(request, services, entry_id, form, about)
        if verb == "preview":
            return again(previews=_previews(request, form))
        if verb == "link":
            return again(link=_link(request, services, entry_id, about))
        if verb == "discard":
            _discard(services, who, entry_id, form, about)
            # The language begins anew from what is saved.
            sides = {locale: Side() if locale == about else side for locale, side in form.sides.items()}
            return _after(request, services, entry_id, replace(form, sides=sides))
        if verb == "save" or verb in ACTS:
            _do(services, who, entry_id, form)
            return _after(request, services, entry_id, form)
        return again()
    except Refused as refused:
        _keep(services, who, entry_id, form)
        return again(status=422, wrong=refused.wrong)
    except Clash as clash:
        _keep(services, who, entry_id, form)
        return again(status=409, disputed=clash.fields, failed="entry_not_saved")
    except NotFound as problem:
        return _without_entry(request, services, entry_id, form, problem)
    except Problem as problem:
        _keep(services, who, entry_id, form)
        return again(status=problem.status, problem=problem)


def _after(request: Call, services: Services, entry_id: str, form: Typed) -> Response[bytes]:
    """Lead back to the form once what the button says is done.

    Details that were typed and not saved are kept nowhere but in the form: with such it is shown as it is.
    """
    verb = form.do.partition(".")[0]
    is_saved = verb == "save" or (verb in ACTS and ACTS[verb].saves)
    if is_saved or form.plain == form.seen:
        return to(f"/desk/entries/{entry_id}", done="saved" if verb == "save" else verb)
    return _again(request, services, entry_id, replace(form, at={}), said=f"entry_done_{verb}")


def _do(services: Services, who: Principal, entry_id: str, form: Typed) -> None:
    """Save or keep what was typed, and do what the button says; all of it or nothing."""
    verb, _, about = form.do.partition(".")
    act = ACTS.get(verb)
    if act:
        who.must(act.scope)
    read = _read(services, entry_id, form) if act is None or act.saves else None
    with services.database.write(who.account_id) as tx:
        if act:
            # What is decided here is decided about what was seen.
            revisions.lock_entry(tx, entry_id, frozenset({form.version} if form.version else ()))
        if read:
            source = revisions.entry(tx.connection, entry_id).source_locale
            wish = DraftWish(target_locale=OTHER[source]) if form.translate else None
            merging.save(tx, who, entry_id, read.edits, read.mine, read.seen, wish)
        else:
            _keep_within(tx, who, entry_id, form)
        if act:
            act.run(tx, Press(who, entry_id, about, form, services.settings.zone))


def _discard(services: Services, who: Principal, entry_id: str, form: Typed, about: str) -> None:
    """Throw away what was typed in one language; what was typed in the other is kept."""
    rest = {locale: side for locale, side in form.sides.items() if locale != about}
    with services.database.write(who.account_id) as tx:
        _keep_within(tx, who, entry_id, replace(form, sides=rest))
        for locale in form.sides.keys() - rest.keys():
            working_copies.drop(tx, who.account_id, entry_id, locale)


def _read(services: Services, entry_id: str, form: Typed) -> entry_form.Values:
    """Return what was typed as values, taken apart already: that takes time, and must not while others wait."""
    with services.database.read() as connection:
        tags = tagging.listed(connection, limit=entry_page.MOST_TAGS)
        saved = [locale for locale in LOCALES if revisions.newest(connection, entry_id, locale)]
    read = entry_form.values(form, tags, saved=saved)
    for locale, edit in read.edits.items():
        editing.prepare(edit.text, locale, f"/texts/{locale}")
    return read


def _again(
    request: Call,
    services: Services,
    entry_id: str,
    form: Typed,
    *,
    status: int = 200,
    disputed: Sequence[str] = (),
    problem: Problem | None = None,
    **more: object,
) -> Response[bytes]:
    with services.database.read() as connection:
        shown = entry_page.again(connection, _who(request), entry_id, form, disputed)
    shown = replace(shown, **more)  # type: ignore[arg-type]  # names of its fields, as the callers above give them
    return show(request, _blamed(shown, problem) if problem else shown, status=status)


def _with_theirs(request: Call, services: Services, entry_id: str, form: Typed, about: str) -> Response[bytes]:
    """Show the form with the saved text in one language; what was typed in its place is shown beside it once more."""
    with services.database.read() as connection:
        shown = entry_page.again(connection, _who(request), entry_id, form)
        sides = {
            # The working copy of what was typed goes with the next save, as it would have with this one.
            locale: replace(Side.of(revisions.newest(connection, entry_id, locale)), copy=side.copy)
            if locale == about
            else side
            for locale, side in shown.form.sides.items()
        }
    return show(request, replace(shown, form=replace(shown.form, sides=sides)))


def _without_entry(request: Call, services: Services, entry_id: str, form: Typed, problem: NotFound) -> Response[bytes]:
    """Show what was typed for an entry that somebody deleted meanwhile as a new one; else raise what went wrong."""
    with services.database.read() as connection:
        try:
            revisions.entry(connection, entry_id)
        except NotFound:
            if all(side.empty for side in form.sides.values()):
                raise problem from None
            sides = {locale: replace(side, base=None) for locale, side in form.sides.items()}
            plain = replace(form.plain, slug="")
            fresh = replace(form, sides=sides, plain=plain, seen=entry_form.Plain(), version=None, token="")
            return show(
                request, replace(entry_page.blank(connection, fresh), failed="entry_deleted_meanwhile"), status=404
            )
    return _again(request, services, entry_id, form, status=404, problem=problem)


def _given_back(request: Call, services: Services, entry_id: str | None, form: Typed) -> Response[bytes]:
    """Return what was typed to somebody whose session ended, or whose page belongs to an earlier one."""
    try:
        session = services.doorkeeper.recognise(request.cookies.get(SESSION_COOKIE, ""))
        session.who.must("entries:write")
    except Unauthenticated:
        return page(request, "entry_kept.html", status=401, form=form, entry_id=entry_id)
    request.state.session, request.state.who = session, session.who
    if entry_id is not None:
        try:
            return _again(request, services, entry_id, form, status=403, failed="entry_not_saved_yet")
        except NotFound as problem:
            return _without_entry(request, services, entry_id, form, problem)
    with services.database.read() as connection:
        return show(request, replace(entry_page.blank(connection, form), failed="entry_not_saved_yet"), status=403)


def _blamed(shown: Shown, problem: Problem) -> Shown:
    """Return the form with a problem said at its field where it has one, else above the form."""
    wrong: Mapping[str, Said] = {}
    if isinstance(problem, SlugTaken):
        wrong = {"slug": Said("problem_slug_taken")}
    for fault in problem.errors:
        for locale in LOCALES:
            if fault.pointer == f"/texts/{locale}/body":
                wrong = {f"body_{locale}": Said("wrong_addresses")}
    return replace(shown, wrong=wrong, failed="" if wrong else f"problem_{problem.slug.replace('-', '_')}")


def _keep(services: Services, who: Principal, entry_id: str, form: Typed) -> None:
    """Keep unsaved what was typed and could not be saved."""
    try:
        with services.database.write(who.account_id) as tx:
            _keep_within(tx, who, entry_id, form)
    except Problem:
        pass  # the page holds it all the same


def _keep_within(tx: Transaction, who: Principal, entry_id: str, form: Typed) -> None:
    for locale, side in form.sides.items():
        base = revisions.numbered(tx.connection, entry_id, locale, side.base) if side.base else None
        kept = entry_form.unfinished(side)
        if kept and not side.says(Side.of(base)):
            working_copies.keep(tx, who.account_id, entry_id, locale, kept)


def _link(request: Call, services: Services, entry_id: str, about: str) -> tuple[Locale, str, str]:
    locale: Locale = "en" if about == "en" else "ko"
    with services.database.read() as connection:
        link = previewing.link(connection, entry_id, locale, services.database.clock())
    return locale, *address(request, services, link)


def _previews(request: Call, form: Typed) -> dict[Locale, str]:
    return {locale: previewed(request, side.body) for locale, side in form.sides.items() if not side.empty}


def _translates(request: Call) -> bool:
    return request.cookies.get(TRANSLATE_COOKIE, "1") == "1"


def _who(request: Call) -> Principal:
    who: Principal = request.state.session.who
    return who


# Forms ask for the session themselves, so that what was typed is given back to those who have none any more.
ROUTES = [new_entry, show_entry, create_entry, save_entry]
