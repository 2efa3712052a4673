"""Words and tables of RTF: destinations, characters, character sets.

Source: Rich Text Format Specification 1.9.1, read 2026-11.
"""

from dlp.document import Place

CHARSETS = {  # \fcharset → Python codec
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
DOUBLE_BYTE = frozenset({"cp950", "big5hkscs", "gb18030", "cp936", "cp932", "cp949"})
CODE_PAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 10000: "mac_roman", 65001: "utf-8", 437: "cp437"}
CHARACTERS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "page": "\n", "column": "\n", "softline": "", "softpage": "",
    "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "zwj": "\u200d", "zwnj": "\u200c", "zwbo": "",
    "zwnbo": "", "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
ALIGNMENT = {"ql": "left", "qr": "right", "qc": "center", "qj": "left", "qd": "left"}
STOPS = {"tqc": "center", "tqr": "right", "tqdec": "left"}
BANDS = {
    f"{band}{kind}": (place, edge)
    for band, place, edge in (("header", Place.HEADER, "top"), ("footer", Place.FOOTER, "bottom"))
    for kind in ("", "l", "r", "f")
}
BOXES = {
    "footnote": Place.FOOTNOTE, "annotation": Place.COMMENT, "shptxt": Place.TEXT_BOX, "dptxbxtext": Place.TEXT_BOX,
}  # fmt: skip
# Groups of \info and their like, whose text is a property of that name.
PROPERTIES = frozenset((
    "title", "subject", "author", "manager", "company", "operator", "category", "keywords", "comment", "doccomm",
    "hlinkbase", "atnauthor", "atnid", "docvar",
))  # fmt: skip
# Single strings: kept as lines of one part.
STRINGS = frozenset((
    "bkmkstart", "fldinst", "datafield", "formfield", "ffname", "ffdeftext", "ffhelptext", "ffstattext", "ffl",
    "ffentrymcr", "ffexitmcr", "ffformat", "leveltext", "xe", "tc", "tcn", "txe", "rxe", "sv", "sn", "propname", "staticval",
    "linkval", "mailmerge", "mmquery", "mmconnectstr", "xmlattrvalue", "xmlattrname", "xmlname", "pntxta", "pntxtb",
    "template", "nextfile", "gridtbl", "protusertbl", "password", "filetbl", "file", "objalias", "objsect", "objname",
))  # fmt: skip
# Tables and settings that hold no text of an author, and pictures kept twice.
SKIPPED = frozenset((
    "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "themedata",
    "colorschememapping", "latentstyles", "panose", "blipuid", "blipuidx", "pgptbl", "mmathPr", "wgrffmtfilter", "pnseclvl",
    "listpicture", "creatim", "revtim", "printim", "buptim", "edmins", "vern", "ilfomacatclnup", "objclass", "falt",
    "fontemb", "fontfile", "background", "bkmkend", "atrfstart", "atrfend", "atnref", "atndate", "atntime", "atnparent",
    "picprop", "nesttableprops", "shppictprop", "expshrtn", "defchp", "defpap", "oldcprops", "oldpprops", "oldtprops",
    "oldsprops", "pgdsctbl", "pgdsc", "aftncn", "aftnsep", "aftnsepc", "ftncn", "ftnsep", "ftnsepc", "ebcstart", "ebcend",
    "ftnlytwnine",
))  # fmt: skip
IGNORED_SHAPE_PROPERTIES = frozenset({"pib", "pibName"})
