"""A file that is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.errors import InvalidInput


@contextmanager
def whole_file(path: Path, *, field: str) -> Iterator[Path]:
    """The path to write to instead; it gets the name of ``path`` when all has been written.

    An older file of that name stays until then. Raises ``InvalidInput`` on ``field`` where
    nothing can be written.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as problem:
        raise InvalidInput(
            f"文件“{path.name}”写不进去({os.strerror(problem.errno or 0)})。请换个位置。",
            field=field,
            value=path.name,
        ) from None
    finally:
        with suppress(OSError):  # gone: it has its name now
            unfinished.unlink()
