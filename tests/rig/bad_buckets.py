"""Answers in the API's form whose buckets, cursors or values are wrong."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.rig.wire import Reply, as_json

Make = Callable[[dict[str, Any], Random], Reply]
Change = Callable[[list[Any], Random], list[Any]]
_DAY = 86400


def _buckets(change: Change) -> Make:
    """Return an answer whose list of buckets `change` made of the right one."""
    return lambda answer, random: as_json({**answer, "data": change(list(answer["data"]), random)})


def _envelope(**fields: Any) -> Make:
    return lambda answer, _random: as_json({**answer, **fields})


def _one_bucket(**fields: Any) -> Make:
    """Return an answer in one of whose buckets `fields` are others; None takes a field away."""

    def change(buckets: list[Any], random: Random) -> list[Any]:
        nth = random.randrange(len(buckets))
        kept = {name: value for name, value in {**buckets[nth], **fields}.items() if value is not None}
        return [*buckets[:nth], kept, *buckets[nth + 1 :]]

    return _buckets(change)


def _in_rows(**fields: Any) -> Make:
    """Return an answer with one more row in one of its buckets, which holds `fields`."""

    def change(buckets: list[Any], random: Random) -> list[Any]:
        nth = random.randrange(len(buckets))
        results = [*buckets[nth]["results"], {"object": "organization.result", **fields}]
        return [*buckets[:nth], {**buckets[nth], "results": results}, *buckets[nth + 1 :]]

    return _buckets(change)


def _in_bills(**fields: Any) -> Make:
    """Return a bill with one more row, which holds `fields`; of usage, one whose project is a list."""
    bill, usage = _in_rows(**fields), _in_rows(project_id=["a"])
    return lambda answer, random: (bill if answer["of"] == "costs" else usage)(answer, random)


def _without(buckets: list[Any], random: Random) -> list[Any]:
    gone = random.sample(range(len(buckets)), min(3, len(buckets)))
    return [b for nth, b in enumerate(buckets) if nth not in gone]


def _doubled(buckets: list[Any], random: Random) -> list[Any]:
    nth = random.randrange(len(buckets))
    return [*buckets[: nth + 1], *buckets[nth:]]


def _overlapping(buckets: list[Any], random: Random) -> list[Any]:
    nth = random.randrange(len(buckets))
    between = {**buckets[nth], "start_time": buckets[nth]["start_time"] + _DAY // 2}
    return [*buckets[: nth + 1], between, *buckets[nth + 1 :]]


def _shifted(seconds: int) -> Change:
    return lambda buckets, _random: [{**b, "start_time": b["start_time"] + seconds} for b in buckets]


BUCKETS: Mapping[str, Make] = {
    "cut short": _buckets(lambda buckets, random: buckets[: random.randrange(1, len(buckets) + 1)]),
    "the first ones missing": _buckets(lambda buckets, _random: buckets[len(buckets) // 2 :]),
    "some missing": _buckets(_without),
    "none": _buckets(lambda _buckets, _random: []),
    "none, and more to come": lambda a, _r: as_json({**a, "data": [], "has_more": True}),
    "shuffled": _buckets(lambda buckets, random: random.sample(buckets, len(buckets))),
    "from the last to the first": _buckets(lambda buckets, _random: buckets[::-1]),
    "one twice": _buckets(_doubled),
    "all twice": _buckets(lambda buckets, _random: buckets * 2),
    "overlapping": _buckets(_overlapping),
    "an hour late": _buckets(_shifted(3600)),
    "a day late": _buckets(_shifted(_DAY)),
    "a year early": _buckets(_shifted(-365 * _DAY)),
    "no object": _buckets(lambda buckets, _random: [*buckets, "bucket"]),
    "no results": _one_bucket(results=None),
    "results that are no list": _one_bucket(results={"object": "organization.result"}),
    "results that are no objects": _one_bucket(results=[["a"], 7]),
    "no start": _one_bucket(start_time=None),
    "a start that is text": _one_bucket(start_time="1700000000"),
    "a start that is true": _one_bucket(start_time=True),
    "a start beyond all calendars": _one_bucket(start_time=10**18 - 10**18 % _DAY),
    "a start before all calendars": _one_bucket(start_time=-(10**15 - 10**15 % _DAY)),
}

CURSORS: Mapping[str, Make] = {
    "to the same page for ever": _envelope(has_more=True, next_page="page_again"),
    "missing": _envelope(has_more=True, next_page=None),
    "empty": _envelope(has_more=True, next_page=""),
    "that is a number": _envelope(has_more=True, next_page=7),
    "of an answer cut short": lambda a, _r: as_json(
        {**a, "data": a["data"][: len(a["data"]) // 2], "has_more": True, "next_page": "page_lost"}
    ),
    "of an answer without buckets": lambda a, _r: as_json(
        {**a, "data": [], "has_more": True, "next_page": "p"}
    ),
    "that is always another one": lambda a, r: as_json(
        {**a, "has_more": True, "next_page": f"page_{r.random()}"}
    ),
    "with a line break": _envelope(has_more=True, next_page="page\r\nX-Evil: 1"),
    "of a megabyte": _envelope(has_more=True, next_page="p" * 1_000_000),
}

_TEXT: tuple[Any, ...] = ({"a": 1}, [1], 12, 1.5)
_COUNTS: tuple[Any, ...] = ("12", 1.5, [], {}, 2**63, 10**400, -(2**63) - 1)
_AMOUNTS: tuple[Any, ...] = (
    "abc",
    "NaN",
    "Infinity",
    "1E+30",
    "1E+999999999",
    True,
    [],
    {},
    "1e",
    "0x10",
    10**40,
)

TYPES: Mapping[str, Make] = {
    "data that is no list": _envelope(data={"object": "bucket"}),
    "no data": lambda a, _r: as_json({name: value for name, value in a.items() if name != "data"}),
    "has_more that is text": _envelope(has_more="false"),
    "has_more that is null": _envelope(has_more=None),
    **{f"a project that is {value}": _in_rows(project_id=value) for value in _TEXT},
    **{
        f"a count that is {str(value)[:25]}": _in_rows(
            input_tokens=value,
            num_model_requests=value,
            images=value,
            characters=value,
            seconds=value,
            usage_bytes=value,
            num_sessions=value,
            num_requests=value,
            amount={"value": f"{value}?", "currency": "usd"},
        )
        for value in _COUNTS
    },
    **{
        f"an amount that is {str(value)[:25]}": _in_bills(amount={"value": value, "currency": "usd"})
        for value in _AMOUNTS
    },
    "an amount that is a list": _in_bills(amount=["1"]),
    "a currency that is a number": _in_bills(amount={"value": "1", "currency": 978}),
    "a quantity that is text": _in_bills(quantity="many"),
    "a line item that is an object": _in_bills(line_item={"name": "x"}),
}
