"""What a request to a usage or costs endpoint asks for, checked as the API checks it."""

import base64
import binascii
import datetime as dt
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.sources import Source
from lib.demo.server.entitlements import bad_page, bad_parameter
from lib.periods.widths import Width

_DEFAULT_LIMITS = {Width.DAY: 7, Width.HOUR: 24, Width.MINUTE: 60}
_SINGLE = ("start_time", "end_time", "bucket_width", "limit", "page")
_CHOICES = {
    "size": ("256x256", "512x512", "1024x1024", "1792x1792", "1024x1792", "1792x1024"),
    "source": ("image.generation", "image.edit", "image.variation"),
    "context_level": ("low", "medium", "high"),
}
_CURSOR = struct.Struct(">qIq")
_PREFIX = "page_"

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class BucketRequest:
    """A checked query: seconds of Unix time, buckets of `width`, at most `limit` of them."""

    source: Source
    start: int
    end: int
    width: Width
    limit: int
    group_by: tuple[str, ...]
    where: tuple[tuple[str, frozenset[str]], ...]
    resumed: int | None
    """Where the page begins, None for the first."""
    fingerprint: int
    """What a cursor is bound to: a hash of every parameter but the cursor."""

    def cursor(self, next_start: int, now: dt.datetime) -> str:
        """Return the cursor of the page that begins at `next_start`."""
        packed = _CURSOR.pack(int(now.timestamp()), self.fingerprint, next_start)
        return _PREFIX + base64.b64encode(packed).decode()


def fields(query: str, *, brackets: bool = True) -> dict[str, list[str]]:
    """Return the values of each parameter; `k[]` is `k`, or is dropped where `brackets` is false."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if brackets or not name.endswith("[]"):
            found.setdefault(name.removesuffix("[]"), []).append(value)
    return found


def read(source: Source, query: Fields, now: dt.datetime) -> BucketRequest:
    """Return what `query` asks of `source`; raise Refused where the API would."""
    filters = {d: DIMENSIONS[d].parameter or "" for d in source.dimensions if DIMENSIONS[d].parameter}
    if source.is_money:
        # costs offers no filter by user
        filters.pop("user_id", None)
    for name, values in query.items():
        if name not in (*_SINGLE, "group_by", *filters.values()):
            raise bad_parameter(name, f"Unknown parameter: '{name}'.", "unknown_parameter")
        if name in _SINGLE and len(values) > 1:
            raise bad_parameter(name, f"Invalid '{name}': expected one value, but got {len(values)}.")
    start, end = _range(query, now)
    width = _width(source, query)
    fingerprint = _fingerprint(source, query)
    return BucketRequest(
        source,
        start,
        end,
        width,
        _limit(source, width, query),
        _grouping(source, query),
        tuple((d, _filter(d, p, query[p])) for d, p in filters.items() if p in query),
        _resumed(query["page"][0], fingerprint) if "page" in query else None,
        fingerprint,
    )


def whole_number(query: Fields, name: str) -> int | None:
    """Return the number that `name` holds, None without it."""
    if name not in query:
        return None
    text = query[name][0]
    try:
        return int(text)
    except ValueError:
        message = f"Invalid type for '{name}': expected an integer, but got '{text}' instead."
        raise bad_parameter(name, message, "invalid_type") from None


def within(name: str, number: int, least: int, most: int) -> int:
    """Return `number`; raise Refused where it is out of bounds, in the words of other OpenAI lists."""
    if number > most:
        raise bad_parameter(
            name, _beyond(name, "above maximum", f"<= {most}", number), "integer_above_max_value"
        )
    if number < least:
        raise bad_parameter(
            name, _beyond(name, "below minimum", f">= {least}", number), "integer_below_min_value"
        )
    return number


def _beyond(name: str, side: str, bound: str, number: int) -> str:
    return f"Invalid '{name}': integer {side} value. Expected a value {bound}, but got {number} instead."


def choice(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return `value`; raise Refused where it is not one of `allowed`."""
    if value not in allowed:
        options = ", ".join(f"'{option}'" for option in allowed)
        raise bad_parameter(name, f"Invalid value: '{value}'. Supported values are: {options}.")
    return value


def _range(query: Fields, now: dt.datetime) -> tuple[int, int]:
    start = whole_number(query, "start_time")
    if start is None:
        raise bad_parameter(
            "start_time", "Missing required parameter: 'start_time'.", "missing_required_parameter"
        )
    end = whole_number(query, "end_time")
    end = int(now.timestamp()) if end is None else end
    if end <= start:
        raise bad_parameter("end_time", "Invalid 'end_time': it must be after 'start_time'.")
    return start, end


def _width(source: Source, query: Fields) -> Width:
    text = query.get("bucket_width", [Width.DAY])[0]
    return Width(choice("bucket_width", text, [w.value for w in source.widths]))


def _limit(source: Source, width: Width, query: Fields) -> int:
    given = whole_number(query, "limit")
    if given is None:
        return _DEFAULT_LIMITS[width]
    return within("limit", given, 1, source.limits[width])


def _grouping(source: Source, query: Fields) -> tuple[str, ...]:
    given = query.get("group_by", ())
    return tuple(dict.fromkeys(choice("group_by", name, source.dimensions) for name in given))


def _filter(dimension: str, parameter: str, values: Sequence[str]) -> frozenset[str]:
    allowed = ("true", "false") if dimension == "batch" else _CHOICES.get(dimension)
    if allowed:
        return frozenset(choice(parameter, value, allowed) for value in values)
    return frozenset(values)


def _fingerprint(source: Source, query: Fields) -> int:
    named = sorted((name, sorted(values)) for name, values in query.items() if name != "page")
    return zlib.crc32(repr((source.name, named)).encode())


def _resumed(page: str, fingerprint: int) -> int:
    try:
        packed = base64.b64decode(page.removeprefix(_PREFIX), validate=True)
        _, bound_to, next_start = _CURSOR.unpack(packed)
    except (binascii.Error, struct.error):
        raise bad_page() from None
    if not page.startswith(_PREFIX) or bound_to != fingerprint:
        raise bad_page()
    return int(next_start)
