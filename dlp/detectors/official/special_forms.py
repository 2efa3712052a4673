"""Marks in other forms than a field or a line: upright stamps, 密不錄由, English, TLP and military marks, names of files, what people say of a paper."""

from collections.abc import Iterator
from itertools import islice

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official import file_names
from dlp.detectors.official import told as telling
from dlp.detectors.official.at_hand import exercise, story
from dlp.detectors.official.grades import GRADE, NO_WORD_AFTER, apart, grade_of
from dlp.detectors.official.papers import FRAMES, TITLES, above_upright, explains, is_paper, where
from dlp.detectors.official.seen import EXPLAINED, MARKS_KEPT, Seen
from dlp.detectors.official.seen import reason as _reason
from dlp.detectors.official.seen import seen as _seen
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import local, setting_of
from dlp.document import Place

UPRIGHT = re.compile(r"(?m)^[ \t>]{0,30}(?P<grade>(?:絕[ \t]{0,4}\n[ \t>]{0,30}對[ \t]{0,4}\n[ \t>]{0,30}|極[ \t]{0,4}\n[ \t>]{0,30})?機[ \t]{0,4}\n[ \t>]{0,30}密|密[ \t]{0,4}\n[ \t>]{0,30}件)[ \t]{0,4}$")
NO_SUBJECT = re.compile(r"(?:^|(?<=[:|\t\n(\[【〔]))[ \t]{0,8}(?P<mark>密[ \t]{0,4}不[ \t]{0,4}錄[ \t]{0,4}由)(?=[ \t]{0,8}(?:$|[。\n\t|)\]】〕]))")
FOREIGN = re.compile(r"(?m)(?P<mark>TOP[ ]SECRET|SECRET|CONFIDENTIAL)(?<=(?:^|[\[(/|\t])[ \t*>\-]{0,30}(?:TOP[ ]SECRET|SECRET|CONFIDENTIAL))(?:[ /]{1,3}(?:NOFORN|REL TO [A-Z, ]{2,30}|SI|TK))?(?=[ \t/*\-\])|]{0,30}(?:$|\n))")
TLP = re.compile(r"(?i)(?<![0-9A-Za-z])TLP[ ]?[:\-][ ]?(?P<mark>RED)(?![0-9A-Za-z])")
MILITARY = re.compile(r"(?m)(?:^|(?<=[\[【(〔]))[ \t>]{0,20}(?P<mark>國家機密亦屬軍事機密|國家機密亦屬國防秘密|軍事機密|國防秘密|軍事秘密)(?=[ \t]{0,20}(?:$|\n|[\]】)〕]))")
STATED = compile_wide(
    r"(?P<paper>本(?:件|案|函|簽|文|紀錄|簡報|資料|檔案?|文件|公文|郵件|信件?|份(?:文件|資料)?)|附件|附檔|隨信|隨文|此(?:件|份|信|(?=[為係屬]))|這(?=是(?!機密(?:[,。;! \n)]|$)))|這(?:份|件|封|個)(?:公文|文件|資料|檔案|簽|函|信|簡報)?|剛收到的)[^。;\n,:?]{0,10}?(?:屬|係|為|是|列(?:為)?|核定為|核列|標示為|標的是|以)(?:於)?[ ]?(?:一般公務機密|國家機密)?[「『(【]?(?P<grade>絕對機密|極機密|機密|密件)[」』)】]?(?:級|等級|文件|資料|件|公文|等|辦理|處理|發送|送達|簡報|會議)?(?=[,。;! \n)]|$|請|不得|勿|務必|別|看完|喔|哦|的(?:[,。;! ]|$))"
)
# 密件，請收：… as the opening of a message
OPENED = compile_wide(rf"(?m)^[ \t>*]{{0,12}}(?P<grade>{GRADE})(?:公?文件?|資料)?[,:!][^\n。;?]{{0,14}}?(?:請(?:查|簽)?收|如附|附檔|送上|請親[啟收]|閱後|看完|勿(?:外|轉))")
NOT_STATED = re.compile(r"強調|說|認為|主張|聲稱|如|若|倘|是否|非|不是|不屬|應|得|可|未|無|需|要|須|凡|各|嗎|怎|什麼|假設|例")


def in_name(passage: Passage) -> Iterator[Seen]:
    for match in file_names.in_name(passage.text):
        weight = 0.4 if file_names.talks(passage.text) else 0.84
        yield _seen(match, "grade", grade_of(match["grade"]), weight, "file-name", "檔名上的機密等級標示")


