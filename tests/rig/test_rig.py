"""A short part of the rig, the same each time: kills and wrong answers lose and double nothing."""

import datetime as dt
from pathlib import Path
from random import Random

import pytest

from lib.periods.windows import ONE_DAY, Window
from tests.rig import kills, misbehaviour, object_troubles, replicas
from tests.rig.cases import Case, Tally, in_a_bucket, run, tried
from tests.rig.commands import Outcome
from tests.rig.faults import ASKED_TWICE, FAULTS
from tests.rig.places import InFolder
from tests.rig.server import KEY
from tests.rig.truth import Truth
from tests.stored import filled

SEED = 7
DAY = dt.date(2026, 1, 1)
SHORT = [*kills.cases(2, kills=2), *misbehaviour.cases(SEED, 3)]
SHORT += in_a_bucket([*kills.cases(1, kills=2), *object_troubles.cases(SEED, 1)])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", SHORT, ids=[case.name for case in SHORT])
def test_after_kills_and_wrong_answers_one_sync_makes_all_true(case: Case) -> None:
    assert tried(case, SEED, Tally()) == []


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("proxy")
def test_replicas_and_a_sync_of_which_some_are_killed_show_all_of_what_others_wrote() -> None:
    (case,) = in_a_bucket(replicas.cases(1, kills=2))

    assert tried(case, SEED, Tally()) == []


def test_a_row_that_is_lost_or_not_true_is_told(tmp_path: Path) -> None:
    window = Window(DAY, DAY + ONE_DAY)
    truth = Truth(Random(3), window)
    filled(tmp_path, "embeddings", {"start": "2026-01-01", "input_tokens": 5, "model": "m"})

    found = truth.difference(InFolder(tmp_path), window)

    assert (found.compared, len(found.lost)) == (13, 13)
    assert found.extra == ("embeddings 2026-01-01 None None None m 5 0 whole",)


def test_a_case_that_goes_wrong_says_so_and_the_others_go_on() -> None:
    tally = Tally()
    cases = [Case("a/1", lambda site: site.problems.append("wrong")), Case("a/2", lambda _site: None)]
    cases.append(Case("a/3", lambda site: site.tally.add("x", 1 // 0)))

    found = run(cases, SEED, tally)

    assert found["a/1"] == ["wrong"]
    assert found.keys() == {"a/1", "a/3"}
    assert "ZeroDivisionError" in found["a/3"][0]


@pytest.mark.parametrize(
    ("status", "line", "told"),
    [
        (0, "", []),
        (1, "OpenAI could not answer.", []),
        (1, "", ["`sync` ended with status 1 and no sentence."]),
        (1, "0% fetched; fetching Costs", ["`sync` ended with status 1 and no sentence."]),
        (3, "", ["`sync` ended with status 3."]),
        (-6, "terminate called", ["`sync` ended with status -6.", "`sync` said “terminate called”."]),
        (1, f"No access with {KEY}.", ["`sync` printed the key."]),
    ],
)
def test_a_command_has_to_end_with_a_sentence_a_known_status_and_no_key(
    status: int, line: str, told: list[str]
) -> None:
    outcome = Outcome(("sync",), status, b"", (line,) if line else (), 1.0, 100)

    assert [fault.split(" It said:")[0] for fault in outcome.faults()][: len(told)] == told
    assert bool(outcome.faults()) == bool(told)


def test_every_fault_has_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.name for fault in FAULTS} >= ASKED_TWICE
