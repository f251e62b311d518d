"""Tags and keys: the small editorial resources."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from content_api.http.access import Who
from content_api.http.editorial.answering import Call, body_as, changed, done, expected, location, shown
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given
from content_api.storage.database import Transaction
from content_api.workflow import accounts, tagging
from schemas.accounts import CreatedKey, EditorialTag, EditorialTagPage, KeyPage, NewKey, NewTag, TagChange
from schemas.values import Slug

Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@get("/tags", sync_to_thread=True, summary="All tags", opt=answers(EditorialTagPage, scope="entries:read"))
def list_tags(
    request: Call, services: Given, limit: Limit = 100, cursor: FromQuery[str | None] = None
) -> Response[bytes]:
    """Tags by slug, in use or not."""
    query = ("editorial tags",)
    after = services.cursors.after(query, cursor) or ""
    with services.database.read() as connection:
        found = tagging.listed(connection, after=after, limit=limit + 1)
    items, following = services.cursors.cut(query, found, limit, lambda each: each.slug)
    return shown(EditorialTagPage(items=items, next=following), headers=next_link(request, following))


@get("/tags/{slug:str}", sync_to_thread=True, summary="One tag", opt=answers(EditorialTag, scope="entries:read"))
def get_tag(services: Given, slug: FromPath[str]) -> Response[bytes]:
    """A tag with its names and ETag."""
    with services.database.read() as connection:
        return shown(tagging.get(connection, Slug.in_path(slug)))


@post(
    "/tags",
    sync_to_thread=True,
    summary="Add a tag",
    opt=answers(EditorialTag, takes=NewTag, scope="entries:write", status=201),
)
def add_tag(request: Call, services: Given, who: Who, body: RawBody) -> Response[bytes]:
    """A tag has a name in each language."""
    wish = body_as(request, body, NewTag)

    def add(tx: Transaction) -> Response[bytes]:
        tag = tagging.add(tx, wish)
        return shown(tag, status=201, headers=location("tags", tag.slug))

    return changed(request, services, who, add)


@patch(
    "/tags/{slug:str}",
    sync_to_thread=True,
    summary="Rename a tag",
    opt=answers(EditorialTag, takes=TagChange, scope="publish", versioned=True),
)
def rename_tag(request: Call, services: Given, who: Who, slug: FromPath[str], body: RawBody) -> Response[bytes]:
    """Both names; what is published with the tag follows shortly, in batches."""
    slug = Slug.in_path(slug)
    with services.database.read() as connection:
        accepted = expected(request, tagging.version(connection, slug))
    change = body_as(request, body, TagChange)
    with services.database.write(who.account_id) as tx:
        return shown(tagging.rename(tx, slug, change, accepted))


@get("/keys", sync_to_thread=True, summary="All keys", opt=answers(KeyPage, scope="admin"))
def list_keys(
    request: Call, services: Given, limit: Limit = 100, cursor: FromQuery[str | None] = None
) -> Response[bytes]:
    """Keys without their secrets, newest first."""
    query = ("keys",)
    after = services.cursors.after(query, cursor)
    with services.database.read() as connection:
        found = accounts.list_keys(connection, after=after, limit=limit + 1)
    items, following = services.cursors.cut(query, found, limit, lambda each: each.id)
    return shown(KeyPage(items=items, next=following), headers=next_link(request, following))


@post(
    "/keys", sync_to_thread=True, summary="Make a key", opt=answers(CreatedKey, takes=NewKey, scope="admin", status=201)
)
def create_key(request: Call, services: Given, who: Who, body: RawBody) -> Response[bytes]:
    """The answer holds the secret; it is shown once."""
    wish = body_as(request, body, NewKey)
    return changed(request, services, who, lambda tx: shown(accounts.create_key(tx, wish), status=201))


@delete(
    "/keys/{key_id:str}",
    sync_to_thread=True,
    status_code=204,
    summary="Revoke a key",
    opt=answers(scope="admin", status=204),
)
def revoke_key(services: Given, who: Who, key_id: FromPath[str]) -> Response[None]:
    """The next request with the key is refused."""
    with services.database.write(who.account_id) as tx:
        accounts.revoke_key(tx, key_id)
    return done()


ROUTES = [list_tags, get_tag, add_tag, rename_tag, list_keys, create_key, revoke_key]
