"""What is still to come: a month's running total, and months as bars, with what is forecast set apart."""

from typing import cast

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, palette
from lib.wording.numbers import by_unit

BILLED, FORECAST = "Billed", "Forecast"
_BANDS = (("low95", "high95", "95 %", 0.12), ("low80", "high80", "80 %", 0.2))
_DAY = "utcFormat(datum.value, '%-d %b')"


def course_chart(
    frame: pd.DataFrame,
    *,
    before: pd.DataFrame,
    before_title: str,
    title: str = "Running total",
    line_at: tuple[str, float] | None = None,
    height: int = 300,
) -> alt.LayerChart:
    """Return a running total by `day`: `total` solid up to its last `billed` day, dashed from there on.

    `frame` is as `lib.analysis.forecasting.outlook.Outlook.course` has it, `before` another month's (`day`
    moved onto this one, `total`), drawn thin and grey under `before_title`. Bands are shaded.
    `line_at` is a line across, with its words.
    """
    rows = frame.assign(day=_days(frame), what=[_what(state) for state in frame["state"]])
    rows = rows.drop(columns="billed")
    # The dashed line begins where the solid one ends.
    met = rows.loc[rows["what"] == BILLED].tail(1).assign(what=FORECAST)
    drawn = pd.concat([met, rows], ignore_index=True).sort_values("day", kind="stable")
    ahead = drawn.loc[drawn["what"] == FORECAST]
    money = canvas.exact(rows["total"], Unit.USD)
    line = alt.Chart(drawn).encode(
        x=_time(),
        y=alt.Y("total:Q", axis=canvas.value_axis(title, Unit.USD)),
        strokeDash=alt.StrokeDash(
            "what:N",
            scale=alt.Scale(domain=[BILLED, FORECAST], range=[[1, 0], [5, 4]]),
            legend=canvas.legend(None, FORECAST, "stroke"),
        ),
        tooltip=[
            alt.Tooltip("day:T", title="Day (UTC)", format="%-d %b %Y"),
            alt.Tooltip("what:N", title="State"),
            alt.Tooltip("total:Q", title=title, format=money),
            *(
                alt.Tooltip(
                    f"{side}:Q", title=f"{words}, {'from' if side.startswith('low') else 'to'}", format=money
                )
                for low, high, words, _ in reversed(_BANDS)
                for side in (low, high)
            ),
        ],
    )
    return canvas.layered(
        [
            *(_band(ahead, low, high, opacity) for low, high, _, opacity in _BANDS),
            *_before(before, before_title, money),
            *_across(line_at, drawn),
            line.mark_line(color=palette.BLUE, strokeWidth=2.5),
            line.mark_point(size=90, filled=True, opacity=0),
        ],
        height,
    )


def months_chart(frame: pd.DataFrame, *, height: int = 260) -> alt.LayerChart:
    """Return a bar a month: `billed` solid, the rest up to `forecast` lighter, with the bands as whiskers.

    `frame` is as `lib.analysis.forecasting.outlook.Outlook.months` has it.
    """
    frame = frame.astype(dict.fromkeys(["billed", "rest", "forecast"], float))
    order = list(frame["month"])
    money = canvas.exact(frame["forecast"], Unit.USD)
    parts = pd.concat(
        [
            frame.assign(what=BILLED, low=0.0, high=frame["billed"]),
            frame.assign(what=FORECAST, low=frame["billed"], high=frame["forecast"]),
        ],
        ignore_index=True,
    )
    parts = parts.loc[parts["low"] != parts["high"]]
    x = alt.X("month:N", sort=order, axis=alt.Axis(title=None, labelAngle=0, ticks=False))
    said = [
        alt.Tooltip("month:N", title="Month"),
        alt.Tooltip("billed:Q", title="Billed so far", format=money),
        alt.Tooltip("forecast:Q", title="In all, forecast", format=money),
        alt.Tooltip("low80:Q", title="80 %, from", format=money),
        alt.Tooltip("high80:Q", title="80 %, to", format=money),
    ]
    bars = (
        alt.Chart(parts)
        .mark_bar(color=palette.BLUE, width={"band": 0.6})
        .encode(
            x=x,
            y=alt.Y("high:Q", axis=canvas.value_axis("Spend", Unit.USD)),
            y2="low:Q",
            opacity=alt.Opacity(
                "what:N",
                scale=alt.Scale(domain=[BILLED, FORECAST], range=[1, 0.4]),
                legend=canvas.legend(None, FORECAST),
            ),
            tooltip=said,
        )
    )
    return canvas.layered([bars, *_whiskers(frame, x, said)], height)


