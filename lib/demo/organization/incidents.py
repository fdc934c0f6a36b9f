"""What went wrong, or changed, in the demo organization's history."""

import datetime as dt

from lib.demo.organization.directory_data import KEYS, project_id
from lib.demo.organization.traffic import Incident

INCIDENTS: tuple[Incident, ...] = (
    Incident(
        "classifier-retries",
        dt.date(2026, 5, 20),
        dt.date(2026, 5, 21),
        project_id("triage"),
        KEYS["triage", "classifier"].id,
        None,
        "requests fail at once and are sent again: four times the requests, hardly more tokens",
        requests=4.0,
        inputs=0.26,
        outputs=0.2,
    ),
    Incident(
        "scoring-truncated",
        dt.date(2026, 6, 23),
        dt.date(2026, 6, 24),
        project_id("risk"),
        KEYS["risk", "scoring"].id,
        None,
        "answers break off: a tenth of the usual output for as many requests",
        outputs=0.1,
    ),
    Incident(
        "backfill-rerun",
        dt.date(2026, 7, 21),
        dt.date(2026, 7, 22),
        project_id("data"),
        KEYS["data", "backfill"].id,
        None,
        "a backfill ran again in full: batch requests six times the usual",
        requests=6.0,
    ),
    Incident(
        "assistant-migration",
        dt.date(2026, 8, 10),
        dt.date(2026, 8, 31),
        project_id("assistant"),
        None,
        "gpt-5.6-sol",
        "gpt-5.6-sol takes over from gpt-5.4-2026-03-05 within three weeks",
    ),
    Incident(
        "cache-broken",
        dt.date(2026, 9, 2),
        dt.date(2026, 9, 3),
        project_id("assistant"),
        KEYS["assistant", "production"].id,
        None,
        "a timestamp at the top of every prompt: hardly any input is read from the cache",
        cached=0.04,
    ),
    Incident(
        "search-caching",
        dt.date(2026, 9, 7),
        None,
        project_id("search"),
        None,
        None,
        "prompts reordered: the cached share of input rises from 15% to 62% and stays there",
        cached=0.62,
    ),
    Incident(
        "agent-loop",
        dt.date(2026, 10, 13),
        dt.date(2026, 10, 15),
        project_id("agents"),
        KEYS["agents", "nightly-refactor"].id,
        None,
        "an agent loops: requests and input tokens ten times the usual, outputs nearly empty",
        requests=10.0,
        outputs=0.08,
    ),
    Incident(
        "leaked-key",
        dt.date(2026, 11, 7),
        dt.date(2026, 11, 8),
        project_id("studio"),
        KEYS["studio", "wanda-studio"].id,
        "gpt-5.6-sol",
        "a leaked key is used by others over a weekend: requests two hundred times the usual",
        requests=200.0,
    ),
)
"""What anomaly detection and comparisons should find, to measure them against."""
