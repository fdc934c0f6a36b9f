"""What changed between two periods: who moved the bill, why, and what is new, back or gone."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lib.analysis import contributions, price_volume_mix
from lib.analysis.comparison import Change
from lib.answers import came_and_went
from lib.answers.answer_coverage import Coverage
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered_of_all_days
from lib.answers.results import Labels, Ranking
from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.measures import MEASURES
from lib.periods.windows import Window
from lib.wording import change_story, price_volume_mix_words, summary
from lib.wording.change_story import Days

SPEND = MEASURES["spend"]
SPLITS = ("project_id", "model", "api_key_id", "user_id", "line_item", "token_class", "team", ORGANIZATION)
NAMED = ("project_id", "api_key_id", "user_id", "model")
"""The dimensions of which it is said what is new, back or gone."""


@dataclass(frozen=True, eq=False)
class PeriodChange:
    """The change of spend from `before` to `now` (USD, exact), by a dimension and by cause.

    `steps` and `causes` are waterfalls (`lib.analysis.contributions`), `effects` the same split for each
    name of the dimension; `turnover` says of each dimension what is new, back or gone, under `names`.
    `stored` are the days before this period that are known, `late` the dimensions that the bill knows
    only from a later day on.
    """

    spend: Change
    compared_with: str
    ranking: Ranking
    steps: pd.DataFrame
    causes: pd.DataFrame
    effects: pd.DataFrame
    turnover: Mapping[str, pd.DataFrame]
    names: Mapping[str, Labels]
    stored: list[dt.date]
    late: Mapping[str, dt.date]
    story: str
    caution: str


@remembered_of_all_days
def period_change(reading: Reading, split: str) -> PeriodChange | None:
    """Return what changed by `split`; None where there is no period that can be compared with."""
    window, other = reading.view.window, reading.compared
    if other is None:
        return None
    spend = reading.change(SPEND)
    now, before = (_days(w, reading.known_days(w)) for w in (window, other))
    ranking = reading.ranking(SPEND, split)
    by = tuple(dict.fromkeys((split, "line_item")))
    after, earlier = (reading.parts(price_volume_mix.BILLED, w, by=by) for w in (window, other))
    whole = price_volume_mix.whole(after, earlier)
    turnover = {d: _turnover(reading, d, other) for d in NAMED}
    names = {d: reading.labels.apart(d, frame[d]) for d, frame in turnover.items()}
    caution = change_story.caution(now, before)
    movers = summary.movers_of(ranking.rows, split, dict(ranking.labels))
    start, end = (before.words, spend.before), now.words
    return PeriodChange(
        spend,
        before.words,
        ranking,
        contributions.waterfall(start, contributions.largest(ranking.rows, split, ranking.labels), end),
        contributions.waterfall(start, price_volume_mix_words.contributions(whole), end),
        _effects(reading, price_volume_mix.by_group(after, earlier, split), split),
        turnover,
        names,
        came_and_went.stored_before(reading),
        {d: day for d in NAMED if (day := came_and_went.known_from(reading, d)) and day > other.first},
        change_story.paragraph(
            change_story.total(spend, now, before, change_story.only(reading.view.filters, reading.labels)),
            change_story.who(movers, ranking.dimension) if ranking.compared_with else "",
            change_story.why(whole),
            change_story.turnover_sentence(turnover, names, filtered=bool(reading.view.filters)),
            caution,
        ),
        caution,
    )


def _effects(reading: Reading, effects: pd.DataFrame, split: str) -> pd.DataFrame:
    names = reading.labels.apart(split, effects[split])
    return effects.assign(**{split: [names[name] for name in effects[split]]})


def _turnover(reading: Reading, dimension: str, other: Window) -> pd.DataFrame:
    """Return what is new, back or gone; nothing where one of the bills does not tell the dimension."""
    found = came_and_went.turnover_of(reading, SPEND, dimension, other)
    return found if reading.compared_by(dimension) else found.head(0)


def _days(window: Window, coverage: Coverage) -> Days:
    return Days(window, len(coverage.provisional), len(coverage.unknown))
