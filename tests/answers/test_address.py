import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.answers.address import EARLIEST, SHORT, Choices, in_order, read, written
from lib.catalog.dimensions import DIMENSIONS, UNATTRIBUTED
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.grains import Grain
from lib.periods.presets import Comparison, Period
from lib.periods.windows import Window
from lib.periods.zones import UTC

TODAY = dt.date(2026, 11, 23)
PERIODS = ", ".join(period for period in Period if period is not Period.CUSTOM)
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@st.composite
def some_filters(draw: st.DrawFn) -> Filters:
    value = st.none() | st.text(min_size=1).filter(lambda text: text != UNATTRIBUTED)
    chosen = draw(st.sets(st.sampled_from(list(DIMENSIONS)), max_size=4))
    values = st.lists(value, min_size=1, max_size=3, unique=True)
    return Filters.of({name: draw(values) for name in DIMENSIONS if name in chosen})


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    period = draw(st.sampled_from(Period))
    dates = sorted(draw(st.tuples(*[st.dates(EARLIEST, TODAY)] * 2)))
    first, last = dates if period is Period.CUSTOM else (None, None)
    grain = draw(st.none() | st.sampled_from([g for g in Grain if g is not Grain.TOTAL]))
    comparison = draw(st.sampled_from(Comparison))
    against = sorted(draw(st.tuples(*[st.dates(EARLIEST, TODAY)] * 2)))
    with_dates = (against[0], against[1]) if comparison is Comparison.CUSTOM else None
    zone = draw(st.sampled_from([None, UTC, "Europe/Berlin", "Asia/Kolkata"]))
    return Choices(period, first, last, grain, comparison, draw(some_filters()), with_dates, zone)


@given(choices())
def test_what_was_written_is_read_back(chosen: Choices) -> None:
    assert read(written(chosen), TODAY) == (chosen, ())


def test_days_are_those_of_the_zone_that_is_asked_for_and_so_are_those_compared_with() -> None:
    chosen, said = read({"tz": ["Europe/Berlin"], "period": ["7d"]}, TODAY)

    assert (chosen.zone, said) == ("Europe/Berlin", ())
    assert chosen.view(TODAY).window.zone == UTC
    view = chosen.view(TODAY, "Europe/Berlin")
    assert view.window == Window(dt.date(2026, 11, 17), dt.date(2026, 11, 24), zone="Europe/Berlin")
    assert view.compared == Window(dt.date(2026, 11, 10), dt.date(2026, 11, 17), zone="Europe/Berlin")


@pytest.mark.parametrize("comparison", [c for c in Comparison if c is not Comparison.NONE])
@pytest.mark.parametrize("period", [Period.LAST_MONTH, Period.LAST_7])
def test_every_comparison_is_with_days_of_the_same_zone(comparison: Comparison, period: Period) -> None:
    chosen = Choices(period, comparison=comparison, against=MARCH, zone="Europe/Berlin")

    compared = chosen.view(TODAY, "Europe/Berlin").compared

    assert compared is not None
    assert compared.zone == "Europe/Berlin"


@pytest.mark.parametrize(("text", "hint"), [("berlin", " Is Europe/Berlin meant?"), ("12", ""), ("../x", "")])
def test_a_zone_that_does_not_exist_is_said(text: str, hint: str) -> None:
    chosen, said = read({"tz": [text]}, TODAY)

    assert chosen.zone == UTC
    assert said == (f"“{text}” in the link is not a time zone; days are those of UTC.{hint}",)


def test_the_defaults_leave_the_address_bare() -> None:
    assert written(Choices()) == {}
    assert read({}, TODAY) == (Choices(), ())


