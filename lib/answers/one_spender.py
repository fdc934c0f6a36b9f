"""One project, person, key or team: what it spends, on what, since when, and beside its peers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import pandas as pd

from lib.analysis import peers
from lib.answers import came_and_went, loading
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Headline
from lib.catalog.dimensions import DIMENSIONS, TEAM, UNATTRIBUTED, Dimension
from lib.catalog.measures import MEASURES, Measure
from lib.openai_admin.name_lists import Name
from lib.store.team_declarations import Team
from lib.store.teamed import declared_teams
from lib.wording import profile

SPEND = MEASURES["spend"]
HEADLINES = [MEASURES[m] for m in ("spend", "requests", "tokens", "cost_per_million", "cached_share")]
COMPARED = [*HEADLINES, MEASURES["output_per_request"]]
READ = tuple(s for m in COMPARED for s in m.sources)


@dataclass(frozen=True)
class Spender:
    """One id of a dimension under the view's other filters."""

    reading: Reading
    dimension: Dimension
    id: str

    @cached_property
    def own(self) -> Reading:
        """Return the reading of it alone."""
        return self.reading.narrowed(self.dimension.name, self.id)

    @cached_property
    def everyone(self) -> Reading:
        """Return the reading of it and all its peers."""
        return self.reading.widened(self.dimension.name)

    @property
    def name(self) -> Name | None:
        """Return its name, None where it has none."""
        named = self.reading.backend.store.names()
        return next((n for n in named if n.id == self.id and n.kind in self.dimension.named_by), None)

    def about(self, kind: str) -> str:
        """Return in words what it is and belongs to; `kind` in words is for what has no name."""
        if self.dimension.name == TEAM:
            return profile.about_team(self._team)
        return profile.about(kind, self.name, self.reading.labels, self.id)

    @property
    def _team(self) -> Team:
        declared = declared_teams(self.reading.backend.settings)
        found = (team for team in declared.teams if team.name == self.id) if declared else ()
        team = next(iter(found), Team(self.id))
        return replace(team, owner="") if self.reading.backend.store.masks else team

    @property
    def seen(self) -> str:
        """Return in words when it was first and last billed."""
        return profile.seen(*came_and_went.days_of(self.reading, SPEND, self.dimension.name, self.id))

    @cached_property
    def unattributed(self) -> int:
        """Return on how many of the view's days the bill does not tell the dimension."""
        window = self.reading.view.window
        return len(loading.load_unattributed(self.reading.backend, [self.dimension.name], window))

    @cached_property
    def headlines(self) -> list[Headline]:
        """Return the headline numbers that are true of the period."""
        days = self.reading.view.window.days
        return self.own.headlines(profile.told(HEADLINES, self.unattributed, days))

    @property
    def has_any(self) -> bool:
        """Return whether anything was used or billed in either period."""
        return any(h.change and (h.change.now or h.change.before) for h in self.headlines)

    @property
    def part_of_the_whole(self) -> str:
        """Return in words which part of the whole bill it is."""
        own, whole = (Decimal(r.change(SPEND).now) for r in (self.own, self.everyone))
        filtered = bool(self.everyone.view.filters)
        return profile.part_of(own, whole, unattributed=bool(self.unattributed), filtered=filtered)

    @property
    def peers(self) -> pd.DataFrame:
        """Return it beside its peers (`lib.analysis.peers`)."""
        compared = profile.told(COMPARED, self.unattributed, self.reading.view.window.days)
        return _beside_peers(self.everyone, tuple(compared), self.dimension.name, self.id)


@remembered
def _beside_peers(
    everyone: Reading, compared: tuple[Measure, ...], dimension: str, identity: str
) -> pd.DataFrame:
    parts = everyone.parts(compared, by=(dimension,))
    return peers.peers(parts, compared, dimension, identity)


def known_ids(reading: Reading, dimensions: list[str]) -> Mapping[str, set[str]]:
    """Return the ids of each dimension that are named or stored."""
    values = loading.load_values(reading.backend)
    return {d: {*values[d], *reading.labels.known(d)} - {UNATTRIBUTED} for d in dimensions}


def listed(reading: Reading, dimension: str, known: set[str]) -> dict[str, str]:
    """Return the label of each of the `known` ids, those that spent most first."""
    movers = reading.movers(SPEND, dimension)
    ranked = [i for i in movers[dimension] if i in known]
    return reading.labels.apart(dimension, [*ranked, *sorted(known - set(ranked))])


def spender(reading: Reading, dimension: str, identity: str) -> Spender:
    """Return what is known of one id of a dimension."""
    return Spender(reading, DIMENSIONS[dimension], identity)
