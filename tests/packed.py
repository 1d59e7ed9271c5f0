"""Workbooks taken apart and put together again, as other programs save them or as a forger does."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

Parts = dict[str, bytes]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml."
FIRST = "xl/worksheets/sheet1.xml"


def repacked(raw: bytes, edit: Callable[[Parts], Parts]) -> bytes:
    source, out = zipfile.ZipFile(io.BytesIO(raw)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in edit({name: source.read(name) for name in source.namelist()}).items():
            target.writestr(name, content)
    return out.getvalue()


def put(parts: Parts, name: str, *pairs: tuple[str, str]) -> None:
    """In a part, one text in place of another that stands there once at least."""
    text = parts[name].decode()
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    parts[name] = text.encode()


def add(parts: Parts, name: str, kind: str, content: bytes, source: str = "xl/workbook.xml", relation: str = "", type_: str = "") -> None:
    """A part more, referred to by `source`."""
    folder, _, file = source.rpartition("/")
    listed = f"{folder}/_rels/{file}.rels".lstrip("/")
    parts.setdefault(listed, b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>')
    said = f'<Relationship Id="rAdd{len(parts)}" Type="{type_ or OFFICE + relation}" Target="/{name}"/></Relationships>'
    put(parts, listed, ("</Relationships>", said))
    put(parts, "[Content_Types].xml", ("</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'))
    parts[name] = content


def shared(parts: Parts) -> Parts:
    """Texts in a table of their own, as every program but ours keeps them."""
    texts: dict[str, int] = {}

    def share(cell: re.Match[str]) -> str:
        return f'{cell[1]} t="s"><v>{texts.setdefault(cell[2], len(texts))}</v></c>'

    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        sheet = re.sub(r'(<c r="[A-Z]+[0-9]+" s="[0-9]+") t="inlineStr"><is>(<t.*?</t>)</is></c>', share, parts[name].decode())
        parts[name] = sheet.encode()
    items = "".join(f'<si>{text}<phoneticPr fontId="1" type="noConversion"/></si>' for text in texts)
    table = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="9" uniqueCount="{len(texts)}">{items}</sst>'
    add(parts, "xl/sharedStrings.xml", SHEETS + "sharedStrings+xml", table.encode(), relation="sharedStrings")
    return parts


def by_excel(parts: Parts) -> Parts:
    """Opened and saved by a Chinese Excel, with a printer and a label of the firm's."""
    parts = shared(parts)
    mc = (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"'
        ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
    )
    x15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
    path = f'<mc:Choice Requires="x15"><x15ac:absPath xmlns:x15ac="{x15}" url="D:\\a\\"/></mc:Choice>'
    put(parts, "xl/workbook.xml", ("<workbook ", f"<workbook{mc} "), ("<bookViews>", (
        f"<mc:AlternateContent>{path}</mc:AlternateContent>"
        '<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{A}" coauthVersionLast="47"/><bookViews>'
    )), ("</workbook>", '<extLst><ext uri="{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}"/></extLst></workbook>'))  # fmt: skip
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        put(parts, name, ("<worksheet ", f'<worksheet{mc} xr:uid="{{00000000-0001-0000-0000-000000000000}}" '), (
            '<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>'
        ), ('topLeftCell="A', 'topLeftCell="A1'), ("<autoFilter", '<phoneticPr fontId="1" type="noConversion"/><autoFilter'))  # fmt: skip
    printer = SHEETS + "printerSettings"
    add(parts, "xl/printerSettings/printerSettings1.bin", printer, b"\0" * 900, FIRST, "printerSettings")
    label = "application/vnd.ms-office.classificationlabels+xml"
    relation = "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"
    add(parts, "docMetadata/LabelInfo.xml", label, b"<labelList/>", "", type_=relation)
    return parts


def by_wps(parts: Parts) -> Parts:
    parts = shared(parts)
    add(parts, "docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml", (
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        b' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"'
        b' pid="2" name="KSOProductBuildVer"><vt:lpwstr>2052-12.1.0</vt:lpwstr></property></Properties>'
    ), "", "custom-properties")  # fmt: skip
    put(parts, "xl/workbook.xml", ("</workbook>", '<webPublishing codePage="936"/></workbook>'))
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        put(parts, name, ("<sheetPr>", '<sheetPr filterMode="0">'), ("<headerFooter>", '<headerFooter alignWithMargins="0">'))
    return parts


def by_libreoffice(parts: Parts) -> Parts:
    parts = shared(parts)
    put(parts, "xl/workbook.xml", ("_xlnm.Print_Titles", "_xlnm.Print_Titles_0"))
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        put(
            parts, name, ('defaultRowHeight="15"', 'defaultColWidth="8.6796875" defaultRowHeight="15" zeroHeight="false" outlineLevelRow="0"'),
            ("<sheetView ", '<sheetView showFormulas="false" showZeros="true" rightToLeft="false" view="normal" topLeftCell="A1" zoomScale="100" '),
            ("</cols>", '<col collapsed="false" customWidth="true" hidden="false" min="1000" max="16384" width="9.14"/></cols>'),
            ('<row r="2"', '<row r="2" customFormat="false" ht="15" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"'),
            ("<pageMargins", '<printOptions headings="false" gridLines="false"/><pageMargins'),
            ("<headerFooter>", '<headerFooter differentFirst="false"><oddHeader></oddHeader>'), ("&amp;L", '&amp;L&amp;"宋体,Regular"&amp;10'),
        )  # fmt: skip
    return parts
