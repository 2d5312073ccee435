#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads workbooks with nothing but Python's own library and prints one line per workbook: the
BLAKE2b-256 of its text in the form that core/text/test_workbook.c makes of it. The two readings
share no code, so equal sums mean equal cells.

Usage: xlsx_dump.py [--text] FILE...
"""
import datetime
import decimal
import hashlib
import posixpath
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BUILTIN_DATES = set(range(14, 18)) | {22} | (set(range(27, 37)) - {32, 33}) | set(range(50, 59))


def unescape(text):
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), text)


def plain_text(item):
    """Texts directly in an si or is, and in its runs; not those of phonetic runs."""
    parts = [t.text or "" for child in item
             for t in ([child] if child.tag == MAIN + "t"
                       else child.findall(MAIN + "t") if child.tag == MAIN + "r" else [])]
    return unescape("".join(parts))


def relations(z, part):
    folder, base = posixpath.split(part)
    root = ET.fromstring(z.read(posixpath.join(folder, "_rels", base + ".rels")))
    result = {}
    for r in root:
        if r.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, r.get("Target")))
            result[r.get("Id")] = (r.get("Type").rsplit("/", 1)[1], target.lstrip("/"))
    return result


def date_styles(z, part):
    root = ET.fromstring(z.read(part))
    custom = {}
    for f in root.iter(MAIN + "numFmt"):
        code = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General', "", f.get("formatCode"))
        custom[int(f.get("numFmtId"))] = bool(re.search(r"[ymdge]", code.split(";")[0]))
    xfs = root.find(MAIN + "cellXfs")
    ids = [int(x.get("numFmtId", 0)) for x in xfs] if xfs is not None else []
    return [custom.get(i, i in BUILTIN_DATES) for i in ids]


def number(text, is_date):
    value = float(text)
    if is_date and 61 <= value < 2958466:
        moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(
            seconds=int(value * 86400 + 0.5))
        return moment.strftime("%Y-%m-%d" if moment.time() == datetime.time() else
                               "%Y-%m-%dT%H:%M:%S")
    if value == 0:
        return "0"
    shortest = format(decimal.Decimal(repr(value)), "f")
    return shortest[:-2] if shortest.endswith(".0") else shortest


def cell_text(cell, strings, dates):
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return plain_text(cell.find(MAIN + "is"))
    value = cell.find(MAIN + "v")
    if value is None or value.text is None:
        return ""
    if kind == "s":
        return strings[int(value.text)]
    if kind == "n":
        style = int(cell.get("s", 0))
        return number(value.text, style < len(dates) and dates[style])
    if kind == "b":
        return "TRUE" if value.text == "1" else "FALSE"
    return unescape(value.text)


def column(reference):
    n = 0
    for c in re.match("[A-Z]+", reference).group(0):
        n = n * 26 + ord(c) - 64
    return n


def dump(path):
    with zipfile.ZipFile(path) as z:
        main = next(t for k, t in relations(z, "").values() if k == "officeDocument")
        rels = relations(z, main)
        by_type = {kind: target for kind, target in rels.values()}
        strings, dates = [], []
        if "sharedStrings" in by_type:
            strings = [plain_text(si) for si in ET.fromstring(z.read(by_type["sharedStrings"]))]
        if "styles" in by_type:
            dates = date_styles(z, by_type["styles"])
        for sheet in ET.fromstring(z.read(main)).find(MAIN + "sheets"):
            yield "[" + unescape(sheet.get("name")) + "]\n"
            root = ET.fromstring(z.read(rels[sheet.get(REL + "id")][1]))
            for row in root.find(MAIN + "sheetData"):
                cells = {}
                for c in row:
                    text = cell_text(c, strings, dates)
                    if text:
                        cells[column(c.get("r"))] = text
                if cells:
                    texts = [cells.get(i, "") for i in range(1, max(cells) + 1)]
                    yield row.get("r") + "\x1f" + "\x1f".join(texts) + "\x1e\n"


def main(arguments):
    as_text = arguments[:1] == ["--text"]
    for path in arguments[as_text:]:
        if as_text:
            sys.stdout.buffer.write("".join(dump(path)).encode())
        else:
            h = hashlib.blake2b(digest_size=32)
            for line in dump(path):
                h.update(line.encode())
            print(h.hexdigest())


if __name__ == "__main__":
    main(sys.argv[1:])
