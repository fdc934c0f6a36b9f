import shutil
from pathlib import Path

import pytest

from lib.cli.main import main
from tests.cli.days import JANUARY
from tests.loopback import error
from tests.tiny_api import TinyApi

TWO = ["--source", "costs", "--source", "embeddings"]


@pytest.fixture
def folder(api: TinyApi, tmp_path: Path) -> Path:
    """Return the folder of a store that holds three days of costs and embeddings."""
    assert api.base_url
    assert main(["sync", *JANUARY, *TWO]) == 0
    return tmp_path / "store"


def test_a_store_that_holds_what_was_recorded_is_exit_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.exists()
    capsys.readouterr()

    assert main(["verify"]) == 0

    assert capsys.readouterr() == ("Embeddings: 3 days agree\nCosts: 3 days agree\n", "")


def test_what_disagrees_is_exit_1_and_stays_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "costs")
    capsys.readouterr()

    assert main(["verify"]) == 1
    assert main(["verify"]) == 1

    out, err = capsys.readouterr()
    assert out == "Embeddings: 3 days agree\n" * 2
    assert err == 2 * (
        "Costs: what is stored of 2 Jan 2026 is not what was recorded.\n"
        "python -m lib verify --repair fetches these days again.\n"
    )


def test_a_repair_fetches_again_what_disagrees(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "costs")
    capsys.readouterr()

    assert main(["verify", "--repair"]) == 0
    assert main(["verify"]) == 0

    assert "Costs: 1 day fetched again\n" in capsys.readouterr().out


def test_days_that_cannot_be_fetched_again_are_named_and_exit_1(
    api: TinyApi, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "costs")
    api.before = lambda _nth, _source: error(500, "Sorry.")
    capsys.readouterr()

    assert main(["verify", "--repair"]) == 1

    assert (
        "Costs: what had been stored of 2 Jan 2026 is not there any more and could not be fetched again. "
        "Put back a copy of the store from before, if there is one.\n"
    ) in capsys.readouterr().err
    api.before = lambda _nth, _source: None
    assert main(["verify", "--repair"]) == 0


def test_a_sync_fetches_again_what_disagrees_and_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "costs")
    capsys.readouterr()

    assert main(["sync", *JANUARY, *TWO]) == 0

    out, err = capsys.readouterr()
    assert out.startswith("costs: 1 requests, 2 rows")
    assert (
        "Costs: what is stored of 2 Jan 2026 is not what was recorded. Days that are asked for are fetched "
        "again.\n"
    ) in err


def test_an_export_of_a_table_that_was_deleted_is_not_empty(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "costs")
    capsys.readouterr()

    assert main(["export", "costs", *JANUARY, "--grain", "total", "--format", "csv", "--output", "-"]) == 0

    assert "-12.499999999999999999" in capsys.readouterr().out


def test_a_broken_file_is_set_aside_and_its_days_are_fetched_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = next((folder / "costs/day").rglob("*.parquet"))
    broken.write_bytes(b"PAR1")
    capsys.readouterr()

    assert main(["verify"]) == 1
    assert capsys.readouterr().err.startswith(f"Costs: a file is gone or broken ({broken}).\n")
    assert main(["verify", "--repair"]) == 0
    kept = f"Costs: what there is of the broken files is kept in {folder}/costs/day/_damaged.\n"
    assert kept in capsys.readouterr().err
    assert (folder / "costs/day/_damaged" / broken.name).read_bytes() == b"PAR1"


def test_a_table_whose_log_is_damaged_is_moved_aside_and_fetched_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(folder / "costs/day")
    files = sorted(file.name for file in (folder / "costs/day").rglob("*.parquet"))
    capsys.readouterr()

    assert main(["verify"]) == 1
    assert main(["verify", "--repair"]) == 0

    out, err = capsys.readouterr()
    assert f"Costs: The table {folder}/costs/day cannot be read or written (" in err
    assert f"Costs: the table begins anew. All of its files are kept in {folder}/costs/day_damaged.\n" in err
    assert "Costs: 1 day fetched again\n" in out
    assert sorted(file.name for file in (folder / "costs/day_damaged").rglob("*.parquet")) == files
    assert main(["verify"]) == 0


def test_a_record_that_is_damaged_is_written_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(folder / "coverage")
    capsys.readouterr()

    assert main(["verify"]) == 1
    assert "`python -m lib verify --repair` moves them aside" in capsys.readouterr().err
    assert main(["verify", "--repair"]) == 0

    out, err = capsys.readouterr()
    assert (
        "Coverage: every entry was written anew. The files as they were are in "
        f"{folder}/coverage_damaged.\n" in err
    )
    assert out == "Embeddings: 3 days agree\nCosts: 3 days agree\n"


def test_what_a_broken_file_of_a_record_held_is_said_to_be_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (folder / "coverage").glob("*.parquet"):
        file.write_bytes(b"PAR1")
    capsys.readouterr()

    assert main(["verify", "--repair"]) == 0

    assert "Coverage: what can be read was written anew. " in capsys.readouterr().err
    assert main(["sync", *JANUARY, *TWO]) == 0
    assert main(["verify"]) == 0


def damage(table: Path) -> None:
    for commit in (table / "_delta_log").iterdir():
        commit.write_text("{")


@pytest.mark.usefixtures("api")
def test_an_empty_store_has_nothing_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    assert capsys.readouterr() == ("", "")
