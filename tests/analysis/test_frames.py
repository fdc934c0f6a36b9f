from decimal import Decimal

import pyarrow as pa

from lib.analysis.frames import exact_series, framed
from lib.catalog.schemas import MONEY

TINY = Decimal("1E-18")


def test_a_frame_holds_texts_and_dollars_as_they_were() -> None:
    found = framed(pa.table({"model": ["gpt-5", None], "usd": pa.array([TINY, Decimal(2)], MONEY)}))

    assert found["model"].tolist() == ["gpt-5", None]
    assert found["usd"].tolist() == [TINY, 2]


def test_whole_numbers_stay_whole_however_they_are_held() -> None:
    counts = pa.chunked_array([pa.array([2**63 - 1, None])])
    wide = pa.chunked_array([pa.array([Decimal(2**70), None], pa.decimal128(38, 0))])

    assert exact_series(counts).tolist() == [2**63 - 1, 0]
    assert exact_series(wide).tolist() == [2**70, 0]
    assert {type(v) for v in (*exact_series(counts), *exact_series(wide))} == {int}