def names_told(passage: Passage) -> Iterator[Seen]:
    """File names within the text: listings, trees, attachments."""
    for at, name in islice(file_names.in_text(passage), MARKS_KEPT // 4):
        for match in file_names.in_name(name):
            doubted = file_names.talks(name) or file_names.told_how(passage.text, at) or explains(passage) or story(passage) or exercise(passage)
            weight = 0.4 if doubted else 0.8
            reason = _reason("file-name-told", "文中的檔名有機密等級標示", weight)
            yield Seen(at + match.start("grade"), at + match.end("grade"), grade_of(match["grade"]), weight, reason)


LONG_GRADE = "(?:" + "|".join(apart(g) for g in ("絕對機密", "最高機密", "極機密", "機密", "絕密")) + "|TOP SECRET|SECRET|CONFIDENTIAL)"
TOLD_WORD = re.compile(rf"(?<![保秘緊精嚴茂濃稠親隱私告洩解加周細綿業])(?P<grade>{LONG_GRADE}(?![性碼維])|{apart('密件')}|密{NO_WORD_AFTER})(?!等(?!級)|不錄)")


def told(passage: Passage) -> Iterator[Seen]:
    for said in telling.tell(passage, TOLD_WORD, group="grade"):
        grade = grade_of(passage.text[said.start : said.end])
        yield Seen(said.start, said.end, grade, said.weight, _reason(said.code, said.words, said.weight))


def upright(passage: Passage) -> Iterator[Seen]:
    for match in islice(UPRIGHT.finditer(passage.text), MARKS_KEPT):
        if above_upright(passage.text, match.start()):
            continue  # the tail of a longer upright text
        weight = EXPLAINED if explains(passage) else 0.9 if where(passage, match.start()) == "head" or is_paper(passage) else 0.6
        yield _seen(match, "grade", grade_of(match["grade"]), weight, "upright", "直書的等級標示（一字一行）")


def no_subject(passage: Passage) -> Iterator[Seen]:
    for match in islice(NO_SUBJECT.finditer(passage.text), MARKS_KEPT):
        near = local(passage, *match.span("mark"))
        weight = EXPLAINED if near.example or (near.teaching or near.law) or setting_of(passage).law else 0.9
        yield _seen(match, "mark", "密", weight, "no-subject", "以「密不錄由」代替主旨")


def foreign(passage: Passage) -> Iterator[Seen]:
    taught, place = explains(passage), passage.part.place
    for match in FOREIGN.finditer(passage.text):
        head = place in FRAMES or place in TITLES or place is Place.FILE_NAME or where(passage, passage.line(match.start("mark"))[0]) != "middle"
        weight = 0.4 if taught or not head else 0.65 if match["mark"] == "CONFIDENTIAL" else 0.84
        yield _seen(match, "mark", grade_of(match["mark"]), weight, "english-mark", "英文機密標示單獨標出", "外國")
    colours = {m[1].upper() for m in re.finditer(r"(?i)TLP[ ]?[:\-][ ]?(RED|AMBER|GREEN|CLEAR|WHITE)", passage.text)}
    for match in TLP.finditer(passage.text):
        low, high = passage.line(match.start())
        stands = not passage.text[low : match.start()].strip(" \t[【(") or not passage.text[match.end() : high].strip(" \t]】)") or passage.part.place in FRAMES | TITLES
        weight = 0.35 if taught or len(colours) >= 3 or not stands or local(passage, *match.span()).teaching else 0.72
        yield _seen(match, 0, "密", weight, "tlp", "情資分享標示為 TLP:RED", "TLP")
    for match in MILITARY.finditer(passage.text):
        yield _seen(match, "mark", "機密", EXPLAINED if taught else 0.88, "military-mark", "軍事或國防機密的標示", "軍事")


def stated(passage: Passage) -> Iterator[Seen]:
    whole = setting_of(passage)
    for match in OPENED.finditer(passage.text):
        weight = 0.4 if whole.teaching or whole.law or whole.news or passage.part.place in FRAMES else 0.7
        yield _seen(match, "grade", grade_of(match["grade"]), weight, "opening", "一開頭就說送上的是密件")
    for match in STATED.finditer(passage.text):
        near = local(passage, *match.span())
        said = re.split(r"[,:;。!?\n]", passage.before(match.start(), 30))[-1] + match[0].replace("密件辦理", "")
        if near.law or near.conditional or near.question or near.quoted or near.example or near.news or NOT_STATED.search(said):
            continue
        weight = 0.45 if whole.teaching or whole.law or whole.procedure or whole.news else 0.68
        yield _seen(match, "grade", grade_of(match["grade"]), weight, "stated", "說手上的文件就是密件")
