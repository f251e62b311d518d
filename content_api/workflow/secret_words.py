"""Secrets that are handed out once and kept as hashes alone: keys, session tokens, one-time links."""

import hashlib
import secrets

BYTES = 32


def made() -> str:
    """Return a new secret of 256 random bits, as text for headers, cookies and addresses."""
    return secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """Return what is kept of a secret. 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
