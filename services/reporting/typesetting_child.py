"""The child process that sets one report: what Typst keeps of it in memory ends with the process.

Run by path, isolated from everything else of the product: ``typesetting_child.py FONTS TIMESTAMP``,
a folder and seconds since 1970. Reads one JSON object of files by name (``main.typ`` and what it
reads) from standard input and writes the PDF to standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import typst


def main(folder: str, timestamp: str) -> None:
    """Set the document with the fonts of this folder and Typst's own, and no others."""
    files = {name: text.encode("utf-8") for name, text in json.load(sys.stdin.buffer).items()}
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder]
    )
    compile_files: Any = typst.compile  # its stubs know no files in memory
    made = compile_files(
        files,
        format="pdf",
        font_paths=fonts,
        ignore_system_fonts=True,
        timestamp=int(timestamp),
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
