"""The events planted in the demo organization's history."""

import datetime as dt

from lib.demo.cast import KEYS, project_id
from lib.demo.traffic import Planted

PLANTED: tuple[Planted, ...] = (
    Planted(
        "backfill-rerun",
        dt.date(2026, 7, 21),
        dt.date(2026, 7, 22),
        project_id("data"),
        KEYS["data", "backfill"].id,
        None,
        "a backfill ran again in full: batch requests six times the usual",
        requests=6.0,
    ),
    Planted(
        "assistant-migration",
        dt.date(2026, 8, 10),
        dt.date(2026, 8, 31),
        project_id("assistant"),
        None,
        "gpt-5.6-sol",
        "gpt-5.6-sol takes over from gpt-5.4-2026-03-05 within three weeks",
    ),
    Planted(
        "search-caching",
        dt.date(2026, 9, 7),
        None,
        project_id("search"),
        None,
        None,
        "prompts reordered: the cached share of input rises from 15% to 62% and stays there",
        cached=0.62,
    ),
    Planted(
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
)
"""What anomaly detection and comparisons should find, to measure them against."""
