"""What is not one's own is answered on the same path as what is not there: by the same calls, so that
neither what is said nor how long it takes tells them apart.
"""

import gc
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

from lib.access.rules import Grant
from lib.answers import instance
from tests.pages.conftest import Open, visit
from tests.pages.test_scope import NAMES, ROWS, SCOPED, TEAM_ROWS, TEAMS, VIEWER, answering

LIB = str(Path(__file__).resolve().parents[2] / "lib")
Calls = Counter[str]


@contextmanager
def counted() -> Iterator[Calls]:
    """Count the calls of functions in lib/, in whichever thread they are."""
    found: Calls = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(LIB):
            found[f"{frame.f_code.co_filename.removeprefix(LIB)}:{frame.f_code.co_qualname}"] += 1

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        threading.setprofile(None)
        sys.setprofile(None)


@pytest.mark.parametrize(
    ("grant", "page", "address", "others", "nobodys"),
    [
        (SCOPED, "costs", {"project": "GIVEN"}, "proj_zebra", ("proj_nebra", "proj_pebra")),
        (SCOPED, "profile", {"kind": "key", "id": "GIVEN"}, "key_zebra", ("key_nebra", "key_pebra")),
        (
            replace(VIEWER, teams=frozenset({"Growth"})),
            "profile",
            {"kind": "team", "id": "GIVEN"},
            "Zebra",
            ("Nebra", "Pebra"),
        ),
    ],
)
def test_what_is_not_yours_and_what_is_not_there_take_the_same_calls(
    open_page: Open,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    grant: Grant,
    page: str,
    address: dict[str, str],
    others: str,
    nobodys: tuple[str, str],
) -> None:
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(tmp_path / "teams.toml"))
    (tmp_path / "teams.toml").write_text(TEAMS)
    monkeypatch.setattr(instance, "decided", lambda: grant)
    open_page(page, answering(TEAM_ROWS if grant.teams else ROWS, NAMES))

    def calls(given: str) -> Calls:
        with counted() as found:
            visit(page, **{name: value.replace("GIVEN", given) for name, value in address.items()})
        return found

    calls(nobodys[0])  # what every visit reads is kept from here on
    gc.collect()  # and nothing is left of the answers that this took the place of
    calls(nobodys[0])

    assert calls(others) == calls(nobodys[1])
