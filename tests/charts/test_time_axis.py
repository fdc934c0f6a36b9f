import json
from typing import Any

import pandas as pd
import pytest

from lib.charts import time_axis
from lib.periods.grains import Grain


def buckets(*starts: str) -> pd.DataFrame:
    return pd.DataFrame({"start": pd.to_datetime(list(starts), utc=True)})


def in_a_row(grain: Grain, count: int) -> pd.DataFrame:
    starts = pd.date_range(
        "2026-01-01", periods=count, freq={Grain.DAY: "D", Grain.HOUR: "h"}[grain], tz="UTC"
    )
    return time_axis.with_sides(pd.DataFrame({"start": starts}), grain)


def test_a_bar_leaves_eight_hundredths_of_its_bucket_free_on_either_side() -> None:
    (row,) = time_axis.with_sides(buckets("2026-11-01"), Grain.DAY).to_dict("records")

    assert {name: str(time) for name, time in row.items()} == {
        "start": "2026-11-01 00:00:00+00:00",
        "end": "2026-11-02 00:00:00+00:00",
        "middle": "2026-11-01 12:00:00+00:00",
        "left": "2026-11-01 01:55:12+00:00",
        "right": "2026-11-01 22:04:48+00:00",
    }


def test_each_month_has_its_own_middle() -> None:
    rows = time_axis.with_sides(buckets("2026-01-01", "2026-02-01", "2026-02-01"), Grain.MONTH)

    assert [str(time) for time in rows["middle"]] == [
        "2026-01-16 12:00:00+00:00",
        "2026-02-15 00:00:00+00:00",
        "2026-02-15 00:00:00+00:00",
    ]
    assert list(rows["middle"] - rows["left"]) == list(rows["right"] - rows["middle"])


def test_up_to_62_buckets_are_labelled_in_their_middle() -> None:
    axis = time_axis.axis(in_a_row(Grain.DAY, 62), Grain.DAY).to_dict()

    noon, day = 1_767_268_800_000, 86_400_000
    assert axis["values"] == {"expr": f"sequence({noon}, {noon + 61 * day + 1}, {day})"}
    assert axis["ticks"] is False
    assert axis["labelExpr"] == "utcFormat(datum.value, '%-d %b')"


def test_buckets_that_are_not_equally_long_are_labelled_one_by_one() -> None:
    starts = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")
    months = time_axis.with_sides(buckets(*starts), Grain.MONTH)

    axis = time_axis.axis(months, Grain.MONTH).to_dict()

    assert axis["values"] == {"expr": str([int(middle.timestamp() * 1000) for middle in months["middle"]])}


@pytest.mark.parametrize(
    ("grain", "count", "words"), [(Grain.DAY, 63, "utcdate(datum.value) == 1"), (Grain.HOUR, 2, "'%H:%M'")]
)
def test_the_axis_picks_round_times_where_there_are_more_buckets_or_hours(
    grain: Grain, count: int, words: str
) -> None:
    axis = time_axis.axis(in_a_row(grain, count), grain).to_dict()

    assert axis["tickCount"] == {"expr": "max(2, floor(width / 90))"}
    assert words in axis["labelExpr"]
    assert "values" not in axis
    assert "ticks" not in axis


def test_the_axis_reaches_from_the_first_start_to_the_last_end() -> None:
    unseen = time_axis.bounds(in_a_row(Grain.DAY, 3)).to_dict()

    assert next(iter(unseen["datasets"].values())) == [
        {"first": "2026-01-01T00:00:00+00:00", "last": "2026-01-04T00:00:00+00:00"}
    ]
    assert unseen["encoding"]["x"]["scale"] == {"type": "utc", "nice": False}


def hours_of(zone: str, first: str, count: int) -> dict[str, Any]:
    starts = pd.date_range(first, periods=count, freq="h", tz="UTC")
    rows = time_axis.with_sides(pd.DataFrame({"start": starts}), Grain.HOUR)
    found: dict[str, Any] = time_axis.axis(rows, Grain.HOUR, zone).to_dict()
    return found


def clocks(axis: dict[str, Any], zone: str) -> list[str]:
    said = axis["values"]["expr"]
    if said.startswith("sequence("):
        found = list(range(*map(int, said.removeprefix("sequence(").removesuffix(")").split(","))))
    else:
        found = json.loads(said)
    return [f"{pd.Timestamp(ms, unit='ms', tz='UTC').tz_convert(zone):%d %H:%M}" for ms in found]


def test_round_hours_of_a_zone_are_labelled_around_a_change_of_clocks_too() -> None:
    axis = hours_of("Europe/Berlin", "2026-10-24T22:00", 25)

    assert clocks(axis, "Europe/Berlin") == [f"25 {hour:02}:00" for hour in range(0, 24, 3)]
    change = 1_792_890_000_000
    assert pd.Timestamp(change, unit="ms") == pd.Timestamp("2026-10-25T01:00")
    assert f"utcFormat((datum.value - (datum.value < {change} ? -7200000 : -3600000))" in axis["labelExpr"]


@pytest.mark.parametrize(("days", "hours"), [(1, 3), (2, 6), (3, 6), (4, 12), (7, 12), (8, 24), (30, 24)])
def test_the_longer_a_range_of_hours_the_fewer_are_labelled(days: int, hours: int) -> None:
    axis = hours_of("Asia/Kolkata", "2026-11-01T18:30", days * 24 + 1)

    assert clocks(axis, "Asia/Kolkata")[:2] == [
        "02 00:00",
        "03 00:00" if hours == 24 else f"02 {hours:02}:00",
    ]


def test_longer_ranges_of_hours_are_labelled_at_the_midnights_of_the_zone() -> None:
    axis = hours_of("Asia/Kolkata", "2026-11-01T18:30", 10 * 24)

    assert clocks(axis, "Asia/Kolkata") == [f"{day:02} 00:00" for day in range(2, 12)]
    assert "datum.value - -19800000" in axis["labelExpr"]
