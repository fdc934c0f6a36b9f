from pathlib import Path

import pytest

from tests.mutants.reach import Reach

FILES = {
    "lib/__init__.py": "",
    "lib/rooms/__init__.py": "",
    "lib/rooms/door.py": "",
    "lib/rooms/lock.py": "from lib.rooms import door",
    "lib/rooms/bolt.py": "",
    "lib/rooms/shut.py": "from lib.rooms import bolt",
    "lib/__main__.py": "",
    "lib/words.py": "import lib.rooms.lock",
    "pages/hall.py": "from lib.words import *",
    "tests/__init__.py": "",
    "tests/pages/test_hall.py": "",
    "tests/rooms/test_door.py": "",
    "tests/rooms/test_gate.py": "import lib.rooms.shut",
    "tests/rooms/test_shut.py": "import lib.rooms.shut",
    "tests/rooms/test_lock.py": "from lib.rooms.lock import turn",
    "tests/browser/test_pages.py": "import lib.rooms.door",
    "tests/test_nothing.py": "import lib",
    "tests/test_program.py": "run(['python', '-m', 'lib', word])",
}


@pytest.fixture
def reach(tmp_path: Path) -> Reach:
    for name, source in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return Reach(tmp_path)


def test_tests_that_import_a_module_or_bear_its_name_are_near(reach: Reach) -> None:
    near, far = reach.tests("lib/rooms/door.py")

    assert near == ["tests/rooms/test_door.py"]
    assert far == ["tests/rooms/test_lock.py", "tests/pages/test_hall.py"]


def test_where_no_test_is_for_a_module_those_for_what_imports_it_are_near(reach: Reach) -> None:
    assert reach.tests("lib/rooms/bolt.py") == (["tests/rooms/test_shut.py"], ["tests/rooms/test_gate.py"])


def test_a_page_is_opened_by_the_tests_that_are_named_for_it(reach: Reach) -> None:
    assert reach.tests("lib/words.py") == (["tests/pages/test_hall.py"], [])


def test_a_program_is_reached_by_the_tests_that_run_it(reach: Reach) -> None:
    assert reach.tests("lib/__main__.py") == (["tests/test_program.py"], [])
