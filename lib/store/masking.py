"""Masks for people and keys, so that a screen can be shared: each is told from the others, by no name."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from lib.openai_admin.name_lists import Name
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision
from lib.store.records.quantities import Quantity
from lib.store.records.statement_checks import StatementCheck

Written = TypeVar("Written", Budget, Decision, Quantity, StatementCheck)
_CALLED = {"user": "Person", "service_account": "Service account", "api_key": "Key"}


def masked(names: Iterable[Name]) -> list[Name]:
    """Return `names` with masks for people, service accounts and keys, without addresses and key letters."""
    return [
        replace(n, name=_mask(_CALLED[n.kind], n.id), detail=None) if n.kind in _CALLED else n for n in names
    ]


def by_masked(entries: Iterable[Written]) -> tuple[Written, ...]:
    """Return what people wrote with masks for who did."""
    return tuple(replace(e, who=_mask("Person", e.who)) if "@" in e.who else e for e in entries)


def _mask(called: str, value: str) -> str:
    return f"{called} {hashlib.sha256(value.encode()).hexdigest()[:4]}"
