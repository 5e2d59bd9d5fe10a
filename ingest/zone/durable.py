"""Writing files so that a crash at any point leaves either the whole file or none."""

import os
from pathlib import Path


def write_file(path: Path, data: bytes) -> None:
    """Creates a file whose content has reached the disk when this returns; its name has not yet (`sync_folder`)."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder, as new or renamed files have them, outlive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Creates a folder and its missing parents, each of which outlives a crash."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Gives a file a new content; a reader, or the next start after a crash, sees the old or the new one whole."""
    make_folder(path.parent)
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    write_file(temporary, data)
    os.replace(temporary, path)
    sync_folder(path.parent)
