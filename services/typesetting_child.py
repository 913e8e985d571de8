"""The child process that sets one document: what Typst keeps of it in memory ends with the process.

Run by path, isolated from everything else of the product: ``typesetting_child.py FONTS TIMESTAMP
FORM PPI``, a folder, seconds since 1970, ``pdf``, ``png`` or ``svg``, and pixels to the inch.
Reads one JSON object of files by name (``main.typ`` and what it reads) from standard input and
writes the document to standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import typst


def main(folder: str, timestamp: str, form: str, ppi: str) -> None:
    """Set the document with the fonts of this folder and Typst's own, and no others."""
    files = {name: text.encode("utf-8") for name, text in json.load(sys.stdin.buffer).items()}
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder]
    )
    compile_files: Any = typst.compile  # its stubs know no files in memory
    made = compile_files(
        files,
        format=form,
        ppi=float(ppi),
        font_paths=fonts,
        ignore_system_fonts=True,
        timestamp=int(timestamp),
    )
    sys.stdout.buffer.write(made)  # a picture of several pages is a list, and fails here


if __name__ == "__main__":
    main(*sys.argv[1:])
