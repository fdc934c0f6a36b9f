"""Savings that people decided on: what to keep of a decision, and whether it did work."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.analysis.savings.effect import BilledTraffic, Effect, effect
from lib.analysis.savings.rules import cheaper_models
from lib.analysis.savings.saving import Saving
from lib.answers import loading, savings_found
from lib.answers.reading import Reading
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.grains import Grain
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.decisions import Decision, DecisionState
from lib.wording import savings_words

SPEND = MEASURES["spend"]
SENT = (MEASURES["input_tokens"], MEASURES["output_tokens"])
READ = (SOURCES["completions"], COSTS)
_TOKENS = ("completions.input_tokens", "completions.output_tokens")


@dataclass(frozen=True)
class Followed:
    """A saving that somebody decided on, and its effect so far."""

    decision: Decision
    effect: Effect


def decide(one: Saving, state: DecisionState, window: Window, earlier: Iterable[Decision]) -> Decision:
    """Return what to record of a saving that was found in the days of `window`.

    One that was decided on before is measured by what it was expected to save then.
    """
    before = next((d for d in earlier if d.saving == one.name), None)
    first, end = (before.first, before.end) if before else (window.first, window.end)
    return Decision(
        one.name,
        state,
        before.title if before else savings_words.title(one),
        one.project,
        one.key,
        # Whoever moves to another model takes the tokens out of this one's rows.
        "" if one.rule.slug == cheaper_models.RULE.slug else one.model,
        before.expected if before else one.a_month,
        first,
        end,
    )


def done(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Return the names of the savings that were carried out."""
    return tuple(one.saving for one in decisions if one.state is DecisionState.DONE)


def days_read(decisions: Sequence[Decision], today: dt.date) -> Window:
    """Return the days to read in order to follow up `decisions`."""
    return Window(min(d.first for d in decisions), today + ONE_DAY)


def followed(reading: Reading, decisions: Iterable[Decision]) -> list[Followed]:
    """Return the effect of each decision, over the final days after it was made, latest decision first."""
    found = [Followed(one, _effect(reading, one)) for one in decisions]
    return found[::-1]


def decision_words(one: Decision) -> str:
    """Return what was decided, when, and by whom: Planned on 3 Nov 2026 by Ada."""
    return savings_words.decided(one.state, one.written_at, one.who)


def table(found: Iterable[Followed]) -> pd.DataFrame:
    """Return a row for each saving that was decided on, with its effect in words.

    `expected` and `a_month` (None where it is not known yet) are USD a month, `project_id` and
    `api_key_id` ids.
    """
    rows = [
        (
            one.decision.expected,
            one.effect.a_month,
            savings_words.verdict(one.effect),
            one.decision.title,
            one.decision.project,
            one.decision.key,
            decision_words(one.decision),
        )
        for one in found
    ]
    columns = ["expected", "a_month", "verdict", "title", "project_id", "api_key_id", "decision"]
    return pd.DataFrame(rows, columns=columns).astype(object)


def _effect(reading: Reading, one: Decision) -> Effect:
    models = loading.load_values(reading.backend)["model"]
    filters = savings_found.narrowed(EVERYTHING, models, one.project, one.key, one.model)
    first = (one.written_at.date() if one.written_at else one.end) + ONE_DAY
    before = _traffic(reading, Window(one.first, one.end), filters)
    if first >= reading.view.window.end:
        return effect(before, BilledTraffic(Decimal(0), 0, 0), one.expected)
    return effect(before, _traffic(reading, Window(first, reading.view.window.end), filters), one.expected)


def _traffic(reading: Reading, window: Window, filters: Filters) -> BilledTraffic:
    days = reading.known_days(window, *filters.dimensions, sources=READ).final
    parts = reading.parts([SPEND, *SENT], window, grain=Grain.DAY, filters=filters)
    own = parts[[start.date() in days for start in parts["start"]]]
    sent = (int(v or 0) for name in _TOKENS if name in own for v in own[name].fillna(0))
    return BilledTraffic(sum(SPEND.of(own), Decimal(0)), sum(sent), len(days))
