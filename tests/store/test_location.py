import subprocess
import sys
from pathlib import Path

from lib.store.location import Folder, located, readable_here

ROOT = Path(__file__).resolve().parents[2]
USED = """
import sys
from lib.store.location import readable_here
from lib.store.usage_store import Store

Store(sys.argv[1]).look_ahead()
readable_here(["/a/file.parquet"])
print(sorted({"lib.store.object_location", "lib.store.announced_changes", "boto3"} & sys.modules.keys()))
"""


def test_nothing_of_object_stores_is_loaded_for_a_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_an_address_of_a_file_is_the_folder_and_files_of_a_folder_are_where_they_are() -> None:
    found = located("file:///var/a%20b")

    assert isinstance(found, Folder)
    assert (found.uri, found.below("costs/day").uri) == ("/var/a b", "/var/a b/costs/day")
    assert readable_here(["/var/a b/1.parquet"]) == ["/var/a b/1.parquet"]
