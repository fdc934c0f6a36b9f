"""Stores in folders of any name, as long as the settings take it."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES
from lib.configuration.setting_rules import check_store
from lib.engine.execution import answer, known_values
from lib.engine.question import Question
from lib.engine.stored_totals import stored_totals
from lib.errors import SettingsError
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store

EMBEDDINGS = SOURCES["embeddings"]
DAYS = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 3))
AT = dt.datetime(2026, 1, 9, tzinfo=dt.UTC)
SIGNS = [
    *(chr(n) for n in range(1, 128) if chr(n) != "/"),
    "é",
    "e\u0301",
    "\u00a0",
    "\u200b",
    "\u2028",
    "日",
]
NAMES = [
    *(f"a{sign}b" for sign in SIGNS),
    *SIGNS,
    *(
        "100%",
        "a%20b",
        "a%2Fb",
        "%zz",
        "~root",
        "file:x",
        "month=2026-01",
        " lead",
        "trail ",
        "[a-z]",
        "{a,b}",
    ),
]


def rows(*days: int) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "start": dt.datetime(2026, 1, day, tzinfo=dt.UTC),
                "input_tokens": 5,
                "model": "a",
                "slice": "whole",
                "month": "2026-01",
            }
            for day in days
        ],
        schema(EMBEDDINGS),
    )


def is_taken(folder: Path) -> bool:
    try:
        check_store(str(folder))
    except SettingsError:
        return False
    return True


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {".", ".."} and is_taken(Path(name))])
def test_a_store_can_be_in_every_folder_that_the_settings_take(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    store = Store(str(folder))
    store.replace(EMBEDDINGS, Width.DAY, DAYS, rows(1, 2))
    store.replace(EMBEDDINGS, Width.DAY, Window(DAYS.first, dt.date(2026, 1, 2)), rows(1))
    store.mark([Covered("embeddings", Width.DAY, DAYS.first, DAYS.end, AT)])

    again = Store(str(folder))

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert again.rows(EMBEDDINGS, Width.DAY, DAYS, ["input_tokens"]).num_rows == 2
    assert answer(again, Question("embeddings", DAYS)).to_pylist()[0]["input_tokens"] == 10
    assert known_values(again, EMBEDDINGS, ["model"]) == {"model": {"a"}}
    assert len(stored_totals(again, EMBEDDINGS, Width.DAY)) == 2
    assert again.damaged_files(EMBEDDINGS, Width.DAY) == []
    assert len(again.coverage(EMBEDDINGS, Width.DAY)) == 2


def test_few_folders_are_refused() -> None:
    refused = [sign for sign in SIGNS if sign >= " " and not is_taken(Path(f"a{sign}b"))]

    assert refused == ["[", "\\", "]", "^", "|", "\x7f"]
