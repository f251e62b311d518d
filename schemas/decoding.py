"""JSON in, structs out, and back: the one decoder for bodies, with every fault turned into its problem document."""

import re
from functools import cache
from typing import Any, TypeVar

import msgspec

from schemas.problems import Invalid, MalformedBody
from schemas.values import Value

T = TypeVar("T")
PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)


def decode(body: bytes, shape: type[T]) -> T:
    """Return `body` as `shape`; raise `MalformedBody` (400) if it is no JSON, `Invalid` (422) if it does not fit."""
    try:
        body.decode("utf-8")
        decoder: msgspec.json.Decoder[T] = _decoder(shape)  # type: ignore[arg-type]  # a class is hashable; type[T] is not known to be
        return decoder.decode(body)
    except UnicodeDecodeError as fault:
        raise MalformedBody(f"The body is not valid UTF-8 (at byte {fault.start}).") from None
    except msgspec.ValidationError as fault:
        _must_be_json(body)
        raise invalid(str(fault)) from None
    except (msgspec.DecodeError, RecursionError) as fault:
        raise _malformed(fault) from None


def encode(value: object) -> bytes:
    """Return `value` (structs and plain values) as JSON bytes."""
    return msgspec.json.encode(value, enc_hook=str)


def convert(given: object, shape: type[T], *, strict: bool = True) -> T:
    """Return plain Python data (front matter) as `shape`; raise `Invalid` where it does not fit.

    Without `strict` a string may stand for a number or a truth value.
    """
    try:
        return msgspec.convert(given, shape, strict=strict, dec_hook=_value)
    except msgspec.ValidationError as fault:
        raise invalid(str(fault)) from None


def invalid(message: str) -> Invalid:
    """Return the problem for msgspec's `message`, its path turned into an RFC 6901 pointer."""
    match = PATH.match(message)
    assert match  # noqa: S101  # the pattern matches any string
    said, path = match["message"], match["path"] or ""
    steps = [name or index for name, index in STEP.findall(path)]
    if unknown := UNKNOWN.fullmatch(said):
        steps.append(unknown["name"])
        said = "unknown field"
    pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return Invalid.at(pointer, said)


def _must_be_json(body: bytes) -> None:
    """Raise `MalformedBody` if `body` is no JSON behind its first field that does not fit, where decoding stopped."""
    try:
        msgspec.json.decode(body)
    except msgspec.ValidationError:
        pass  # JSON all the same: a number beyond what Python's types take
    except (msgspec.DecodeError, RecursionError) as fault:
        raise _malformed(fault) from None


def _malformed(fault: Exception) -> MalformedBody:
    return MalformedBody(f"The body is not JSON: {fault}.")


def _value(shape: type[Any], given: object) -> object:
    if not issubclass(shape, Value):
        raise NotImplementedError(f"no rule for {shape}")
    if not isinstance(given, str):
        raise ValueError(f"Expected `str`, got `{type(given).__name__}`")  # msgspec's words
    return shape.parse(given)


@cache
def _decoder(shape: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(shape, dec_hook=_value)