def test_an_address_reads_well() -> None:
    chosen = Choices(
        Period.CUSTOM,
        *MARCH,
        Grain.WEEK,
        Comparison.YEAR,
        (("project_id", ("proj_a", None)), ("api_key_id", ("key_1",)), ("batch", ("true",))),
    )

    assert written(chosen) == {
        "from": ["2026-03-01"],
        "to": ["2026-03-31"],
        "grain": ["week"],
        "compare": ["year"],
        "project": ["proj_a", "(none)"],
        "key": ["key_1"],
        "batch": ["true"],
    }


def test_no_dimension_takes_the_place_of_another_parameter() -> None:
    names = [SHORT.get(name, name) for name in DIMENSIONS]

    assert len({*names, "from", "to", "period", "grain", "compare"}) == len(names) + 5


@pytest.mark.parametrize(
    ("parameters", "expected", "said"),
    [
        (
            {"from": ["2026-03-31"], "to": ["2026-03-01"]},
            Choices(Period.CUSTOM, *MARCH),
            ["The range was the wrong way round; its dates were swapped."],
        ),
        (
            {"from": ["2026-11-20"], "to": ["2027-01-01"]},
            Choices(Period.CUSTOM, dt.date(2026, 11, 20), TODAY),
            ["The range ended in the future; it ends today, 23 November 2026, instead."],
        ),
        (
            {"from": ["2027-01-01"], "to": ["2027-02-01"]},
            Choices(Period.CUSTOM, TODAY, TODAY),
            ["The range ended in the future; it ends today, 23 November 2026, instead."],
        ),
        (
            {"from": ["2015-01-01"], "to": ["2021-01-01"]},
            Choices(Period.CUSTOM, EARLIEST, dt.date(2021, 1, 1)),
            ["The range began before the API existed; it begins 11 June 2020 instead."],
        ),
        (
            {"from": ["2015-01-01"], "to": ["2016-01-01"]},
            Choices(Period.CUSTOM, EARLIEST, EARLIEST),
            ["The range began before the API existed; it begins 11 June 2020 instead."],
        ),
        (
            {"from": ["2026-11-01"]},
            Choices(Period.CUSTOM, dt.date(2026, 11, 1), TODAY),
            ["The link's range has no end; it ends today."],
        ),
        (
            {"to": ["2026-11-01"]},
            Choices(),
            ["The link's range has no start; the last 30 days are shown."],
        ),
        (
            {"from": ["2026-02-30"], "to": ["2026-03-31"]},
            Choices(),
            [
                "“2026-02-30” in the link is not a date like 2026-01-31; it was left out.",
                "The link's range has no start; the last 30 days are shown.",
            ],
        ),
        (
            {"from": ["2026-11-01"], "to": ["soon"]},
            Choices(Period.CUSTOM, dt.date(2026, 11, 1), TODAY),
            [
                "“soon” in the link is not a date like 2026-01-31; it was left out.",
                "The link's range has no end; it ends today.",
            ],
        ),
        (
            {"from": [""], "to": [""]},
            Choices(),
            ["The link's range has no start; the last 30 days are shown."],
        ),
        (
            {"period": ["fortnight"]},
            Choices(),
            [f"“period=fortnight” in the link is not known; there are {PERIODS}."],
        ),
        (
            {"period": ["custom"]},
            Choices(),
            [f"“period=custom” in the link is not known; there are {PERIODS}."],
        ),
        (
            {"grain": ["decade"]},
            Choices(),
            ["“grain=decade” in the link is not known; there are minute, hour, day, week, month."],
        ),
        (
            {"grain": ["total"]},
            Choices(),
            ["“grain=total” in the link is not known; there are minute, hour, day, week, month."],
        ),
        (
            {"compare": ["budget"]},
            Choices(),
            ["“compare=budget” in the link is not known; there are previous, week, month, year, none."],
        ),
    ],
)
def test_a_bad_value_is_put_right_and_said(
    parameters: dict[str, list[str]], expected: Choices, said: list[str]
) -> None:
    found, sentences = read(parameters, TODAY)

    assert found == expected
    assert list(sentences) == said


