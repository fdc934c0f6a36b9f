import os
from pathlib import Path

import pytest

from lib.store.file_copies import FileCopies

LONG_AGO = 1_000_000_000


@pytest.fixture
def asked() -> list[str]:
    return []


def copies(folder: Path, asked: list[str], most: int = 1000) -> FileCopies:
    """Return copies of files of ten bytes, of which `gone` is none."""

    def fetched(name: str) -> bytes:
        asked.append(name)
        if name == "gone":
            raise FileNotFoundError(name)
        if name == "failing":
            raise OSError("no network")
        return name.encode().ljust(10)

    return FileCopies(folder, fetched, most)


def test_a_file_is_fetched_once_by_whoever_asks(tmp_path: Path, asked: list[str]) -> None:
    first = copies(tmp_path, asked).here(["costs/a", "costs/b"])
    again = copies(tmp_path, asked).here(["costs/b", "costs/a"])

    assert first == [str(tmp_path / "costs" / "a"), str(tmp_path / "costs" / "b")] == again[::-1]
    assert Path(first[0]).read_bytes() == b"costs/a   "
    assert sorted(asked) == ["costs/a", "costs/b"]


def test_what_is_gone_is_not_here_and_nothing_is_left_of_what_failed(
    tmp_path: Path, asked: list[str]
) -> None:
    assert not Path(copies(tmp_path, asked).here(["gone"])[0]).exists()
    with pytest.raises(OSError, match="no network"):
        copies(tmp_path, asked).here(["failing"])
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path, asked: list[str]) -> None:
    for nth, path in enumerate(copies(tmp_path, asked).here(["a", "b", "c"])):
        os.utime(path, (LONG_AGO + nth, LONG_AGO + nth))
    copies(tmp_path, asked, most=30).here(["a"])

    copies(tmp_path, asked, most=30).here(["d"])

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c", "d"]


def test_what_is_in_use_stays_though_it_is_too_much(tmp_path: Path, asked: list[str]) -> None:
    copies(tmp_path, asked, most=5).here(["a", "b"])
    copies(tmp_path, asked, most=5).here(["c"])

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_a_copy_is_made_anew_of_what_may_have_changed_and_deleted_with_what_is_gone(
    tmp_path: Path, asked: list[str]
) -> None:
    for name in ("a", "gone"):
        (tmp_path / name).write_bytes(b"damaged")

    found = copies(tmp_path, asked).here(["a", "gone"], anew=True)

    assert Path(found[0]).read_bytes() == b"a         "
    assert not Path(found[1]).exists()


def test_a_copy_that_was_deleted_is_fetched_again(tmp_path: Path, asked: list[str]) -> None:
    own = copies(tmp_path, asked)
    Path(own.here(["a"])[0]).unlink()

    assert Path(own.here(["a"])[0]).exists()
    assert asked == ["a", "a"]
