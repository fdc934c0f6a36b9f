"""Savings in words: what to do, what that rests on, and how sure it is."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import pandas as pd

from lib.analysis.savings.saving import Confidence, Saving

SIGNS: Mapping[Confidence, str] = {Confidence.HIGH: "●●●", Confidence.MEDIUM: "●●○", Confidence.LOW: "●○○"}
"""A shape that tells each confidence apart without colour."""


def title(saving: Saving) -> str:
    """Return what to do."""
    return _filled(saving.rule.title, saving.facts)


def assumption(saving: Saving) -> str:
    """Return what the saving rests on."""
    return _filled(saving.rule.assumption, saving.facts)


def listed(found: Iterable[Saving]) -> pd.DataFrame:
    """Return `name`, `title`, `project_id`, `api_key_id`, `model` (ids), `a_month` (USD), `confidence`."""
    rows = [
        (s.name, title(s), s.project, s.key, s.model, s.a_month, f"{SIGNS[s.confidence]} {s.confidence}")
        for s in found
    ]
    columns = ["name", "title", "project_id", "api_key_id", "model", "a_month", "confidence"]
    return pd.DataFrame(rows, columns=columns).astype(object)


def _filled(text: str, facts: Mapping[str, object]) -> str:
    """Return `text` with the facts that it names, numbers as whole percents."""
    return text.format(**{k: f"{v:.0%}" if isinstance(v, Decimal | float) else v for k, v in facts.items()})
