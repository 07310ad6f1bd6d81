"""Makes the workbooks of this folder: python3 make.py, with openpyxl 3.1.5 and
XlsxWriter 3.3.1. libreoffice.xlsx is openpyxl.xlsx, opened and saved:

    soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir out openpyxl.xlsx
"""
import datetime
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

DAY = datetime.date(2026, 1, 31)
MOMENT = datetime.datetime(2026, 1, 31, 12, 30)


def by_openpyxl(name):
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    notes.append(["a hidden sheet"])
    notes.sheet_state = "hidden"
    offer = book.create_sheet("Offer")
    offer["A1"] = "Numbers of Acme"
    offer.merge_cells("A1:F1")
    offer.append([])
    offer.append(["Number", "Area", "Setup", "Monthly", "Paid through", "Checked"])
    offer.append(["+44 20 7946 0000", "London", 0, 1.5, DAY, True])
    offer.append([442079460001, CellRichText("Lon", TextBlock(InlineFont(b=True), "don"), " West"), 1, 1234.5, MOMENT, False])
    offer.append([442079460002.0, "Zürich", 0.1 + 0.2, 2, DAY, None])
    offer.append([])
    offer.append(["020 7946 0003", " a blank \n and a line ", 0, 19.99, None, True])
    offer.append(["'020 7946 0004", "<&> \"quoted\"", 0, 1, None, True])
    for row in range(4, 10):
        offer.cell(row, 4).number_format = '#,##0.00 "€"'
    offer.cell(6, 5).number_format = "dd/mm/yyyy"
    offer.row_dimensions[6].hidden = True
    offer.column_dimensions["F"].hidden = True
    offer.merge_cells("B8:B9")
    book.create_sheet("Old").append(["+442079469999"])
    book.save(name)


def by_openpyxl_streaming(name):
    book = openpyxl.Workbook(write_only=True)
    offer = book.create_sheet("Offer")
    offer.append(["Number", "Package"])
    for i in range(3):
        offer.append([f"+44207946{i:04d}", "gold"])
    book.save(name)


def by_openpyxl_formula(name):
    book = openpyxl.Workbook()
    book.active.append(["Number", "Package"])
    book.active.append([442079460000, "gold"])
    book.active.append(["=A2+1", "gold"])
    book.save(name)


def by_xlsxwriter(name, options):
    book = xlsxwriter.Workbook(name, options)
    offer, old = book.add_worksheet("Offer"), book.add_worksheet("Old")
    old.hide()
    bold = book.add_format({"bold": True})
    masked = book.add_format({"num_format": '"+44 "00 0000 0000'})
    zeros = book.add_format({"num_format": "00000000000"})
    offer.write_row(0, 0, ["Number", "Area", "Monthly", "Since"])
    offer.write_number(1, 0, 2079460000, masked)
    if options.get("constant_memory"):
        offer.write_string(1, 1, "London")
    else:
        offer.write_rich_string(1, 1, "Lon", bold, "don")
    offer.write_number(1, 2, 1.5, book.add_format({"num_format": "[$£-809]#,##0.00"}))
    offer.write_datetime(1, 3, datetime.datetime.combine(DAY, datetime.time()), book.add_format({"num_format": "d mmm yyyy"}))
    offer.write_number(3, 0, 2079460001, zeros)
    offer.write_string(3, 1, "Zürich")
    offer.write_formula(3, 2, "=C2*2", None, 3)
    offer.write_blank(3, 3, None, bold)
    offer.write_number(5, 0, 4.42079460002e11)
    offer.write_boolean(5, 1, True)
    offer.write_formula(5, 2, "=NA()", None, "#N/A")
    book.use_zip64()
    book.close()


def bare(of, name):
    """A workbook's parts without their XML declarations, as some programs write them, and with their sizes after the data."""
    with zipfile.ZipFile(of) as old, open(name, "wb") as file:
        file.seekable = lambda: False
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.namelist():
                text = old.read(part)
                if text.startswith(b"<?xml"):
                    text = text[text.index(b"?>") + 2:].lstrip()
                new.writestr(part, text)


by_openpyxl("openpyxl.xlsx")
by_openpyxl_streaming("openpyxl-streaming.xlsx")
by_openpyxl_formula("openpyxl-formula.xlsx")
by_xlsxwriter("xlsxwriter.xlsx", {})
by_xlsxwriter("xlsxwriter-inline.xlsx", {"constant_memory": True})
by_xlsxwriter("xlsxwriter-1904.xlsx", {"date_1904": True})
bare("xlsxwriter.xlsx", "bare.xlsx")
