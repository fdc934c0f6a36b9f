"""A folder for files of this account that may be lost, which nobody else may look into."""

import os
import tempfile
from pathlib import Path


def private_folder() -> Path:
    """Return the folder, below that for temporary files; raise OSError where none can be made."""
    folder = Path(tempfile.gettempdir()) / f"openai-usage-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid == os.getuid() and not found.st_mode & 0o077 and not folder.is_symlink():
        return folder
    return Path(tempfile.mkdtemp(prefix="openai-usage-"))
