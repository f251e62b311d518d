"""A draft as an XLIFF 2.1 file and back: `written` and `read` mirror each other.

The standard: XLIFF Version 2.1, OASIS Standard, 13 February 2018. A unit holds one segment of ours; inline markup
stands as `<pc>` and `<ph>`, with what it is in the source as original data; what the checks found stands as notes.
"""

from pipeline.exchange.faults import FileFault
from pipeline.xliff.reading import File, Unit, read
from pipeline.xliff.writing import written

__all__ = ["File", "FileFault", "Unit", "read", "written"]
