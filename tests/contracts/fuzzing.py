"""What the fuzzer holds answers against; it loads this by its configuration."""

from typing import Any

import schemathesis


@schemathesis.check
def fits_the_document(_context: Any, response: Any, case: Any) -> None:
    """An answer is as its schema says; where `fields` chooses some of them, items have these alone."""
    if response.status_code == 200 and "fields" in (case.query or {}):
        chosen = {field.strip() for field in case.query["fields"].split(",") if field.strip()}
        assert [item for item in response.json()["items"] if item.keys() != chosen] == []
    elif case.method.upper() == case.operation.method.upper():  # no other is in the document
        case.operation.validate_response(response, case=case)
