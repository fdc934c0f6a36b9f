"""Reading: a view applied to the data; what pages ask for by name."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import pandas as pd

from lib.analysis import breakdown, credited, series
from lib.analysis.comparison import Change, Compared, Number, movers
from lib.analysis.parts import measured, summed
from lib.answers import loading
from lib.answers.answer_coverage import Coverage
from lib.answers.instance import Backend
from lib.answers.remembered_answers import remembered
from lib.answers.results import Headline, Ranking, Shares, TwoWay, with_other
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, value_of
from lib.catalog.measures import MEASURES, Measure
from lib.catalog.sources import COSTS, Source
from lib.engine.filters import EVERYTHING, Filters
from lib.periods.finality import provisional_buckets
from lib.periods.grains import Grain
from lib.periods.local_days import rows_width
from lib.periods.presets import shifted
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.wording import dates
from lib.wording.labels import Labels


@dataclass(frozen=True)
class Reading:
    """The numbers of a view. Every method keeps to the view's days and filters."""

    backend: Backend
    view: View
    sources: tuple[Source, ...] = ()
    """What the page reads: its numbers are of the days on which all of these are known."""

    @property
    def asked(self) -> Hashable:
        """Return what tells apart what is read, and by whom."""
        return self.backend.seen, self.view, tuple(source.name for source in self.sources)

    def anew(self) -> Self:
        """Return the same of what is stored by now."""
        return replace(self, backend=self.backend.at_once())

    def depends_on(self, sources: Collection[Source], *, whole: bool) -> Hashable:
        """Return what changes with anything that an answer about `sources` can depend on.

        An answer is about the view's days and the compared ones, or with `whole` about all days.
        """
        seen = self._versions
        shown = [w for w in (self.view.window, self.view.compared) if w]
        widths = {Width.DAY, *(rows_width(grain, w) for w in shown for grain in (Grain.DAY, self.view.cut))}
        periods = None if whole else shown
        for source in sources:
            if (source.name, whole) not in seen:
                seen[source.name, whole] = loading.versions(self.backend, source, widths, periods)
        days = (self.coverage, self.coverage_before)
        records = loading.record_versions(self.backend)
        return days, records, tuple(seen[source.name, whole] for source in sources)

    @cached_property
    def _versions(self) -> dict[tuple[str, bool], Hashable]:
        """Return the versions seen so far: one look at each source is enough for a reading."""
        return {}

    @cached_property
    def coverage(self) -> Coverage:
        """Return which of the view's days are known of everything that the page reads."""
        return self.known_days(self.view.window)

    @cached_property
    def coverage_before(self) -> Coverage | None:
        """Return which of the compared days are known, None without a comparison."""
        other = self.view.compared
        return self.known_days(other) if other else None

    def known_days(
        self, window: Window, *dimensions: str, sources: Iterable[Source] | None = None
    ) -> Coverage:
        """Return which days of `window` are known, told by the view's filters and by `dimensions`."""
        asked = (*dimensions, *self.view.filters.dimensions)
        return loading.load_coverage(
            self.backend, self.sources if sources is None else sources, window, asked
        )

    @cached_property
    def compared(self) -> Window | None:
        """Return the days to compare with; None where there are none, or either period is known in part.

        A change between days of which some are not known would be a sentence about something else.
        """
        before = self.coverage_before
        whole = before is not None and before.is_complete and self.coverage.is_complete
        return self.view.compared if whole else None

    def compared_by(self, *dimensions: str) -> Window | None:
        """Return the days to compare with by `dimensions`; None where either bill does not tell them."""
        other = self.compared
        if other is None or COSTS not in self.sources:
            return other
        periods = (self.view.window, other)
        told = all(self.known_days(w, *dimensions, sources=[COSTS]).is_complete for w in periods)
        return other if told else None

    @cached_property
    def labels(self) -> Labels:
        """Return what ids are called."""
        return loading.load_labels(self.backend)

    @property
    def compared_with(self) -> str | None:
        """Return the compared days in words, None without a comparison."""
        return _in_words(self.compared)

    def grain(self, measure: Measure) -> Grain:
        """Return the grain that the measure is drawn by: billed money comes by day at the finest."""
        daily = any(len(s.widths) == 1 for s in measure.sources)
        return self.view.daily_cut if daily else self.view.cut

    def applies(self, measure: Measure, *dimensions: str) -> bool:
        """Return whether every source of the measure knows the view's filters and `dimensions`."""
        asked = {*dimensions, *self.view.filters.dimensions}
        return all(asked <= set(s.groupable) for s in measure.sources)

    def parts(
        self,
        measures: Iterable[Measure],
        window: Window | None = None,
        *,
        by: tuple[str, ...] = (),
        grain: Grain = Grain.TOTAL,
        filters: Filters | None = None,
    ) -> pd.DataFrame:
        """Return the parts of `measures` (see `lib.analysis.parts`) over the view's days, or `window`."""
        return loading.load_parts(
            self.backend,
            measures,
            window or self.view.window,
            grain=grain,
            by=by,
            filters=self.view.filters if filters is None else filters,
        )

    def split(
        self,
        measure: Measure,
        by: tuple[str, ...],
        window: Window | None = None,
        *,
        grain: Grain = Grain.TOTAL,
    ) -> pd.DataFrame:
        """Return the parts of a measure by `by`, credits (dollars only) as a group of the first of them."""
        parts = self.parts([measure], window, by=by, grain=grain)
        items = self.credited_items(measure, window)
        if not items:
            return parts
        filters = self.view.filters.narrowed("line_item", *items)
        return credited.apart(
            parts, self.parts([measure], window, by=by, grain=grain, filters=filters), by[0]
        )

    def credited_items(self, measure: Measure, window: Window | None) -> list[str | None]:
        """Return the line items that were billed below zero in a window."""
        if not credited.can_hold(measure):
            return []
        key = (measure.slug, window or self.view.window)
        if key not in self._credits:
            sums = self.totals([measure], ("line_item",), window)
            found = zip(sums["line_item"], sums[measure.slug], strict=True)
            self._credits[key] = [value_of(item) for item, value in found if value < 0]
        return self._credits[key]

    @cached_property
    def _credits(self) -> dict[tuple[str, Window], list[str | None]]:
        """Return the credits found so far: every dollar breakdown of a page asks for the same ones."""
        return {}

    def _split_totals(self, measure: Measure, dimension: str, window: Window) -> pd.DataFrame:
        """Return the measure by `dimension`; line items that are credits go by their own names."""
        if dimension == "line_item":
            return self.totals([measure], (dimension,), window)
        return measured(self.split(measure, (dimension,), window), [measure], window.days)

    def change(self, measure: Measure) -> Change:
        """Return the sum of the whole period against the compared one; zero where there is none."""
        found = self.values(measure)
        return Change(found.now or 0, found.before or 0)

    @remembered
    def values(self, measure: Measure) -> Compared:
        """Return the measure over the whole period and the compared one, None where it has no value."""
        other = self.compared
        before = self.totals([measure], window=other) if other else None
        now = _only(self.totals([measure]), measure)
        return Compared(now, _nothing(measure) if before is None else _only(before, measure))

    def headlines(self, measures: Sequence[Measure]) -> list[Headline]:
        """Return each measure's change over the whole period, and its course for a sparkline."""
        return self._headlines(*measures)

    @remembered
    def _headlines(self, *measures: Measure) -> list[Headline]:
        window, other = self.view.window, self.compared
        grain = Grain.DAY if window.days <= 100 else Grain.WEEK
        parts = self.parts(measures, grain=grain)
        whole = summed(parts, [])
        whole_before = self.parts(measures, window=other) if other else whole.head(0)
        now = measured(whole, measures, window.days)
        before = measured(whole_before, measures, other.days) if other else now.head(0)
        found = []
        for measure in measures:
            if self.applies(measure):
                course = series.over_time(parts, measure, grain, window)
                change = Compared(_only(now, measure), _only(before, measure))
                contradicts = (bool(measure.contradictions(each).any()) for each in (whole, whole_before))
                found.append(Headline(measure, change, [float(v) for v in course["value"]], *contradicts))
            else:
                found.append(Headline(measure, None, []))
        return found

    def ranks(self, dimension: str) -> tuple[str, ...]:
        """Return the ids of a dimension by what they cost in the last three whole months, the dearest first.

        Whatever a page shows, they are the same; they change on the first of a month. What the bill does not
        tell has none.
        """
        if dimension not in COSTS.groupable:
            return ()
        end = self.view.today.replace(day=1)
        window = Window(shifted(end, -3), end)
        spent = self.parts([MEASURES["spend"]], window, by=(dimension,), filters=EVERYTHING)
        pairs = zip(spent[dimension], MEASURES["spend"].of(spent), strict=True)
        return tuple(name for name, _ in sorted(pairs, key=lambda pair: (-pair[1], pair[0])))

    @remembered
    def ranking(self, measure: Measure, dimension: str) -> Ranking:
        """Return the measure by a dimension, against the compared period where both tell it."""
        rows = self.movers(measure, dimension)
        labels = self.labels.apart(dimension, rows[dimension])
        about = DIMENSIONS[dimension]
        other = self.compared_by(dimension)
        wrong = self._contradicting(measure, dimension, self.view.window)
        before = self._contradicting(measure, dimension, other) if other else ()
        return Ranking(measure, about, rows, labels, _in_words(other), wrong, before)

    def _contradicting(self, measure: Measure, dimension: str, window: Window) -> tuple[str, ...]:
        if not measure.is_share:
            return ()
        parts = self.parts([measure], window, by=(dimension,))
        return tuple(parts[dimension][measure.contradictions(parts)])

    @remembered
    def two_way(self, measure: Measure, first: str, second: str) -> TwoWay:
        """Return a sum by two dimensions, small parts as Other."""
        everyone = self.split(measure, (first, second))
        rows = breakdown.by_two(everyone, measure, first, second)
        first_labels, second_labels = (
            with_other(self.labels.apart(d, rows[c]), DIMENSIONS[d], everyone[d], rows[c])
            for d, c in ((first, "first"), (second, "second"))
        )
        return TwoWay(
            measure,
            DIMENSIONS[first],
            DIMENSIONS[second],
            rows,
            first_labels,
            second_labels,
            self.ranks(second),
        )

    @remembered
    def shares(self, measure: Measure, dimension: str) -> Shares:
        """Return the parts of the whole of a sum, with everything below 5% as Other, and what is in it."""
        parts, days = self.split(measure, (dimension,)), self.view.window.days
        rows, other = (
            make(parts, measure, dimension, days=days) for make in (breakdown.shares, breakdown.others)
        )
        labels = self.labels.apart(dimension, [*rows["group"], *other["group"]])
        about = DIMENSIONS[dimension]
        labels = with_other(labels, about, [*rows["group"], *other["group"]], rows["group"])
        return Shares(measure, about, rows, other, labels, self.ranks(dimension))

    def over_time(self, measure: Measure) -> pd.DataFrame:
        """Return the measure by bucket: `start`, `group` ("Total"), `value` (exact)."""
        grain = self.grain(measure)
        rows = series.over_time(self.parts([measure], grain=grain), measure, grain, self.view.window)
        return self.known_buckets(rows, grain, measure.sources)

    def by_group(self, measure: Measure, dimension: str, most: int = 9) -> tuple[pd.DataFrame, list[str]]:
        """Return the measure by bucket and group, and the groups, largest first, the rest as `Other`."""
        parts = self.split(measure, (dimension,), grain=self.grain(measure))
        return self.grouped(parts, measure, dimension, most)

    def grouped(
        self, parts: pd.DataFrame, measure: Measure, dimension: str, most: int
    ) -> tuple[pd.DataFrame, list[str]]:
        """Return `parts` by bucket and group, and the groups, largest first, the rest as `Other`."""
        grain = self.grain(measure)
        rows, groups = series.by_group(parts, measure, grain, self.view.window, dimension, most)
        return self.known_buckets(rows, grain, measure.sources), groups

    @remembered
    def movers(self, measure: Measure, dimension: str) -> pd.DataFrame:
        """Return each value of the dimension now, before and its change (see `lib.analysis.comparison`)."""
        other = self.compared_by(dimension)
        now = self._split_totals(measure, dimension, self.view.window)
        before = self._split_totals(measure, dimension, other) if other else now.head(0)
        return movers(now, before, dimension, measure.slug, missing=_nothing(measure))

    def narrowed(self, dimension: str, value: str) -> "Reading":
        """Return the reading of one value of a dimension, under the other filters."""
        return replace(self, view=replace(self.view, filters=self.view.filters.narrowed(dimension, value)))

    def widened(self, dimension: str) -> "Reading":
        """Return the reading without a filter on `dimension`."""
        return replace(self, view=replace(self.view, filters=self.view.filters.without(dimension)))

    def leaves_out(self, dimension: str, value: str) -> bool:
        """Return whether the view's filters leave out a value of a dimension."""
        return not self.view.filters.keeps(dimension, value)

    def totals(
        self, measures: Sequence[Measure], by: tuple[str, ...] = (), window: Window | None = None
    ) -> pd.DataFrame:
        """Return `by` (ids) and one exact column for each measure, over the view's days or `window`."""
        window = window or self.view.window
        return measured(self.parts(measures, window, by=by), measures, window.days)

    def provisional(self, measure: Measure, grain: Grain | None = None) -> set[pd.Timestamp]:
        """Return the buckets in which some day is not final, for any source of the measure."""
        return self.unsettled(measure.sources, grain or self.grain(measure))

    def unsettled(self, sources: Iterable[Source], grain: Grain) -> set[pd.Timestamp]:
        """Return the buckets of `grain` in which some day of some source is not final."""
        width = rows_width(grain, self.view.window)
        states = [
            loading.load_states(self.backend, s, self.view.window, width)
            for s in sources
            if width in s.widths
        ]
        return {pd.Timestamp(start) for start in provisional_buckets(grain, self.view.window, states)}

    def known_buckets(self, rows: pd.DataFrame, grain: Grain, sources: Iterable[Source]) -> pd.DataFrame:
        """Return `rows` without the buckets of which no day is known: they are not zero, but unknown."""
        window = self.view.window
        known = self.known_days(window, sources=sources).known
        starts = {grain.floor(midnight(day)) for day in known}
        if grain.width is not Width.DAY or len(known) == window.days:
            return rows
        return rows.loc[[start in starts for start in rows["start"]]].reset_index(drop=True)

    def any_rows(self, measure: Measure, *dimensions: str) -> Callable[[Filters], bool]:
        """Return a function that says whether there would be rows with other filters."""

        def asks(filters: Filters) -> bool:
            asked = {*dimensions, *filters.dimensions}
            parts = self.parts([measure], by=tuple(dimensions), filters=filters)
            known = any(asked <= set(s.groupable) for s in measure.sources)
            return known and bool(len(parts)) and any(bool(v) for v in measure.of(summed(parts, [])))

        return asks


def _in_words(window: Window | None) -> str | None:
    return dates.day_range(window.first, window.end - ONE_DAY) if window else None


def _only(totals: pd.DataFrame, measure: Measure) -> Number | None:
    value: Number | None = totals[measure.slug].iloc[0] if len(totals) else None
    return _nothing(measure) if value is None else value


def _nothing(measure: Measure) -> Number | None:
    """Return what a measure is where there are no rows: a sum is 0, a ratio has no value."""
    return None if measure.is_ratio else 0
