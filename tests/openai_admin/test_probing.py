"""Why a request was refused is found by asking for less; `refuses` plays what the API refuses."""

import datetime as dt
from collections.abc import Callable

import pytest

from lib.catalog.sources import COSTS, SOURCES, WHOLE, Source
from lib.errors import BadRequest, InvalidPageToken, LookbackExceeded
from lib.openai_admin.groupings import Ask, Memory
from lib.openai_admin.probing import Prober
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FIRST, END = dt.date(2026, 11, 1), dt.date(2026, 11, 11)
DAYS = Window(FIRST, END)
COMPLETIONS = SOURCES["completions"]
Probe = tuple[Window, tuple[str, ...]]


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


class Probes:
    """Answers probes as `refuses` says, and keeps them and what was learned."""

    def __init__(self, refuses: Callable[[Window, tuple[str, ...]], bool]) -> None:
        self.asked: list[Probe] = []
        self.memory = Memory((), lambda: NOW)
        self._refuses = refuses
        self._prober = Prober(self.memory, self._answer, NOW.date)

    def _answer(self, _source: Source, _width: Width, window: Window, dimensions: tuple[str, ...]) -> bool:
        self.asked.append((window, dimensions))
        return self._refuses(window, dimensions)

    def trace(self, refused: BadRequest, source: Source = COSTS) -> None:
        self._prober.trace(source, Width.DAY, Ask(DAYS, WHOLE, source.dimensions), refused)

    @property
    def learned(self) -> list[tuple[str, str | None, dt.date | None, dt.date | None]]:
        return [(r.kind.value, r.dimension, r.since, r.until) for r in self.memory.known]


def no(message: str = "No.", param: str | None = None) -> BadRequest:
    return BadRequest(message, param=param)


def nothing(_window: Window, _dimensions: tuple[str, ...]) -> bool:
    return False


def everything(_window: Window, _dimensions: tuple[str, ...]) -> bool:
    return True


@pytest.mark.parametrize("param", ["limit", "bucket_width", "end_time", "page"])
def test_what_is_not_about_grouping_is_raised_without_a_probe(param: str) -> None:
    probes = Probes(nothing)

    with pytest.raises(BadRequest):
        probes.trace(no(param=param))
    with pytest.raises(InvalidPageToken):
        probes.trace(InvalidPageToken("gone"))
    assert (probes.asked, probes.learned) == ([], [])


@pytest.mark.parametrize("earliest", [nov(2), nov(23)])
def test_the_day_on_which_history_begins_is_taken_from_the_message(earliest: dt.date) -> None:
    probes = Probes(nothing)

    probes.trace(LookbackExceeded("old", earliest))

    assert (probes.asked, probes.learned) == ([], [("lookback", None, None, earliest)])


@pytest.mark.parametrize("named", [None, nov(1), nov(24)])
def test_a_beginning_of_history_that_cannot_be_is_looked_for(named: dt.date | None) -> None:
    probes = Probes(lambda window, _by: window.first < nov(8))

    probes.trace(LookbackExceeded("old", named))

    assert probes.learned == [("lookback", None, None, nov(8))]
    assert {(window.days, by) for window, by in probes.asked} == {(1, ())}


def test_history_that_begins_after_today_is_not_learned() -> None:
    with pytest.raises(LookbackExceeded):
        Probes(everything).trace(LookbackExceeded("old", None))
    with pytest.raises(LookbackExceeded):
        Probes(nothing).trace(LookbackExceeded("old", None))


@pytest.mark.parametrize("message", ["api_key_id since 2026-11-05", "api_key_id", "too early"])
@pytest.mark.parametrize("floor", [nov(2), nov(5), nov(23)])
def test_the_floor_of_a_dimension_is_found_with_or_without_help(message: str, floor: dt.date) -> None:
    probes = Probes(lambda window, by: "api_key_id" in by and window.first < floor)

    probes.trace(no(message, "start_time"))

    assert probes.learned == [("floor", "api_key_id", None, floor)]


def test_a_floor_that_the_message_names_takes_two_probes() -> None:
    probes = Probes(lambda window, by: "api_key_id" in by and window.first < nov(5))

    probes.trace(no("Grouping by api_key_id is supported on or after 2026-11-05.", "start_time"))

    assert [window.first for window, _ in probes.asked] == [nov(5), nov(4)]
    assert {by for _, by in probes.asked} == {("api_key_id",)}


