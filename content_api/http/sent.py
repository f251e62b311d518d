"""Forms as browsers send them."""

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict

from schemas.problems import MalformedBody


async def sent_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Return the form a request brings; raise `MalformedBody` where its bytes are not in the encoding they claim."""
    try:
        return await request.form()
    except (UnicodeDecodeError, LookupError):
        raise MalformedBody("The form is not text in an encoding that is known; send it as UTF-8.") from None
