"""Copies on this machine of files that never change, each fetched once, in a bounded folder."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

MOST = 20_000_000_000
"""So many bytes are kept, unless more were used within the last minutes."""
_AT_ONCE = 8
_IN_USE = 600.0
_NOW_AND_THEN = 60.0


class FileCopies:
    """Copies in a `folder` that any number of processes share; `fetched` returns the bytes of a file.

    What is gone where it comes from is not there either. Raises OSError where `fetched` does, or the disk is
    full.
    """

    def __init__(self, folder: Path, fetched: Callable[[str], bytes], most: int = MOST) -> None:
        self.folder = folder
        self._fetched, self._most = fetched, most
        self._touched: dict[str, float] = {}

    def here(self, names: Sequence[str], *, anew: bool = False) -> list[str]:
        """Return where the files called `names` are on this machine, once all were copied if `anew`."""
        paths = [str(self.folder / name) for name in names]
        missing = [name for name, path in zip(names, paths, strict=True) if anew or not self._is_here(path)]
        if missing:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self._copy, missing))
            self._sweep()
        return paths

    def _is_here(self, path: str) -> bool:
        """Return whether there is such a copy, which is in use from now on."""
        now = time.time()
        if now - self._touched.get(path, 0.0) < _NOW_AND_THEN:
            return Path(path).exists()
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        self._touched[path] = now
        return True

    def _copy(self, name: str) -> None:
        path = self.folder / name
        try:
            content = self._fetched(name)
        except FileNotFoundError:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Another process may be copying the same, or end in the middle.
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as new:
            try:
                new.write(content)
                new.flush()
                Path(new.name).replace(path)
            except OSError:
                Path(new.name).unlink(missing_ok=True)
                raise

    def _sweep(self) -> None:
        """Delete the copies that were not used for longest, where there are more than are kept."""
        found = sorted(_times_and_sizes(self.folder.rglob("*")))
        left, oldest = sum(size for _, size, _ in found), time.time() - _IN_USE
        for used, size, path in found:
            if left <= self._most or used > oldest:
                return
            path.unlink(missing_ok=True)
            left -= size


def _times_and_sizes(paths: Iterable[Path]) -> Iterable[tuple[float, int, Path]]:
    """Return of each file when it was last used, its bytes and itself."""
    for path in paths:
        with suppress(FileNotFoundError):
            if path.is_file():
                found = path.stat()
                yield found.st_mtime, found.st_size, path
