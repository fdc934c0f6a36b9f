"""The report: what was measured beside what is aimed at, as a Markdown table."""

import os

from tests.benchmarks.rounds import FETCHED, OPENED, SDK, TUTORIAL, Medians


def table(medians: Medians, drawn: float, warm: float, rounds: int) -> str:
    """Return the table; `drawn` and `warm` are the Overview's seconds."""
    took, sent = medians.seconds, medians.requests
    ours = took[FETCHED]
    rows = [
        (
            "90 days of all twelve sources at every dimension, fetched and stored, "
            "against the tutorial's loop, not storing",
            f"{took[TUTORIAL] / ours:.1f} times faster ({sent[FETCHED]} requests, not {sent[TUTORIAL]})",
            "10 times",
        ),
        (
            "… against the official SDK's loop, not storing",
            f"{took[SDK] / ours:.1f} times faster ({sent[FETCHED]} requests, not {sent[SDK]})",
            "4 times",
        ),
        (
            "The same range opened again, against the first time",
            f"{took[OPENED] / ours:.3f} of the time, {_counted(sent[OPENED])}",
            "0.1, no request",
        ),
        ("Overview of a year, warm: script time", f"{warm:.2f} s", "under 0.5 s"),
        ("Overview of the demo organization, server up to numbers seen", f"{drawn:.1f} s", "within 5 s"),
    ]
    lines = ["| What | Measured | Aim |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    totals = medians.totals
    lines += [
        "",
        f"Medians of {rounds} rounds on {os.cpu_count()} cores; this app's own loop took {ours:.2f} s. "
        f"All ways found {totals.requests:,} requests, {totals.input_tokens:,} input tokens "
        f"and ${totals.cost:,.2f}.",
        "",
    ]
    return "\n".join(lines)


def _counted(requests: int) -> str:
    return {0: "no request", 1: "1 request"}.get(requests, f"{requests} requests")
