"""A progress token: all records as one line of text, to carry from a machine that forgets to another.

`bw1.LENGTH.CHECKSUM.DATA`: JSON, squeezed by zlib, written in base64url. What a token says is a student's claim, and
no more: grading judges the answers again.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib

from backprop_widgets.exercises.records.history import VERSION, Records, from_data, to_data
from backprop_widgets.locale import catalogue

START = "bw"
LARGEST = 50_000_000  # bytes unpacked: a short text cannot fill the memory
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # left in by mail programs
HEADER = re.compile(rf"{START}(\d{{1,4}})\.(\d{{1,9}})\.([0-9a-f]{{8}})\.(.*)", re.ASCII)


class TokenError(ValueError):
    """The text is not a whole progress token; the message says what came."""


def pack(records: Records) -> str:
    """Write records as a token.

    >>> from backprop_widgets.exercises.records import History, Try
    >>> token = pack({"q1": {"v7K3": History((Try(answers={"x": "-4"}),))}})
    >>> token.startswith("bw1."), unpack(token)["q1"]["v7K3"].answers
    (True, {'x': '-4'})
    """
    text = json.dumps(to_data(records), separators=(",", ":"))
    data = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).rstrip(b"=")
    return f"{START}{VERSION}.{len(data)}.{zlib.crc32(data):08x}.{data.decode()}"


def unpack(text: str, *, locale: str = "en") -> Records:
    """Read a token; spaces and line breaks in it do not matter. Raises TokenError, in the words of the locale."""
    say = catalogue(locale)
    if not isinstance(text, str):
        raise TokenError(say("records.token.text", what=type(text).__name__))
    compact = "".join(text.translate(INVISIBLE).split()).strip("\"'`")
    if not compact:
        raise TokenError(say("records.token.empty"))
    if not (header := HEADER.fullmatch(compact)):
        cut = re.fullmatch(rf"{START}\d{{1,4}}(\.\d*(\.[0-9a-f]*)?)?", compact, re.ASCII)
        raise TokenError(say("records.token.cut_early" if cut else "records.token.foreign", what=_shortened(compact)))
    version, length, checksum, data = header.groups()
    if int(version) != VERSION:
        raise TokenError(say("records.token.version", came=version, may=VERSION))
    if len(data) != int(length):
        key = "records.token.cut" if len(data) < int(length) else "records.token.longer"
        raise TokenError(say(key, came=len(data), may=int(length)))
    raw = data.encode(errors="replace")
    if f"{zlib.crc32(raw):08x}" != checksum:
        raise TokenError(say("records.token.damaged"))
    try:
        return from_data(json.loads(_expanded(raw)))
    except (ValueError, TypeError, OverflowError, RecursionError, zlib.error, binascii.Error) as error:
        raise TokenError(say("records.token.content")) from error


def _expanded(data: bytes) -> bytes:
    squeezed = base64.b64decode(data + b"=" * (-len(data) % 4), altchars=b"-_", validate=True)
    worker = zlib.decompressobj()
    found = worker.decompress(squeezed, LARGEST)
    if not worker.eof:
        raise ValueError("more data than a token has")
    return found


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