def test_one_bad_value_loses_none_of_the_others() -> None:
    parameters = {
        "period": ["7d"],
        "grain": ["decade"],
        "compare": ["year"],
        "project": ["proj_a"],
        "unheard_of": ["x"],
    }

    found, said = read(parameters, TODAY)

    assert found == Choices(
        Period.LAST_7, comparison=Comparison.YEAR, filters=Filters.of({"project_id": ["proj_a"]})
    )
    assert len(said) == 1


def test_a_range_is_stronger_than_a_period() -> None:
    parameters = {"from": ["2026-03-01"], "to": ["2026-03-31"], "period": ["7d"]}

    assert read(parameters, TODAY) == (Choices(Period.CUSTOM, *MARCH), ())


def test_ids_that_no_longer_exist_are_kept_once_each() -> None:
    found, said = read({"project": ["proj_gone", "proj_gone", "(none)", ""]}, TODAY)

    assert found.filters == Filters.of({"project_id": ["proj_gone", None]})
    assert said == ()


@given(
    st.dictionaries(
        st.sampled_from(["from", "to", "period", "grain", "compare", "model"]), st.lists(st.text())
    )
)
def test_no_link_breaks_the_page(parameters: dict[str, list[str]]) -> None:
    found, said = read(parameters, TODAY)

    assert found.view(TODAY).window.end <= TODAY + dt.timedelta(days=1)
    assert all(re.search(r"[.]$", sentence) for sentence in said)


@given(st.dates(), st.dates())
def test_every_pair_of_dates_becomes_a_range_that_exists(first: dt.date, last: dt.date) -> None:
    found_first, found_last, said = in_order(first, last, TODAY)

    assert EARLIEST <= found_first <= found_last <= TODAY
    assert bool(said) == ((found_first, found_last) != (first, last))


def test_choices_mean_days_only_on_a_given_day() -> None:
    view = Choices(Period.LAST_7, grain=Grain.HOUR).view(TODAY)

    assert view.window == Window(dt.date(2026, 11, 17), dt.date(2026, 11, 24))
    assert (view.today, view.grain, view.comparison, view.filters) == (
        TODAY,
        Grain.HOUR,
        Comparison.PREVIOUS,
        EVERYTHING,
    )


def test_a_custom_range_without_dates_is_as_by_default() -> None:
    unfinished = Choices(Period.CUSTOM, first=dt.date(2026, 3, 1))

    assert unfinished.view(TODAY).window == Choices().view(TODAY).window
    assert written(unfinished) == {}


def test_a_custom_comparison_is_of_the_days_that_the_link_names() -> None:
    chosen, said = read({"against-from": ["2026-03-01"], "against-to": ["2026-03-31"]}, TODAY)

    assert chosen.view(TODAY).compared == Window(dt.date(2026, 3, 1), dt.date(2026, 4, 1))
    assert not said


@pytest.mark.parametrize("parameters", [{"against-from": ["2026-03-01"]}, {"against-to": ["2026-03-31"]}])
def test_half_a_custom_comparison_is_said(parameters: dict[str, list[str]]) -> None:
    assert read(parameters, TODAY) == (
        Choices(),
        ("The range that the link compares with lacks a date; the previous period is taken.",),
    )


def test_this_month_is_compared_with_the_same_days_of_the_last_one() -> None:
    view = Choices(Period.THIS_MONTH).view(TODAY)

    assert view.compared == Window(dt.date(2026, 10, 1), dt.date(2026, 10, 24))


def test_the_first_day_of_the_api_is_a_day_like_any_other() -> None:
    first = dt.date(2020, 6, 11)

    assert in_order(first, first, TODAY) == (first, first, ())
    before, *_ = in_order(first - dt.timedelta(days=1), first, TODAY)
    assert before == first
    assert in_order(TODAY, TODAY, TODAY) == (TODAY, TODAY, ())
