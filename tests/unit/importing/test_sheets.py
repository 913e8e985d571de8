"""XLSX: ordinary workbooks exactly, hostile ones refused before they cost anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from services.errors import FileUnreadable, LimitExceeded
from services.importing.readers import Table

Read = Callable[..., Table]

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def book(*rows: list[object], **more: list[list[object]]) -> Workbook:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for title, others in more.items():
        sheet = made.create_sheet(title)
        for row in others:
            sheet.append(row)
    return made


def packed(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def altered(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The same archive with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


PLAIN = packed(book(["类别", "名称"], ["站点", "甲"]))
SHEET_NAME = "xl/worksheets/sheet1.xml"


def test_typed_cells_become_the_text_a_person_would_write(read: Read) -> None:
    table = read(
        packed(
            book(
                ["名称", "a", "b", "c", "d", "e", "f", "g"],
                ["甲", 120.0, 33.3836, date(2026, 11, 20), True, False, 13912345678, time(8, 30)],
            )
        ),
        "a.xlsx",
    )
    assert list(table.rows[0].values.values()) == [
        "甲", "120", "33.3836", "2026-11-20", "是", "否", "13912345678", "08:30:00",
    ]  # fmt: skip


def test_a_time_of_day_is_kept_with_its_date(read: Read) -> None:
    table = read(packed(book(["名称", "a"], ["甲", datetime(2026, 11, 20, 8, 30)])), "a.xlsx")
    assert table.rows[0].values["a"] == "2026-11-20T08:30:00"


def test_lines_are_the_rows_of_the_sheet(read: Read) -> None:
    made = book([], ["一览表"], [], ["类别", "名称"], ["站点", "甲"], [], ["站点", "乙"])
    assert [row.line for row in read(packed(made), "a.xlsx").rows] == [5, 7]


def test_a_cell_merged_downwards_means_each_of_its_rows(read: Read) -> None:
    made = book(["区县", "名称"], ["亭湖区", "甲"], [None, "乙"], ["盐都区", "丙"])
    made.active.merge_cells("A2:A3")
    table = read(packed(made), "a.xlsx")
    assert [row.values["区县"] for row in table.rows] == ["亭湖区", "亭湖区", "盐都区"]


def test_the_sheet_with_our_header_is_read_and_the_others_are_named(read: Read) -> None:
    made = book(["说明"], 站点=[["类别", "名称"], ["站点", "甲"]])
    table = read(packed(made), "a.xlsx")
    assert table.rows[0].values["名称"] == "甲"
    assert any("没有读:Sheet" in note for note in table.notes)


def test_a_hidden_sheet_is_not_read(read: Read) -> None:
    made = book(
        ["类别", "名称"], ["站点", "甲"], 旧=[["类别", "名称", "地址"], ["站点", "乙", "x"]]
    )
    made["旧"].sheet_state = "hidden"
    assert [row.values["名称"] for row in read(packed(made), "a.xlsx").rows] == ["甲"]


def test_a_doctype_is_refused(read: Read) -> None:
    attack = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    data = altered(PLAIN, {SHEET_NAME: attack + SHEET.format(rows="").encode()})
    with pytest.raises(FileUnreadable, match="DOCTYPE"):
        read(data, "a.xlsx")


def test_xml_in_another_encoding_cannot_hide_a_doctype(read: Read) -> None:
    attack = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>'.encode("utf-16")
    with pytest.raises(FileUnreadable, match="UTF-8"):
        read(altered(PLAIN, {SHEET_NAME: attack}), "a.xlsx")


def test_a_swollen_part_is_refused(read: Read) -> None:
    with pytest.raises(FileUnreadable, match="解压后"):
        read(altered(PLAIN, {"xl/media/x.bin": bytes(3_000_000)}), "a.xlsx")


def test_a_part_that_is_larger_than_it_says_is_refused(read: Read) -> None:
    # The directory's size of the part is patched to 10 bytes; the data are a megabyte.
    data = bytearray(altered(PLAIN, {"xl/media/x.bin": bytes(range(256)) * 4096}))
    at = data.rfind(b"xl/media/x.bin") - 46
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(FileUnreadable, match="损坏"):
        read(bytes(data), "a.xlsx")


@pytest.mark.parametrize("address", ["XFD1048576", "A1048576", "ZZ2", "IW2", "A4001"])
def test_a_far_cell_is_refused_before_anything_is_laid_out(read: Read, address: str) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row><c r="{address}"><v>1</v></c></row>'
    data = altered(PLAIN, {SHEET_NAME: SHEET.format(rows=rows).encode()})
    with pytest.raises(FileUnreadable, match="远处"):
        read(data, "a.xlsx")


def test_a_far_row_without_addresses_is_refused_by_the_child(read: Read) -> None:
    rows = "<row><c><v>1</v></c></row>" * 3000
    data = altered(PLAIN, {SHEET_NAME: SHEET.format(rows=rows).encode()})
    with pytest.raises(LimitExceeded, match="3000 行"):
        read(data, "a.xlsx")


def test_a_dimension_that_lies_does_no_harm(read: Read) -> None:
    sheet = '<c r="A1" t="inlineStr"><is><t>名称</t></is></c>'
    body = SHEET.format(rows=f'<row r="1">{sheet}</row><row r="2">{sheet}</row>').replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    assert read(altered(PLAIN, {SHEET_NAME: body.encode()}), "a.xlsx").header == ["名称"]


def test_shared_text_that_is_used_again_and_again_is_bounded(read: Read) -> None:
    long = "长" * 30_000
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1900))
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{long * 60}</t></si></sst>"
    )
    data = altered(
        PLAIN,
        {SHEET_NAME: SHEET.format(rows=cells).encode(), "xl/sharedStrings.xml": strings.encode()},
    )
    # 1.8 million characters, 1,899 times: 3.4 billion, of a file of a few kilobytes.
    with pytest.raises((LimitExceeded, FileUnreadable)):
        read(data, "a.xlsx")


def test_macros_are_refused_whatever_the_name(read: Read) -> None:
    with pytest.raises(FileUnreadable, match="宏"):
        read(altered(PLAIN, {"xl/vbaProject.bin": b"x"}), "a.xlsx")


def test_another_archive_is_refused(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(FileUnreadable, match="不是 Excel"):
        read(out.getvalue(), "a.xlsx")


def test_too_many_parts_are_refused_without_listing_them(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(2001):
            archive.writestr(str(number), b"")
    with pytest.raises(FileUnreadable, match="2001"):
        read(out.getvalue(), "a.xlsx")


def test_a_workbook_cut_short_is_refused(read: Read) -> None:
    with pytest.raises(FileUnreadable, match="不完整"):
        read(PLAIN[: len(PLAIN) // 2], "a.xlsx")


def test_a_sheet_that_is_no_xml_is_refused(read: Read) -> None:
    with pytest.raises(FileUnreadable, match="损坏"):
        read(altered(PLAIN, {SHEET_NAME: b"<worksheet><sheetData><row><c"}), "a.xlsx")


def test_a_sheet_that_would_fill_the_memory_ends_the_child_only(read: Read) -> None:
    # Two cells; laid out, 256 x 1,000,000 cells between them are eight gigabytes.
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row><c r="IV1000000"><v>1</v></c></row>'
    data = altered(PLAIN, {SHEET_NAME: SHEET.format(rows=rows).encode()})
    with pytest.raises(FileUnreadable, match="太大"):
        read(data, "a.xlsx", max_rows=1_000_000)