def test_a_start_that_is_refused_without_dimensions_is_no_floor() -> None:
    with pytest.raises(BadRequest):
        Probes(everything).trace(no("too early", "start_time"))


@pytest.mark.parametrize(
    ("message", "param"),
    [("api_source is not supported.", None), ("Not supported.", "api_source"), ("api_source!", "group_by")],
)
def test_a_dimension_that_is_named_alone_is_given_up(message: str, param: str | None) -> None:
    probes = Probes(lambda _window, by: "api_source" in by)

    probes.trace(no(message, param))

    assert probes.learned == [("dimension", "api_source", FIRST, END)]


def test_what_the_message_offers_instead_is_not_the_trouble() -> None:
    probes = Probes(lambda _window, by: "line_item" in by)

    probes.trace(no("Invalid value: 'line_item'. Supported values are: 'api_key_id', 'user_id'.", "group_by"))

    assert probes.learned == [("dimension", "line_item", FIRST, END)]


@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_a_dimension_that_is_a_word_counts_where_it_is_quoted(quote: str) -> None:
    probes = Probes(lambda _window, by: "model" in by)

    probes.trace(no(f"Cannot group by {quote}model{quote}."), COMPLETIONS)

    assert (probes.asked, probes.learned) == ([], [("dimension", "model", FIRST, END)])


def test_a_word_that_is_not_quoted_is_traced_by_dropping_the_newest_first() -> None:
    probes = Probes(lambda _window, by: "batch" in by)

    probes.trace(no("Your model of usage is wrong."), COMPLETIONS)

    assert probes.learned == [("dimension", "batch", FIRST, END)]
    dropped = [set(COMPLETIONS.dimensions) - set(by) for _, by in probes.asked if by]
    assert [next(iter(each)) for each in dropped][-1] == "batch"
    assert all(len(each) == 1 for each in dropped)


def test_several_dimensions_are_given_up_one_after_the_other() -> None:
    probes = Probes(lambda _window, by: bool({"batch", "service_tier"} & set(by)))

    probes.trace(no(), COMPLETIONS)

    assert ("dimension", "batch", FIRST, END) in probes.learned
    assert ("dimension", "service_tier", FIRST, END) in probes.learned
    kept = set(COMPLETIONS.dimensions) - {dimension for _, dimension, _, _ in probes.learned}
    assert {"model", "project_id"} <= kept


def test_what_is_refused_however_it_is_grouped_is_raised() -> None:
    with pytest.raises(BadRequest):
        Probes(everything).trace(no(), COMPLETIONS)


def combined(first: dt.date, end: dt.date) -> Callable[[Window, tuple[str, ...]], bool]:
    """Refuse users of projects where a window touches the days from `first` to before `end`."""

    def refuses(window: Window, by: tuple[str, ...]) -> bool:
        touched = window.first < end and first < window.end
        return touched and {"user_id", "project_id"} <= set(by)

    return refuses


@pytest.mark.parametrize(
    "message",
    ["Combining user_id with project_id is not supported.", "user_id is not supported here.", "No."],
)
@pytest.mark.parametrize(
    ("first", "end"),
    [(nov(1), nov(11)), (nov(4), nov(7)), (nov(1), nov(2)), (nov(10), nov(11)), (nov(3), nov(11))],
)
def test_a_combination_is_given_up_on_the_days_that_refuse_it_only(
    message: str, first: dt.date, end: dt.date
) -> None:
    probes = Probes(combined(first, end))

    probes.trace(no(message))

    assert probes.learned == [("combination", None, first, end)]


def test_what_somebody_else_found_out_meanwhile_is_not_probed_again() -> None:
    probes = Probes(everything)
    probes.memory.remember("costs", RefusalKind.DIMENSION, "no", dimension="user_id", since=FIRST, until=END)

    probes.trace(no())

    assert probes.asked == []


def test_a_refusal_is_remembered_in_the_apis_words() -> None:
    probes = Probes(lambda _window, by: "api_source" in by)

    probes.trace(no("api_source is not supported."))

    assert probes.memory.known == (
        Refusal(
            "costs", RefusalKind.DIMENSION, "api_source is not supported.", NOW, "api_source", FIRST, END
        ),
    )
