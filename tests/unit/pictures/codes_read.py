"""QR codes read back as rows of modules, and one of them decoded by the rules of ISO/IEC 18004.

``decoded`` has no help of the library that draws: it reads symbols of version 2, level M, whose
codewords stand in one block. It holds the library to the standard; ``modules_of_text`` then says
what a longer address must look like.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence

import segno

Modules = tuple[tuple[bool, ...], ...]

QUIET = 4


def png_size(body: bytes) -> tuple[int, int]:
    """Width and height, from the header of a PNG (W3C PNG, 11.2.2)."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", body[16:24])
    return width, height


def modules_of_text(text: str) -> Modules:
    """The symbol for a text, without its quiet zone."""
    symbol = segno.make_qr(text, error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def modules_of_png(body: bytes) -> Modules:
    """The symbol of a PNG of one bit a pixel, 0 being dark, whose rows are plain or "up"."""
    width, height = png_size(body)
    depth, colour = body[24], body[25]
    assert (width, depth, colour) == (height, 1, 0)
    data, at = b"", 8
    while at < len(body):
        length, kind = struct.unpack(">I4s", body[at : at + 8])
        data += body[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw, stride = zlib.decompress(data), (width + 7) // 8 + 1
    rows, above = [], bytes(stride - 1)
    for start in range(0, height * stride, stride):
        row = raw[start + 1 : start + stride]
        assert raw[start] in (0, 2)  # filter "none" or "up" (W3C PNG, 9.2)
        if raw[start] == 2:
            row = bytes((a + b) % 256 for a, b in zip(row, above, strict=True))
        rows.append(row)
        above = row

    def dark(x: int, y: int) -> bool:
        return not rows[y][x // 8] >> (7 - x % 8) & 1

    first = next(x for x in range(width) if dark(x, x))
    scale, rest = divmod(first, QUIET)
    assert rest == 0
    middles = [scale * index + scale // 2 for index in range(width // scale)]
    return _without_quiet_zone([[dark(x, y) for x in middles] for y in middles])


def modules_of_svg(text: str) -> Modules:
    """The symbol of an SVG that draws rows of dark modules as strokes of width 1."""
    scale = float(re.findall(r"scale\(([\d.]+)\)", text)[0])
    count = round(float(re.findall(r'width="([\d.]+)"', text)[0]) / scale)
    rows = [[False] * count for _ in range(count)]
    path = re.findall(r'<path stroke="#000" d="([^"]+)"', text)[0]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(value) for value in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(round(x), round(x + values[0])):
                rows[int(y)][column] = True
            x += values[0]
    return _without_quiet_zone(rows)


def _without_quiet_zone(rows: Sequence[Sequence[bool]]) -> Modules:
    count = len(rows)
    for row, line in enumerate(rows):
        for column, dark in enumerate(line):
            edge = min(row, column, count - 1 - row, count - 1 - column)
            assert not (dark and edge < QUIET), "the quiet zone is not quiet"
    inner = slice(QUIET, count - QUIET)
    return tuple(tuple(line[inner]) for line in rows[inner])


MASKS = (
    lambda i, j: (i + j) % 2,
    lambda i, j: i % 2,
    lambda i, j: j % 3,
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)
"""ISO/IEC 18004, table 10: a module is inverted where the value is 0."""

FORMAT_MASK = 0b101010000010010
LEVEL_M = 0b00
BYTE_MODE = 0b0100
DATA_CODEWORDS = 28
"""Of a version 2 symbol of level M."""


def decoded(modules: Modules) -> str:
    """The bytes of a version 2-M symbol as UTF-8; asserts level and mode."""
    assert len(modules) == 25
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    code = int("".join("1" if modules[r][c] else "0" for r, c in places), 2) ^ FORMAT_MASK
    assert code >> 13 == LEVEL_M
    mask = MASKS[code >> 10 & 0b111]
    bits = "".join("1" if modules[r][c] ^ (mask(r, c) == 0) else "0" for r, c in _data_modules())
    assert int(bits[:4], 2) == BYTE_MODE
    length = int(bits[4:12], 2)
    assert length <= DATA_CODEWORDS - 2
    read = (int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8))
    return bytes(read).decode("utf-8")


def _data_modules() -> Iterator[tuple[int, int]]:
    """Where the bits stand: two columns at a time from the right, upward first (7.7.3)."""
    upward = True
    for right in (24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1):  # column 6 is timing
        for row in range(24, -1, -1) if upward else range(25):
            for column in (right, right - 1):
                if not _is_function(row, column):
                    yield row, column
        upward = not upward


def _is_function(row: int, column: int) -> bool:
    finder = (row < 9 and column < 9) or (row < 9 and column > 16) or (row > 16 and column < 9)
    return finder or 6 in (row, column) or (16 <= row <= 20 and 16 <= column <= 20)
