# SPDX-License-Identifier: MIT
"""Writes small workbooks for fixtures, the parts written out so that merged cells and readings
(rPh) are as a spreadsheet makes them. The same input gives the same bytes."""
import zipfile

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
RELS = 'http://schemas.openxmlformats.org/package/2006/relationships'
DOC = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'


def column(n):
    text = ''
    while n >= 0:
        text = chr(65 + n % 26) + text
        n = n // 26 - 1
    return text


def cell(ref, value):
    if value is None:
        return ''
    if isinstance(value, (int, float)):
        return f'<c r="{ref}"><v>{value}</v></c>'
    if isinstance(value, tuple):  # a text and its reading
        return (f'<c r="{ref}" t="inlineStr"><is><t>{value[0]}</t>'
                f'<rPh sb="0" eb="1"><t>{value[1]}</t></rPh></is></c>')
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def sheet(rows, merges=()):
    xml = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
    for number, row in rows:
        cells = ''.join(cell(f'{column(i)}{number}', v) for i, v in enumerate(row))
        xml += f'<row r="{number}">{cells}</row>'
    xml += '</sheetData>'
    if merges:
        xml += f'<mergeCells count="{len(merges)}">'
        xml += ''.join(f'<mergeCell ref="{m}"/>' for m in merges) + '</mergeCells>'
    return xml + '</worksheet>'


def book(path, sheets):
    parts = {}
    names = list(sheets)
    types = ''.join(
        f'<Override PartName="/xl/worksheets/sheet{i + 1}.xml" ContentType="application/vnd.'
        f'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' for i in range(len(names)))
    parts['[Content_Types].xml'] = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' + types + '</Types>')
    parts['_rels/.rels'] = (
        f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{DOC}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>')
    parts['xl/workbook.xml'] = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{DOC}"><sheets>' + ''.join(
            f'<sheet name="{n}" sheetId="{i + 1}" r:id="rId{i + 1}"/>'
            for i, n in enumerate(names)) + '</sheets></workbook>')
    parts['xl/_rels/workbook.xml.rels'] = (
        f'{HEAD}<Relationships xmlns="{RELS}">' + ''.join(
            f'<Relationship Id="rId{i + 1}" Type="{DOC}/worksheet" '
            f'Target="worksheets/sheet{i + 1}.xml"/>' for i in range(len(names))) +
        '</Relationships>')
    for i, n in enumerate(names):
        parts[f'xl/worksheets/sheet{i + 1}.xml'] = sheets[n]
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text,
                       zipfile.ZIP_DEFLATED)
