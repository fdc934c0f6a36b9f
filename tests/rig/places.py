"""Where the stores of a case lie: in folders, or in a bucket of an object store of their own."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from fnmatch import fnmatch
from itertools import count
from pathlib import Path

from deltalake import DeltaTable
from pyarrow.fs import FileSelector, FileSystem, FileType, LocalFileSystem, S3FileSystem, SubTreeFileSystem

from lib.store.location import located
from lib.store.usage_store import Store
from tests.object_server import BUCKET, ObjectServer

_VISITS = count()


class Place(ABC):
    """A store at `uri` and its `files`; commands on it run in the folder `home`, with `environment`."""

    pace = 1.0
    """How many times longer a commit takes than in a folder, about."""

    is_copied = False
    """Whether commands copy its files to where they run."""

    def __init__(self, uri: str, home: Path, files: FileSystem, environment: Mapping[str, str]) -> None:
        self.uri, self.home, self.environment = uri, home, environment
        self.files = files

    @abstractmethod
    def opened(self) -> Store:
        """Return the store, as a process sees it that sees it for the first time."""

    @abstractmethod
    def delete(self, folder: str) -> None:
        """Delete a folder of the store, "" for all of it."""

    @abstractmethod
    def copy(self, folder: str, to: "Place") -> None:
        """Copy a folder of the store, "" for all of it, to the same one of another store of its kind."""

    @abstractmethod
    def forget_copies(self) -> None:
        """Let the next command be one of a machine that has seen nothing of the store."""

    def names(self, pattern: str) -> list[str]:
        """Return the files whose path in the store matches, of which `*` is any part."""
        found = self.files.get_file_info(FileSelector("", allow_not_found=True, recursive=True))
        return sorted(f.path for f in found if f.type is FileType.File and fnmatch(f.path, pattern))

    def read(self, name: str) -> bytes:
        """Return what a file holds."""
        with self.files.open_input_stream(name) as stream:
            content: bytes = stream.read()
            return content

    def write(self, name: str, content: bytes) -> None:
        """Let a file hold `content`."""
        with self.files.open_output_stream(name) as stream:
            stream.write(content)

    def checkpoint(self, table: str) -> None:
        """Write a checkpoint of a table's log."""
        location = self.opened().location.below(table)
        options = None if location.options is None else dict(location.options)
        DeltaTable(location.uri, storage_options=options).create_checkpoint()


class InFolder(Place):
    """A store in a folder, which may not be there yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), folder.parent, SubTreeFileSystem(str(folder), LocalFileSystem()), {})
        self._folder = folder

    def opened(self) -> Store:
        """Return the store."""
        return Store(self.uri)

    def delete(self, folder: str) -> None:
        """Delete a folder of the store."""
        shutil.rmtree(self._folder / folder)

    def copy(self, folder: str, to: Place) -> None:
        """Copy a folder of the store."""
        shutil.copytree(self._folder / folder, Path(to.uri) / folder)

    def forget_copies(self) -> None:
        """Do nothing: what is in a folder is read there."""


class InBucket(Place):
    """A store in the bucket of `server`, which commands reach at `url`."""

    pace = 8.0
    is_copied = True

    def __init__(self, server: ObjectServer, path: str, home: Path, url: str) -> None:
        self._server, self._path = server, path
        self._copies = home / "copies"
        self._copies.mkdir(exist_ok=True)
        files = S3FileSystem(
            access_key="key",
            secret_key="secret",
            region="us-east-1",
            scheme="http",
            endpoint_override=server.url.removeprefix("http://"),
        )
        environment = {**server.environment, "AWS_ENDPOINT_URL": url, "TMPDIR": str(self._copies)}
        super().__init__(f"s3://{path}", home, SubTreeFileSystem(path, files), environment)

    def opened(self) -> Store:
        """Return the store."""
        return Store(self.uri, access=self._server.access(str(next(_VISITS))))

    def delete(self, folder: str) -> None:
        """Delete what lies below a folder of the store."""
        for name in self._below(folder):
            self.files.delete_file(name)

    def copy(self, folder: str, to: Place) -> None:
        """Copy what lies below a folder of the store."""
        for name in self._below(folder):
            to.write(name, self.read(name))

    def forget_copies(self) -> None:
        """Delete the copies of files that commands made."""
        for folder in self._copies.iterdir():
            shutil.rmtree(folder)

    def through(self, url: str) -> "InBucket":
        """Return the same store, which commands reach at `url`."""
        return InBucket(self._server, self._path, self.home, url)

    def clear(self) -> None:
        """Delete the copies of files that this process made."""
        shutil.rmtree(located(self.uri, self._server.access()).here, ignore_errors=True)

    def _below(self, folder: str) -> list[str]:
        return self.names(f"{folder}/*" if folder else "*")


Places = Callable[[str], Place]
"""Returns the place of a case that has a name."""
Where = Callable[[Path], AbstractContextManager[Places]]
"""Gives the places of a case, which has a folder for itself."""


@contextmanager
def folders(home: Path) -> Iterator[Places]:
    """Give places in folders."""
    yield lambda name: InFolder(home / name)


@contextmanager
def a_bucket(home: Path) -> Iterator[Places]:
    """Give places in a bucket, of an object store that runs as long."""
    server = ObjectServer(home)
    given: list[InBucket] = []

    def place(name: str) -> InBucket:
        # No other store that this process sees has the same address, at whatever server.
        given.append(InBucket(server, f"{BUCKET}/{home.name}/{name}", home, server.url))
        return given[-1]

    try:
        server.start()
        yield place
    finally:
        server.stop()
        for each in given:
            each.clear()
