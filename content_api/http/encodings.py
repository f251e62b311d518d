"""Compressed forms of an answer, and which of them a caller gets (RFC 9110, 12.5.3)."""

import gzip
import re
from collections.abc import Callable, Mapping

import brotli
import zstandard

# Below this a compressed body is hardly smaller than its own headers.
WORTH_COMPRESSING = 600
IDENTITY = "identity"
CODING = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*q\s*=\s*(\d(?:\.\d{0,3})?)\s*)?")

# In the order of our preference among those a caller likes equally. Stable bytes for a stable tag: gzip without a time.
# The levels are where each gives most of its gain: an answer is compressed once and sent many times.
COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)),
    "zstd": lambda body: zstandard.ZstdCompressor(level=9).compress(body),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def chosen(header: str, length: int) -> str:
    """Return the coding for a body of `length` bytes: the one liked best, `identity` where none is or none pays."""
    if not header or length < WORTH_COMPRESSING:
        return IDENTITY
    weights = {}
    for part in header.split(","):
        if match := CODING.fullmatch(part):
            weights[match[1].lower()] = float(match[2] or 1)
    weights.setdefault("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    liked = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in COMPRESS}
    best = max(liked, key=lambda coding: liked[coding])
    return best if liked[best] > 0 else IDENTITY


def compressed(body: bytes, coding: str) -> bytes:
    """Return `body` in a coding that `chosen` gave."""
    return body if coding == IDENTITY else COMPRESS[coding](body)
