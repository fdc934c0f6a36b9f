import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.reconciliation.lines import (
    METER,
    STANDARD,
    billed_lines,
    counted_units,
    image_model,
    reported_images,
    used_units,
)
from lib.catalog.line_items import parse
from lib.catalog.schemas import MONEY, TIME

DAY = dt.date(2026, 11, 2)
START = pd.Timestamp(DAY, tz="UTC")
SNAPSHOT, MODEL = "gpt-6-sol-2026-05-01", "gpt-6-sol"


def bill(*line_items: str) -> pa.Table:
    return billed_lines(costs(*((text, "proj_a", 1, 10) for text in line_items)))


def costs(*lines: tuple[str, str, int, int]) -> pa.Table:
    """Return a bill of line item, project, dollars and quantity."""
    texts, projects, dollars, quantities = (list(column) for column in zip(*lines, strict=True))
    return pa.table(
        {
            "start": pa.array([START] * len(lines), TIME),
            "project_id": projects,
            "line_item": texts,
            "cost_usd": pa.array([Decimal(each) for each in dollars], MONEY),
            "quantity": pa.array([Decimal(each) for each in quantities], MONEY),
        }
    )


NO_BILL = bill("whisper").slice(0, 0)


def used(lines: pa.Table, source: str = "completions", **row: Any) -> dict[tuple[str, str, str], int]:
    """Return the units that one row of usage counts, by class, modality and lane of their meter."""
    usual = {"start": START, "model": SNAPSHOT, "batch": "false", "service_tier": "default"}
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in used_units({source: pa.Table.from_pylist([usual | row])}, lines).to_pylist():
        found[one["token_class"], one["modality"], one["lane"]] += one["units"]
    return dict(found)


@pytest.mark.parametrize(
    ("line_item", "meter"),
    [
        (f"{SNAPSHOT}, input", (DAY, MODEL, "input", "text", STANDARD)),
        (f"{SNAPSHOT}, cached input, long context", (DAY, MODEL, "cached input", "text", STANDARD)),
        (f"priority | {MODEL}, output", (DAY, MODEL, "output", "text", "priority")),
        (f"batch | {MODEL}, output", (DAY, MODEL, "output", "text", "batch")),
        (f"decisions | {MODEL}, input", (DAY, MODEL, "input", "text", "decisions")),
        (f"{MODEL}, cache writes, 12 h", (DAY, MODEL, "cache write, 12 h", "text", STANDARD)),
        ("gpt-realtime-2.1 audio, output", (DAY, "gpt-realtime-2.1", "output", "audio", STANDARD)),
        ("ft-gpt-4o-2024-08-06, input", (DAY, "ft-gpt-4o", "input", "text", STANDARD)),
        ("tts hd", (DAY, "tts-1-hd", "characters", "text", STANDARD)),
        ("whisper", (DAY, "whisper-1", "seconds", "text", STANDARD)),
        ("evals | gpt-4o-mini-2024-07-18, input", None),
        ("gpt-image-1 image, output", None),
        ("web search tool calls", None),
        ("A wholly new thing", None),
    ],
)
def test_a_line_meets_the_usage_that_it_pays_for(line_item: str, meter: tuple[Any, ...] | None) -> None:
    (line,) = bill(line_item).to_pylist()

    assert tuple(line[name] for name in METER) == (meter or (DAY, None, None, None, None))


def test_a_token_is_counted_once_in_its_own_class() -> None:
    row = {
        "input_tokens": 100,
        "input_cached_tokens": 40,
        "input_cache_write_tokens": 30,
        "input_cache_write_12h_tokens": 10,
        "output_tokens": 5,
    }

    assert used(NO_BILL, **row) == {
        ("input", "text", STANDARD): 30,
        ("cached input", "text", STANDARD): 40,
        ("cache write", "text", STANDARD): 20,
        ("cache write, 12 h", "text", STANDARD): 10,
        ("output", "text", STANDARD): 5,
    }


@pytest.mark.parametrize(
    ("line_item", "counted"),
    [
        (f"{MODEL} audio, output", {("output", "audio", STANDARD): 4, ("output", "text", STANDARD): 6}),
        (f"{MODEL}, output", {("output", "text", STANDARD): 10}),
    ],
)
def test_audio_is_text_where_the_bill_does_not_tell_it(
    line_item: str, counted: dict[tuple[str, str, str], int]
) -> None:
    assert used(bill(line_item), output_tokens=10, output_audio_tokens=4) == counted