def errors_chart(frame: pd.DataFrame, *, height: int = 220) -> alt.LayerChart:
    """Return the average `error` (a share) by `on_day`, the day a forecast was made, a line a `method`."""
    methods = list(dict.fromkeys(frame["method"]))
    line = alt.Chart(frame).encode(
        x=alt.X(
            "on_day:O", axis=alt.Axis(title="Forecast made on day of the month", labelAngle=0, ticks=False)
        ),
        y=alt.Y("error:Q", axis=canvas.value_axis("Average error", Unit.SHARE)),
        color=canvas.colour("method", methods, None, symbol="stroke"),
        tooltip=[
            alt.Tooltip("method:N", title="Method"),
            alt.Tooltip("on_day:O", title="Made on day"),
            alt.Tooltip("error:Q", title="Average error", format=".1%"),
        ],
    )
    return canvas.layered([line.mark_line(strokeWidth=2), line.mark_point(size=70, filled=True)], height)


def describe_course(frame: pd.DataFrame) -> str:
    """Return where a running total stands, and where it ends, in one sentence."""
    so_far = frame.loc[[_what(state) == BILLED for state in frame["state"]], "total"]
    now = by_unit(float(so_far.iloc[-1]), Unit.USD) if len(so_far) else by_unit(0.0, Unit.USD)
    end = by_unit(float(frame["total"].iloc[-1]), Unit.USD)
    return f"A running total: {now} so far, {end} by the end, as forecast."


def describe_months(frame: pd.DataFrame) -> str:
    """Return what each month costs, in one sentence."""
    said = (f"{m} {by_unit(v, Unit.USD)}" for m, v in zip(frame["month"], frame["forecast"], strict=True))
    return f"Spend by month, billed and forecast: {', '.join(said)}."


def _what(state: str) -> str:
    return FORECAST if state == "forecast" else BILLED


def _days(frame: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(frame["day"], utc=True)


def _time() -> alt.X:
    axis = alt.Axis(
        title=None, grid=False, labelExpr=_DAY, tickCount=alt.ExprRef("max(2, floor(width / 90))")
    )
    return alt.X("day:T", scale=alt.Scale(type="utc", nice=False), axis=axis)


def _band(rows: pd.DataFrame, low: str, high: str, opacity: float) -> alt.Chart:
    held = alt.Chart(rows.dropna(subset=[low, high]))
    area = held.mark_area(color=palette.BLUE, opacity=opacity, tooltip=None)
    return cast("alt.Chart", area.encode(x=alt.X("day:T"), y=alt.Y(f"{low}:Q"), y2=f"{high}:Q"))


def _before(frame: pd.DataFrame, title: str, money: str) -> list[alt.Chart]:
    if frame.empty:
        return []
    rows = frame.assign(day=_days(frame))
    line = alt.Chart(rows).mark_line(color=palette.GREY, strokeWidth=1.5)
    said = [alt.Tooltip("total:Q", title=title, format=money)]
    words = alt.Chart(rows.tail(1).assign(words=title)).mark_text(
        align="right", baseline="bottom", dy=-6, color=canvas.TEXT, opacity=0.75, fontSize=12
    )
    return [
        line.encode(x=alt.X("day:T"), y=alt.Y("total:Q"), tooltip=said),
        words.encode(x=alt.X("day:T"), y=alt.Y("total:Q"), text="words:N"),
    ]


def _across(line_at: tuple[str, float] | None, rows: pd.DataFrame) -> list[alt.Chart]:
    if line_at is None:
        return []
    words, value = line_at
    base = alt.Chart(pd.DataFrame({"words": [words], "value": [value], "day": [rows["day"].min()]}))
    across = base.encode(y=alt.Y("value:Q"), tooltip=[alt.Tooltip("words:N", title="Line")])
    # Above the highest value is the axis title.
    below = value >= float(rows["total"].max())
    named = across.mark_text(
        align="left",
        baseline="top" if below else "bottom",
        dx=4,
        dy=5 if below else -4,
        color=canvas.TEXT,
        fontSize=12,
    )
    return [
        across.mark_rule(color=palette.BRICK, strokeWidth=1.5),
        named.encode(x=alt.X("day:T"), text="words:N"),
    ]


def _whiskers(frame: pd.DataFrame, x: alt.X, said: list[alt.Tooltip]) -> list[alt.Chart]:
    held = frame.dropna(subset=["low80"])
    if held.empty:
        return []
    base = alt.Chart(held).encode(x=x, tooltip=said)
    return [
        base.mark_rule(color=canvas.TEXT, strokeWidth=width).encode(y=alt.Y(f"{low}:Q"), y2=f"{high}:Q")
        for low, high, width in (("low95", "high95", 1), ("low80", "high80", 3))
    ]
