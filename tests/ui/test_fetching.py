"""A page waits for what it needs, shows what is there, and says what it fetches and what failed."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.openai_admin.spend_limits import LimitList
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.sync.background import Job, Task
from lib.sync.plan import Need
from lib.sync.report import Progress, Report
from lib.ui import fetching
from tests.shown import shown

DAYS = Window(dt.date(2026, 11, 8), dt.date(2026, 11, 15))
BEFORE = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8))
VIEW = View(DAYS, dt.date(2026, 11, 23), comparison=Comparison.NONE)
COMPLETIONS = SOURCES["completions"]
NOTHING_TO_DO = Job()


def under_way(done: int = 1, total: int = 4, what: str = "Costs, 8–14 Nov 2026") -> Job:
    """Return a job of one task that is not finished."""
    task = Task()
    task.tell(Progress(done, total, what))
    return Job((task,))


def over(**failures: str) -> Job:
    """Return a job of one task that has finished, with a sentence for each source that failed."""
    task = Task()
    task.finished.set_result(Report(failures=failures))
    return Job((task,))


@dataclass
class Syncer:
    """Gives the jobs that it was made with, and keeps the needs that it was asked for."""

    requested: Job = NOTHING_TO_DO
    refreshed: Job = NOTHING_TO_DO
    limits: Job = NOTHING_TO_DO
    never_fetched: tuple[Need, ...] = ()
    asked: list[list[Need]] = field(default_factory=list)

    def request(self, needs: Iterable[Need]) -> Job:
        self.asked.append(list(needs))
        return self.requested

    def refresh(self, needs: Iterable[Need]) -> Job:
        self.asked.append(list(needs))
        return self.refreshed

    def missing(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        return tuple(need for need in needs if need in self.never_fetched)

    def read_limits(self) -> Job:
        return self.limits


class Frame:
    """What a page is drawn in: a syncer, and a store that holds `held` days of every source."""

    def __init__(self) -> None:
        self.syncer = Syncer()
        self.held: set[dt.date] = set(DAYS)
        self.found: list[Any] = []
        self.is_behind = False
        self.store = SimpleNamespace(
            coverage=lambda _source, _width: self.held, limits=lambda: LimitList(("listed",))
        )

    @property
    def backend(self) -> Any:
        return SimpleNamespace(
            store=self.store, syncer=self.syncer, at_once=lambda: self.backend, is_behind=self.is_behind
        )

    def drawn(self, draw: Callable[[], Any]) -> AppTest:
        """Return the page that `draw` draws; what it returns is appended to `found`."""

        def page(draw: object, found: object) -> None:
            found.append(draw())  # type: ignore[attr-defined, operator]  # AppTest runs this without the imports

        app = AppTest.from_function(page, default_timeout=20, args=(draw, self.found)).run()
        assert not app.exception
        return app

    def required(self, *sources: Source, view: View = VIEW, at_grain: bool = False) -> AppTest:
        return self.drawn(lambda: fetching.require(view, sources, at_grain=at_grain, asks_again=True))


@pytest.fixture
def frame(monkeypatch: pytest.MonkeyPatch) -> Frame:
    made = Frame()
    monkeypatch.setattr(instance, "open_backend", lambda: made.backend)
    monkeypatch.setattr(fetching, "halt", st.stop)
    return made


def progress(app: AppTest) -> list[tuple[int, str]]:
    """Return the percent and the words of each bar that shows how far a sync is."""
    return [(bar.proto.value, shown(bar.proto.text)) for bar in app.get("progress")]


def captions(app: AppTest) -> list[str]:
    return [shown(caption.value) for caption in app.caption]


def test_that_what_was_fetched_is_being_worked_out_is_said_once_nothing_is_fetched(frame: Frame) -> None:
    frame.is_behind = True

    assert captions(frame.required(COSTS)) == [
        "What was fetched since is being worked out. The page shows what was stored before."
    ]


def test_what_is_stored_is_shown_at_once(frame: Frame) -> None:
    app = frame.required(COSTS, COMPLETIONS)

    (reading,) = frame.found
    assert (reading.view, reading.sources) == (VIEW, (COSTS, COMPLETIONS))
    assert (progress(app), captions(app), len(app.error)) == ([], [], 0)


class Slow(Job):
    """A job that takes a second longer at each look, until `seconds`; `waits` holds how long each was."""

    def __init__(self, clock: Callable[[], None], seconds: int) -> None:
        super().__init__((Task(),))
        object.__setattr__(self, "waits", [])
        object.__setattr__(self, "tick", clock)
        object.__setattr__(self, "seconds", seconds)

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)  # type: ignore[attr-defined]
        self.tick()  # type: ignore[attr-defined]
        return len(self.waits) >= self.seconds  # type: ignore[attr-defined]


@pytest.mark.parametrize(("seconds", "waited"), [(1, 1), (3, 3), (8, 8), (30, 8)])
def test_a_page_with_nothing_to_show_waits_for_all_but_no_longer_than_eight_seconds(
    frame: Frame, monkeypatch: pytest.MonkeyPatch, seconds: int, waited: int
) -> None:
    clock = SimpleNamespace(now=100.0)

    def tick() -> None:
        clock.now += 1

    slow = Slow(tick, seconds)

    def rerun() -> None:
        frame.held = set(DAYS)
        frame.syncer.requested = NOTHING_TO_DO

    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(st, "rerun", rerun)
    frame.held, frame.syncer.requested = set(), slow

    frame.required(COSTS)

    assert len(slow.waits) == waited  # type: ignore[attr-defined]
    assert set(slow.waits) == {0.3}  # type: ignore[attr-defined]


def test_one_stored_day_of_one_source_is_enough_to_show(frame: Frame) -> None:
    frame.held, frame.syncer.requested = {DAYS.first}, under_way()

    app = frame.required(COSTS, COMPLETIONS)

    assert len(frame.found) == 1
    assert progress(app) == [(25, "Fetching Costs, 8–14 Nov 2026: 25% done. What is already there is shown.")]


def test_days_of_another_period_are_nothing_to_show(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    frame.held = {DAYS.end, DAYS.first - dt.timedelta(days=1)}
    waited: list[Job] = []
    monkeypatch.setattr(fetching, "_wait", waited.append)
    frame.syncer.requested = under_way()

    frame.required(COSTS)

    assert waited == [frame.syncer.requested]


def test_a_job_that_does_not_know_yet_how_much_there_is_has_done_nothing(frame: Frame) -> None:
    frame.syncer.requested = under_way(0, 0, "names")

    assert progress(frame.required(COSTS)) == [
        (0, "Fetching names: 0% done. What is already there is shown.")
    ]


def test_stale_days_are_fetched_beside_the_page(frame: Frame) -> None:
    frame.syncer.refreshed = under_way(2, 4)

    assert progress(frame.required(COSTS)) == [
        (50, "Fetching Costs, 8–14 Nov 2026: 50% done. The page shows what was stored before.")
    ]


def test_missing_days_are_said_to_come_rather_than_stale_ones(frame: Frame) -> None:
    frame.syncer.requested, frame.syncer.refreshed = under_way(1), under_way(2)

    ((percent, words),) = progress(frame.required(COSTS))

    assert (percent, words.endswith("What is already there is shown.")) == (25, True)


def test_each_source_is_asked_once_and_the_compared_period_with_the_period(frame: Frame) -> None:
    view = View(DAYS, VIEW.today, comparison=Comparison.PREVIOUS)

    frame.required(COSTS, COMPLETIONS, COSTS, view=view)

    needs = [Need(name, Width.DAY, window) for window in (DAYS, BEFORE) for name in ("costs", "completions")]
    assert frame.syncer.asked == [needs, needs]


def test_what_a_page_needs_is_kept_for_its_refresh(frame: Frame) -> None:
    app = frame.required(COSTS)

    assert app.session_state["session"].required == (Need("costs", Width.DAY, DAYS),)


@pytest.mark.parametrize(("at_grain", "width"), [(True, Width.HOUR), (False, Width.DAY)])
def test_hours_are_asked_of_those_that_have_them_where_the_page_draws_them(
    frame: Frame, at_grain: bool, width: Width
) -> None:
    frame.required(
        COSTS, COMPLETIONS, view=View(DAYS, VIEW.today, Grain.HOUR, Comparison.NONE), at_grain=at_grain
    )

    assert frame.syncer.asked[0] == [Need("costs", Width.DAY, DAYS), Need("completions", width, DAYS)]


def test_days_are_asked_for_where_a_page_says_nothing_of_hours_and_unknown_ones_are_said(
    frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Reading] = []
    monkeypatch.setattr(fetching, "say_unknown_days", said.append)
    hourly_view = View(DAYS, VIEW.today, Grain.HOUR, Comparison.NONE)

    frame.drawn(lambda: fetching.require(hourly_view, [COMPLETIONS]))
    frame.drawn(lambda: fetching.require(hourly_view, [COMPLETIONS], asks_again=True))

    assert frame.syncer.asked[0] == [Need("completions", Width.DAY, DAYS)]
    assert said == [frame.found[0]]


def test_what_failed_is_said_once_for_all_to_which_it_happened(frame: Frame) -> None:
    frame.syncer.requested = over(costs="The API is down.", completions="The API is down.")

    app = frame.required(COSTS, COMPLETIONS)

    assert [shown(error.value).partition("** ")[2] for error in app.error] == [
        "The API is down. (Costs, Completions)"
    ]
    assert captions(app) == ["What was stored before is shown."]
    assert len(frame.found) == 1


def test_what_failed_beside_the_page_is_said_too(frame: Frame) -> None:
    frame.syncer.requested, frame.syncer.refreshed = over(costs="Too busy."), over(completions="Gone.")

    app = frame.required(COSTS, COMPLETIONS)

    assert [shown(error.value).partition("** ")[2] for error in app.error] == [
        "Too busy. (Costs)",
        "Gone. (Completions)",
    ]


def test_a_failure_that_is_about_no_source_is_not_the_pages(frame: Frame) -> None:
    frame.syncer.requested = over(names="No names.")

    app = frame.required(COSTS)

    assert (len(app.error), captions(app)) == (0, [])


def test_a_page_with_nothing_to_show_ends_with_what_failed(frame: Frame) -> None:
    frame.held, frame.syncer.requested = set(), over(costs="The API is down.")

    app = frame.required(COSTS)

    assert (len(app.error), captions(app), frame.found) == (1, [], [])


def hourly(days: int) -> Reading:
    """Return a reading of `days` days from 1 November on."""
    window = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 1) + dt.timedelta(days=days))
    return Reading(instance.open_backend(), View(window, VIEW.today, comparison=Comparison.NONE))


def hours_of(frame: Frame, days: int) -> AppTest:
    reading = hourly(days)
    frame.syncer.never_fetched = (Need("completions", Width.HOUR, reading.view.window),)
    return frame.drawn(lambda: fetching.require_hours(reading, [COSTS, COMPLETIONS]))


def test_hours_of_a_long_range_are_not_asked_for(frame: Frame) -> None:
    longest = hours_of(frame, 31)
    longer = hours_of(frame, 32)

    assert len(longest.info) == 0
    assert [shown(info.value) for info in longer.info] == [
        "Hourly rows are kept for ranges of up to 31 days. Choose a shorter period."
    ]
    assert frame.found == [None, None]


def test_hours_that_are_stored_are_read_without_asking(frame: Frame) -> None:
    reading = hourly(7)

    frame.drawn(lambda: fetching.require_hours(reading, [COSTS, COMPLETIONS]))

    (found,) = frame.found
    assert (found.view.grain, frame.syncer.asked) == (Grain.HOUR, [])


def test_hours_are_fetched_once_somebody_asks(frame: Frame) -> None:
    app = hours_of(frame, 7)

    assert (frame.found, frame.syncer.asked) == ([None], [])
    assert [shown(button.label) for button in app.button] == ["Fetch hourly rows of 1–7 Nov 2026"]

    app.button[0].click().run()

    assert frame.found[-1].view.grain is Grain.HOUR
    assert frame.syncer.asked[0] == list(frame.syncer.never_fetched)

    app.run()

    assert len(app.button) == 0
    assert frame.found[-1].view.grain is Grain.HOUR


def test_limits_that_could_not_be_read_are_said(frame: Frame) -> None:
    frame.syncer.limits = over(limits="Missing scopes.")

    app = frame.drawn(lambda: fetching.require_limits(frame.backend))

    assert captions(app) == ["OpenAI's limits and alerts could not be read just now. Missing scopes."]
    assert frame.found == [LimitList(("listed",))]


@pytest.mark.parametrize(
    ("job", "said"),
    [(under_way(), ["Reading the limits and alerts that are set at OpenAI."]), (over(), [])],
)
def test_limits_that_are_being_read_are_said_to_be(frame: Frame, job: Job, said: list[str]) -> None:
    frame.syncer.limits = job

    assert captions(frame.drawn(lambda: fetching.require_limits(frame.backend))) == said
