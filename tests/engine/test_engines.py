"""Which engine answers is said by an address, and by nothing else."""

import pytest

from lib.engine import duckdb_scan
from lib.engine.engines import engine_at
from lib.errors import SettingsError


def test_without_an_address_duckdb_answers() -> None:
    assert engine_at(None) is duckdb_scan
    assert engine_at(None).called == "DuckDB"


@pytest.mark.parametrize("url", ["postgres://5ecret@host", "5ecret", "sc:5ecret", "://5ecret", "http://a"])
def test_an_address_that_no_engine_has_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^\[engine\] url .* is not the address of an engine") as refused:
        engine_at(url)

    assert "5ecret" not in str(refused.value)
