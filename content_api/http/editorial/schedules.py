"""What is scheduled of an entry: `publish` and `unpublish` add to it, here it is cancelled."""

from litestar import Response, delete
from litestar.params import FromPath

from content_api.http.access import Who
from content_api.http.editorial.answering import done
from content_api.http.openapi import answers
from content_api.http.services import Given
from content_api.workflow import scheduling


@delete(
    "/entries/{entry_id:str}/schedules/{schedule_id:str}",
    sync_to_thread=True,
    status_code=204,
    summary="Cancel a schedule",
    opt=answers(scope="publish", status=204),
)
def cancel_schedule(services: Given, who: Who, entry_id: FromPath[str], schedule_id: FromPath[str]) -> Response[None]:
    """One that waits is not done; one that failed is no longer listed."""
    with services.database.write(who.account_id) as tx:
        scheduling.cancel(tx, entry_id, schedule_id)
    return done()


ROUTES = [cancel_schedule]