@pytest.mark.parametrize(
    ("line_item", "lane"), [(f"batch | {MODEL}, output", "batch"), (f"{MODEL}, output", STANDARD)]
)
def test_batches_are_standard_where_the_bill_does_not_tell_them(line_item: str, lane: str) -> None:
    (one,) = used_units(
        {
            "completions": pa.Table.from_pylist(
                [{"start": START, "model": MODEL, "batch": "true", "output_tokens": 10}]
            )
        },
        bill(line_item),
    ).to_pylist()

    assert (one["lane"], one["tier"]) == (lane, "batch")


def test_speech_and_transcriptions_are_counted_in_their_own_units() -> None:
    speech = used(bill("tts hd"), "audio_speeches", model="tts-1-hd", characters=7)
    heard = used(bill("whisper"), "audio_transcriptions", model="whisper-1", seconds=9)

    assert speech == {("characters", "text", STANDARD): 7}
    assert heard == {("seconds", "text", STANDARD): 9}


def test_images_are_not_counted_in_tokens_but_known_to_be_reported() -> None:
    frame = pa.table(
        {
            "start": [START, START],
            "project_id": ["proj_a", "proj_b"],
            "model": ["gpt-image-2", "dall-e-3"],
            "images": [3, 0],
        }
    )

    assert used_units({"images": frame}, NO_BILL).num_rows == 0
    assert reported_images(frame) == {(DAY, "proj_a", "gpt-image-2")}


@pytest.mark.parametrize(
    ("line_item", "model"),
    [
        ("gpt-image-2-2026-04-21 image, output", "gpt-image-2"),
        ("dall-e 3, standard, 1024x1792, 1792x1024", "dall-e"),
    ],
)
def test_images_are_named_as_usage_names_them(line_item: str, model: str) -> None:
    assert image_model(parse(line_item)) == model


@given(parts=hs.lists(hs.integers(0, 10**9), min_size=11, max_size=11))
def test_the_classes_sum_to_all_tokens(parts: list[int]) -> None:
    text, audio, image, cached, cached_audio, cached_image, write, kept, out, out_audio, out_image = parts
    row = {
        "input_tokens": sum(parts[:8]),
        "input_audio_tokens": audio,
        "input_image_tokens": image,
        "input_cached_tokens": cached + cached_audio + cached_image,
        "input_cached_audio_tokens": cached_audio,
        "input_cached_image_tokens": cached_image,
        "input_cache_write_tokens": write + kept,
        "input_cache_write_12h_tokens": kept,
        "output_tokens": out + out_audio + out_image,
        "output_audio_tokens": out_audio,
        "output_image_tokens": out_image,
    }

    counted = counted_units("completions", pa.Table.from_pylist([row]), [])
    found = {(one["token_class"], one["modality"]): one["units"] for one in counted.to_pylist()}

    assert (found.get(("input", "text"), 0), found.get(("output", "text"), 0)) == (text, out)
    assert sum(found.values()) == row["input_tokens"] + row["output_tokens"]
    assert min(found.values(), default=1) > 0


def test_lines_alike_are_one_unless_usage_tells_their_projects_apart() -> None:
    lines = billed_lines(
        costs(
            (f"{MODEL}, input", "proj_a", 1, 10),
            (f"{MODEL}, input", "proj_b", 2, 20),
            (f"{MODEL}, input", "proj_b", 4, 0),
            (f"{MODEL}, input", "proj_c", -1, 5),
            ("gpt-image-1 image, output", "proj_a", 1, 1),
            ("gpt-image-1 image, output", "proj_b", 1, 1),
        )
    )

    told = ("line_item", "project_id", "cost_usd", "quantity")
    assert [tuple(line[name] for name in told) for line in lines.to_pylist()] == [
        (f"{MODEL}, input", "", 4, 0),
        (f"{MODEL}, input", "", 3, 30),
        (f"{MODEL}, input", "", -1, 5),
        ("gpt-image-1 image, output", "proj_a", 1, 1),
        ("gpt-image-1 image, output", "proj_b", 1, 1),
    ]
