"""Cells of binary workbooks (.xlsb) through calamine, which reads them whole; headers and comments it does not give."""

import io

from dlp.document import NotReadReason, Place
from dlp.readers.context import ReadContext


def read_binary_cells(data: bytes, ctx: ReadContext) -> None:
    """Sheet names and cells.  What calamine cannot read is recorded; it panics on some damaged files."""
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, sheet in enumerate(book.sheets_metadata, 1):
            ctx.add(Place.SHEET_NAME, sheet.name, name="sheet-name", page=number)
            lines = []
            for row in book.get_sheet_by_name(sheet.name).iter_rows():
                ctx.budget.charge_cells(len(row))
                ctx.budget.check_time()
                lines.append("\t".join(" ".join(str(cell).split()) for cell in row).rstrip("\t"))
            hidden = "Visible" not in str(sheet.visible)
            ctx.add(Place.HIDDEN if hidden else Place.CELLS, "\n".join(filter(None, lines)), name="sheet", page=number)
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # a panic of the Rust library is no Exception
        from dlp.readers.limits import LimitReached

        if isinstance(fault, LimitReached):
            raise
        ctx.not_read(NotReadReason.DAMAGED, "二進位活頁簿讀不出儲存格", name="cells")
        return
    ctx.not_read(NotReadReason.MISSING_READER, "二進位活頁簿只讀儲存格，頁首與註解只做字串檢查", name="cells")
