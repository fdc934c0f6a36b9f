"""What a page says about its filters, its days and its failures is so."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from lib.analysis.comparison import Compared, Number
from lib.answers import instance
from lib.answers.answer_coverage import Coverage
from lib.answers.view import View
from lib.catalog.measures import MEASURES
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import AppError, BadKey, MissingScope, SettingsError, StoreError
from lib.periods.windows import Window
from lib.ui import messages
from lib.ui.session import session
from tests.ui.drawn import drawn, values

NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8))
TODAY = dt.date(2026, 11, 23)


def captions(filters: Filters) -> list[str]:
    """Return what is said to be left out of spend under `filters`."""
    reading: Any = SimpleNamespace(view=SimpleNamespace(filters=filters))
    return values(drawn(lambda: messages.say_left_out(reading, MEASURES["spend"])).caption)


@pytest.mark.parametrize("filters", [{}, {"project_id": ["proj_a"]}, {"line_item": ["x"], "model": ["y"]}])
def test_nothing_is_said_where_the_filters_leave_nothing_out(filters: dict[str, list[str]]) -> None:
    assert captions(Filters.of(filters)) == []


def test_what_the_filters_leave_out_is_said() -> None:
    filters = Filters.of({"project_id": ["proj_a"], "batch": ["true"]})

    assert captions(filters) == ["Costs is not recorded by batch, so the filter leaves it out."]


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (SettingsError("Why."), "A setting needs attention"),
        (BadKey("Why."), "OpenAI refused the key"),
        (MissingScope("Why.", "api.usage.read"), "The key lacks a permission"),
        (StoreError("Why."), "The store cannot be used"),
        (AppError("Why."), "Something went wrong"),
    ],
)
def test_a_failure_has_a_title_of_its_kind(error: AppError, title: str) -> None:
    assert values(drawn(lambda: messages.show_error(error)).error) == [f"**{title}.** Why."]


def emptiness(
    filters: Filters,
    *somewhere: Filters,
    chosen: Window | None = NOVEMBER,
    stored: Collection[str] = ("costs",),
) -> list[str]:
    """Return what an empty page says where there are rows with the filters of `somewhere` only.

    `stored` are the sources of which the store has rows of any day.
    """
    view = View(NOVEMBER, TODAY, filters=filters)
    store = SimpleNamespace(files=lambda source, _width: ["part.parquet"] * (source.name in stored))

    def page() -> None:
        session().view = View(chosen, TODAY) if chosen else None
        messages.show_empty(view, "spend", lambda tried: tried in somewhere)

    with patch.object(instance, "open_backend", lambda: SimpleNamespace(store=store)):
        return values(drawn(page).info)


KEY, MODEL = {"api_key_id": ["key_a"]}, {"model": ["a"]}


def test_a_filter_without_which_there_is_something_is_named() -> None:
    both = Filters.of(KEY | MODEL)

    assert emptiness(both, Filters.of(MODEL), EVERYTHING) == [
        "No spend in 1–7 Nov 2026 with this API key filter, but some without it."
    ]
    assert emptiness(both, Filters.of(MODEL), Filters.of(KEY), EVERYTHING) == [
        "No spend in 1–7 Nov 2026 with this API key and this model filter, but some without it."
    ]


def test_filters_that_leave_nothing_together_are_said_to() -> None:
    assert emptiness(Filters.of(KEY | MODEL), EVERYTHING) == [
        "No spend in 1–7 Nov 2026 with these filters together, but some without them."
    ]


@pytest.mark.parametrize(
    ("filters", "chosen", "said"),
    [
        (EVERYTHING, NOVEMBER, "No spend in 1–7 Nov 2026. Try a longer period."),
        (Filters.of(KEY), NOVEMBER, "No spend in 1–7 Nov 2026. Try a longer period."),
        (EVERYTHING, Window(NOVEMBER.first, dt.date(2026, 11, 9)), "No spend in 1–7 Nov 2026."),
        (EVERYTHING, None, "No spend in 1–7 Nov 2026."),
    ],
)
def test_where_no_filter_is_to_blame_a_longer_period_is_advised_if_it_is_the_readers_choice(
    filters: Filters, chosen: Window | None, said: str
) -> None:
    assert emptiness(filters, chosen=chosen) == [said]


@pytest.mark.parametrize("filters", [EVERYTHING, Filters.of(KEY)])
@pytest.mark.parametrize("chosen", [NOVEMBER, None])
def test_where_no_day_has_anything_no_longer_period_is_advised(
    filters: Filters, chosen: Window | None
) -> None:
    said = "No spend in 1–7 Nov 2026. Nothing was used or billed on any day that is known."

    assert emptiness(filters, chosen=chosen, stored=()) == [said]


def unknown(period: Coverage, before: Coverage | None) -> list[str]:
    reading: Any = SimpleNamespace(
        coverage=period,
        coverage_before=before,
        backend=SimpleNamespace(store=SimpleNamespace(organizations=())),
        sources=(),
        view=SimpleNamespace(window=period.window),
    )
    return values(drawn(lambda: messages.say_unknown_days(reading)).caption)


def nov(*days: int) -> frozenset[dt.date]:
    return frozenset(dt.date(2026, 11, day) for day in days)


def test_days_that_are_not_known_are_said_with_why_of_either_period() -> None:
    lacking = Coverage(
        NOVEMBER, unserved=nov(1), unattributed=nov(2, 3), fetching=nov(4), missing=nov(5, 6, 7)
    )

    assert unknown(lacking, lacking) == [
        "Not all of the period is known: 1 of 7 days is before the API’s history, 2 billed without saying "
        "whose they are, 1 still being fetched, 3 not stored. The numbers leave these days out.",
        "Not compared with 1–7 Nov 2026: 1 of 7 days is before the API’s history, 2 billed without saying "
        "whose they are, 1 still being fetched, 3 not stored.",
    ]


def test_nothing_is_said_of_days_that_are_known() -> None:
    whole = Coverage(NOVEMBER, final=nov(1, 2, 3, 4), provisional=nov(5, 6, 7))

    assert (unknown(whole, whole), unknown(whole, None)) == ([], [])


@pytest.mark.parametrize(
    ("slug", "now", "before", "compared_with", "said"),
    [
        ("spend", Decimal("1234.5"), Decimal(1), None, "Total: $1,234.50."),
        ("spend", Decimal(3), Decimal("12345.678"), "October", "Total: $3.00; $12,345.68 in October."),
        ("tokens", 1_234_567, 89, "October", "Total: 1,234,567; 89 in October."),
        ("cached_share", 0.25, None, "October", "Total: 25.0%; – in October."),
        ("spend", None, None, None, "Total: –."),
    ],
)
def test_a_total_is_said_in_full_beside_the_compared_one(
    slug: str, now: Number | None, before: Number | None, compared_with: str | None, said: str
) -> None:
    reading: Any = SimpleNamespace(values=lambda _m: Compared(now, before), compared_with=compared_with)

    assert messages.total_words(reading, MEASURES[slug]) == said


@pytest.mark.parametrize(("name", "words"), [("api_key_id", "API key"), ("nothing", "Nothing")])
def test_a_menu_calls_a_dimension_by_its_label(name: str, words: str) -> None:
    assert messages.dimension_words(name) == words
