import datetime as dt

from lib.demo.organization.incidents import INCIDENTS
from lib.demo.organization.traffic import Phase, Workload

DAYS = {
    "classifier-retries": ("2026-05-20", "2026-05-21"),
    "scoring-truncated": ("2026-06-23", "2026-06-24"),
    "backfill-rerun": ("2026-07-21", "2026-07-22"),
    "assistant-migration": ("2026-08-10", "2026-08-31"),
    "cache-broken": ("2026-09-02", "2026-09-03"),
    "search-caching": ("2026-09-07", "None"),
    "agent-loop": ("2026-10-13", "2026-10-15"),
    "leaked-key": ("2026-11-07", "2026-11-08"),
}


def test_an_incident_has_its_days() -> None:
    assert {i.name: (str(i.first), str(i.last)) for i in INCIDENTS} == DAYS


def test_a_workload_sends_nothing_that_it_does_not_say() -> None:
    load = Workload("completions", "search", "production", (Phase("gpt-5", dt.date(2026, 1, 1)),), 10)

    sizes = (load.tokens_in, load.tokens_out, load.cached, load.written, load.written_12h)
    others = (load.audio_in, load.audio_out, load.image_in, load.amount, load.long_percent)
    assert {*sizes, *others} == {0}
    assert (load.presence, load.batch, load.billed_only) == (1.0, False, False)
