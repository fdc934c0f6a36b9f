"""What Spark cannot answer is said as DuckDB says it, and what only Spark can say in a sentence."""

from copy import copy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.sources import SOURCES
from lib.engine.engines import engine_at
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.errors import EngineError, QuestionError, StoreError
from lib.periods.widths import Width
from lib.store.usage_store import Store
from tests.spark.cluster import Cluster
from tests.stored import ALWAYS, filled

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(600)]

TOKENS = Question("embeddings", ALWAYS, metrics=("input_tokens",))


def tokens(folder: Path, cluster: Cluster, *counts: int) -> Store:
    rows: list[dict[str, Any]] = [{"start": "2026-01-05", "input_tokens": count} for count in counts]
    store = copy(filled(folder, "embeddings", *rows))
    store.engine_url = cluster.url
    return store


@pytest.mark.parametrize("counts", [(2**62, 2**62), (2**63 - 1, 1, -1, 1)])
def test_a_sum_that_passes_what_can_be_held_is_refused(
    counts: tuple[int, ...], tmp_path: Path, cluster: Cluster
) -> None:
    with pytest.raises(QuestionError, match=r"^A sum of embeddings passes the largest number"):
        answer(tokens(tmp_path, cluster, *counts), TOKENS)


def test_the_largest_sum_is_told(tmp_path: Path, cluster: Cluster) -> None:
    assert answer(tokens(tmp_path, cluster, 2**62, 2**62 - 1), TOKENS).to_pylist() == [
        {"input_tokens": 2**63 - 1}
    ]


@pytest.mark.parametrize("left", [None, b"PAR1", b"\x00" * 600])
def test_a_file_that_is_gone_or_broken_is_said(left: bytes | None, tmp_path: Path, cluster: Cluster) -> None:
    store = tokens(tmp_path, cluster, 1)
    (file,) = store.files(SOURCES["embeddings"], Width.DAY)
    Path(file).unlink()
    if left is not None:
        Path(file).write_bytes(left)

    with pytest.raises(StoreError, match=r"^Spark at .* cannot read stored rows \(.*verify"):
        answer(store, TOKENS)


@pytest.mark.parametrize("name", ["a b", "ä{1,2}*?", "100%"])
def test_a_folder_may_have_any_name(name: str, tmp_path: Path, cluster: Cluster) -> None:
    assert answer(tokens(tmp_path / name, cluster, 2), TOKENS).to_pylist() == [{"input_tokens": 2}]


def test_a_session_that_the_server_ended_is_lost_for_one_question(tmp_path: Path, cluster: Cluster) -> None:
    store = tokens(tmp_path, cluster, 3)
    engine = engine_at(cluster.url)
    engine.rows_in(pa.table({"n": [1]})).to_native().sparkSession.client.release_session()

    with pytest.raises(EngineError, match=r"was started again since it was last asked\. Ask once more\.$"):
        answer(store, TOKENS)

    assert answer(store, TOKENS).to_pylist() == [{"input_tokens": 3}]
