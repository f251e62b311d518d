"""Preview links as addresses: what `workflow.previewing` says, signed as cursors are."""

import datetime as dt
from typing import Any

from litestar import Request

from content_api.http.services import Services
from content_api.storage.types import rfc3339
from content_api.workflow.previewing import PURPOSE, Link


def address(request: Request[Any, Any, Any], services: Services, link: Link) -> tuple[str, str]:
    """Return the address of a link, at the service's public one where that is known, and when it expires."""
    token = services.cursors.write(PURPOSE, (link.entry_id, link.locale, link.expires))
    base = services.settings.public_url or str(request.base_url)
    expires = rfc3339(dt.datetime.fromtimestamp(link.expires, dt.UTC))
    return f"{base.rstrip('/')}/desk/previews?token={token}", expires


def read(services: Services, token: str) -> Link:
    """Return what a link's token says; raise `BadCursor` if we did not make it."""
    return services.cursors.read(PURPOSE, token, Link)
