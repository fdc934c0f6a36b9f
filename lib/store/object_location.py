"""A store in an object store that speaks as Amazon's S3 does, and its tables.

Commits are made by a conditional put. What changed is told by one list of announcements, and files, which
never change, are copied once to this machine, where all engines but distant ones read them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from deltalake import DeltaTable
from pyarrow.fs import FileSelector, FileType, S3FileSystem

from lib.configuration.store_address import OBJECTS, ObjectAccess
from lib.store.announced_changes import Changes
from lib.store.file_copies import FileCopies
from lib.store.location import ASIDE, Location, Stamp, files_in
from lib.store.private_folder import private_folder

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

ANNOUNCED = "_changes"
# An object store that has too much to do refuses requests for a while: it is asked again, for half a minute.
_PATIENCE = {"connect_timeout": "5s", "timeout": "30s", "max_retries": "8", "retry_timeout": "30s"}
_CONNECTING = 5.0
_USUAL_REGION = "us-east-1"


class ObjectFolder(Location):
    """What lies below an address of an object store."""

    is_told_late = True

    def __init__(self, root: "_Root", name: str = "") -> None:
        self._root, self._name = root, name
        self._path = f"{root.path}/{name}" if name else root.path
        self.uri = OBJECTS + self._path
        self.options = root.options

    def below(self, name: str) -> "ObjectFolder":
        """Return the folder called `name` in this one, of the same store."""
        return ObjectFolder(self._root, f"{self._name}/{name}" if self._name else name)

    def stamp(self) -> Stamp:
        """Return what was announced of the table."""
        return self._root.changes.stamp(self._table)

    def has_commit(self, _version: int) -> bool:
        """Return False: what is announced leaves nothing out."""
        return False

    def changing(self) -> AbstractContextManager[None]:
        """Return what announces a change of the table."""
        return self._root.changes.changing(self._table)

    def require_room(self, _size: int) -> None:
        """Ask nothing: an object store does not fill up."""

    def room_for(self, _files: Iterable[str]) -> int:
        """Return 0, since no room is asked for."""
        return 0

    def dataset(self, table: DeltaTable, keep: Any = None) -> "Dataset":
        """Return what the files of the `table` hold; only those that may hold what `keep` keeps are here."""
        here = self._root.copies.folder / self._name
        here.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = files_in(str(here), table)
        self._root.copies.here([f"{self._name}/{part.path}" for part in found.get_fragments(keep)])
        return found

    def sizes(self, files: Iterable[str]) -> dict[str, int | None]:
        """Return the bytes of each of `files`, None of those that are gone, by one list of the table."""
        found = {OBJECTS + info.path: info.size for info in self._root.files(self._path)}
        return {file: found.get(file) for file in files}

    def contents(self, files: Sequence[str]) -> dict[str, Path]:
        """Return new copies, so that an older one that was damaged on this machine is none any more."""
        copied = self._root.here((file.removeprefix(OBJECTS) for file in files), anew=True)
        return {file: Path(path) for file, path in zip(files, copied, strict=True) if Path(path).exists()}

    def set_aside(self, files: Sequence[str]) -> str:
        """Move what there is of `files` into a folder of the table, and return its address."""
        aside = f"{self._path}/{ASIDE}"
        for file, size in self.sizes(files).items():
            if size is not None:
                path = file.removeprefix(OBJECTS)
                self._root.move(path, f"{aside}/{path.rpartition('/')[2]}")
        return OBJECTS + aside

    def move_aside(self) -> "ObjectFolder":
        """Move every object below the address to one that is free."""
        names = (f"{self._name}{ASIDE}_{n}" if n > 1 else f"{self._name}{ASIDE}" for n in count(1))
        free = next(name for name in names if not self._root.files(f"{self._root.path}/{name}"))
        moved = ObjectFolder(self._root, free)
        with self._root.changes.changing(self._table, moves=True):
            for info in self._root.files(self._path):
                self._root.move(info.path, moved._path + info.path.removeprefix(self._path))
        return moved

    def row_files(self) -> dict[str, str]:
        """Return the Parquet files that lie here, none of those in folders, with their copies."""
        paths = sorted(info.path for info in self._root.files(self._path, recursive=False))
        rows = [path for path in paths if path.endswith(".parquet")]
        return dict(zip((OBJECTS + p for p in rows), self._root.here(rows), strict=True))

    def readable(self, address: str) -> str:
        """Return the address as it is."""
        return address

    @property
    def here(self) -> Path:
        """Return the folder with the copies of this machine."""
        return self._root.copies.folder / self._name

    @property
    def _table(self) -> str:
        return self._name.replace("/", ".") or "."


class _Root:
    """All that is shared of one store by whoever uses it in this process."""

    def __init__(self, path: str, access: ObjectAccess) -> None:
        self.path = path
        self.options = _options(access)
        self._objects = _file_system(access)
        self.changes = Changes(self)
        folder = private_folder() / hashlib.sha256(f"{access.endpoint_url}\n{path}".encode()).hexdigest()[:32]
        self.copies = FileCopies(folder, self._content)

    def listed(self) -> Mapping[str, float]:
        """Return the announcements, with when each was made."""
        return {info.base_name: info.mtime_ns / 1e9 for info in self.files(f"{self.path}/{ANNOUNCED}")}

    def put(self, name: str) -> None:
        """Put an announcement."""
        with self._objects.open_output_stream(f"{self.path}/{ANNOUNCED}/{name}"):
            pass

    def delete(self, name: str) -> None:
        """Delete an announcement that may be gone."""
        with suppress(FileNotFoundError):
            self._objects.delete_file(f"{self.path}/{ANNOUNCED}/{name}")

    def files(self, path: str, *, recursive: bool = True) -> list[Any]:
        """Return the objects below a path; none where there are none."""
        chosen = FileSelector(path, allow_not_found=True, recursive=recursive)
        return [info for info in self._objects.get_file_info(chosen) if info.type is FileType.File]

    def move(self, old: str, new: str) -> None:
        """Move an object."""
        self._objects.copy_file(old, new)
        self._objects.delete_file(old)

    def here(self, paths: Iterable[str], *, anew: bool = False) -> list[str]:
        """Return where copies of objects of the store are on this machine, made `anew` or as they are."""
        return self.copies.here([path.removeprefix(f"{self.path}/") for path in paths], anew=anew)

    def _content(self, name: str) -> bytes:
        with self._objects.open_input_stream(f"{self.path}/{name}") as stream:
            content: bytes = stream.read()
            return content


def object_folder(uri: str, access: ObjectAccess | None = None) -> ObjectFolder:
    """Return the store at `uri`, which is shared by all that open it in this process."""
    path = uri.removeprefix(OBJECTS).rstrip("/")
    return ObjectFolder(_root(path, access or ObjectAccess()))


def copies(files: Sequence[str]) -> list[str]:
    """Return where copies of `files`, of stores that were opened in this process, are on this machine."""
    paths = [file.removeprefix(OBJECTS) for file in files]
    found: dict[str, str] = {}
    for root in _roots:
        own = [path for path in paths if path.startswith(f"{root.path}/") and path not in found]
        found |= dict(zip(own, root.here(own), strict=True))
    return [found[path] for path in paths]


_roots: list[_Root] = []


@lru_cache(maxsize=64)
def _root(path: str, access: ObjectAccess) -> _Root:
    root = _Root(path, access)
    # The deepest first: an organization's store may lie in the folder of another one.
    _roots.append(root)
    _roots.sort(key=lambda each: len(each.path), reverse=True)
    return root


def _options(access: ObjectAccess) -> dict[str, str]:
    """Return what delta-rs has to know."""
    told = {
        "aws_access_key_id": access.access_key_id,
        "aws_secret_access_key": access.secret_access_key,
        "aws_session_token": access.session_token,
        "aws_region": access.region or (_USUAL_REGION if access.endpoint_url else None),
        "aws_endpoint_url": access.endpoint_url,
        "aws_allow_http": "true" if (access.endpoint_url or "").startswith("http://") else None,
        "aws_conditional_put": "etag",
    }
    return {name: said for name, said in told.items() if said} | _PATIENCE


def _file_system(access: ObjectAccess) -> S3FileSystem:
    parts = urlsplit(access.endpoint_url or "")
    return S3FileSystem(
        access_key=access.access_key_id,
        secret_key=access.secret_access_key,
        session_token=access.session_token,
        region=access.region or (_USUAL_REGION if access.endpoint_url else None),
        scheme=parts.scheme or None,
        endpoint_override=parts.netloc or None,
        connect_timeout=_CONNECTING,
        allow_delayed_open=True,
        background_writes=False,
    )
