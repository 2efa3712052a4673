"""Marks that somebody tells of: 封面左上角「極機密」, 桌上這疊蓋「機密」紅章的東西, 第2頁頁首：密.

In chats, posts and mails a mark is rarely typed as it stands; the writer says where it stands on the paper (封面, 右上角, 密等欄), how it got there
(蓋, 印, 標), or names it before the paper (這件極機密公文).  The word alone is never enough: ``at_hand`` asks for a real paper.
The ways hold for grades (絕對機密 … 密) and for labels of limited reading (限閱) alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.at_hand import around, pretends
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import local, setting_of

READ = 40  # characters before a word in which its place on the paper is told
WORDS_KEPT = 400  # looked at in a passage
JUDGED = 60  # of them, told of as marks; more say nothing new
OPENING, CLOSING = "[【〔({「『\"<《", "]】〕)}」』\">》"

SURFACE = (
    r"(?:封面|封底|封套|封皮|卷[皮面宗]|信封|首頁|扉頁|內頁|頁[首尾眉腳面]|(?:每|這|那|本)一?頁|第 ?[0-9一二三四五六七八九十]{1,3} ?頁|[左右正]?[上下](?:角|方|緣|頭|面)|最上面|頂[端部]|底[端部]|正上方|書眉|天頭|角落|抬頭|標題(?:旁邊?|後面?|下面?)?|浮水印|檔案夾|資料夾|公文|文件|簡報|紙[袋張]?|圖[一二三0-9]?|"
    r"[這那][張份件本頁疊封袋]|外面|正面|背面|袋[子上面]|[\p{Han}]上[面頭]?|密等(?:及解密條件(?:或保密期限)?)?(?:[那這]?[欄格]|欄位)?|機密等級[欄格]?|保密區分|等級[欄格]|[欄格])"
)
MARKED = (
    r"(?:加?蓋[著了有的是上]{0,2}|印[著了有的是上]{0,2}|標[示記明註]?[著了有為的是成]{0,2}|寫[著了有的是明]{0,2}|打[著了上]{0,2}|註[明記][著了為]?|貼[著了有]{0,2}|填[著了的是]{0,2}|押[著了]{1,2}|戳[著了]{1,2}|[列核][為定成]{0,2}|[蓋寫印標][^,。;\n]{0,2}說|說是)"
)
COPULA = r"(?:有[一個著]{0,2}|[是為屬]|叫)"  # says that a mark is there only where the word is quoted or called a mark
LOOK = r"(?:一?個|斗大|大大|紅色?|藍色?|紫色?|手寫|紅字|藍字|印刷|小小|的|[0-9一二兩三四]個){0,3}"
MARKED_BEHIND = compile_wide(rf"{SURFACE}[^。;!?\n]{{0,14}}?{MARKED}{LOOK}$")
PLACES = r"(?:封[面底套皮]|卷[皮面]|首頁|扉頁|頁[首尾眉腳]|[左右正]?[上下](?:角|方|緣|頭)|[左右][上下]|最上面|頂[端部]|底[端部]|正上方|書眉|天頭|角落|抬頭|浮水印|密等[欄格]?)"
COPULA_BEHIND = compile_wide(rf"{SURFACE}[^。;!?\n]{{0,10}}?{COPULA}{LOOK}$")
SURFACE_BEHIND = compile_wide(rf"{PLACES}[^,。;!?\n]{{0,3}}?{LOOK}$")
TALK_AFTER = re.compile(r"[」』\"】〕)]?(?:不是|並不|是指|代表|的意思|跟|和|與|及|或|[、/][「『]|等級有|之間|到底)")
NOTE_BEHIND = compile_wide(rf"(?:^|\n)[ \t>]{{0,8}}[(〔\[](?:[本原此該全][件頁文卷冊])?[^\n。;,]{{0,8}}?{PLACES}[^\n。;,]{{0,6}}?{MARKED}{LOOK}$")
STAMP_BEHIND = compile_wide(r"(?:加?蓋[著了有的是上]{0,2}|標[示記明註]?[著了有為的是]{0,2}|印[著了有的是]{0,2}|寫[著了]{1,2}|列[為成]?|打上)" + LOOK + "$")
PHOTO_BEHIND = compile_wide(r"(?:附?圖[一二三0-9]?|照片|翻拍|截圖|掃描檔?|拍到的?|[左右][上下]角??|封面)[^。\n]{0,8}[:(] ?$")
FRAME_BEHIND = compile_wide(
    r"(?:^|\n)[ \t>〔(【\[*#\-]{0,8}(?:第 ?[0-9一二三四五六七八九十]{1,3} ?頁)?[ 之的]{0,2}(?:頁[首尾眉腳]|浮水印|標題列|首行|第一行|天頭|封面|首頁|[左右][上下]角|戳章|印章|騎縫章|圖章|內封套)(?:文字|標示|戳記)?[〕)】\]: ]{1,3}$"
)
NAMED_BEHIND = compile_wide(r"(?:[這那][件份張疊本封個批]|我(?:手上|桌上|這邊|剛[拿收領接]到?)的?|剛[才剛]?(?:拿|收|領|接|看)到?的?|(?:今天|昨天)[抄收拿印看領]到?的?)[^,。;\n「」]{0,4}$")
FIELD_BEHIND = compile_wide(r"(?:密等|密級|等級|保密區分)[是為寫填]?$")
BOUNDARY = re.compile(r"[ ,。;!)\]、/的]|$|\n")
STAMPED_AFTER = compile_wide(r"[紅藍]?(?:色)?[章戳印](?![鑑信刷])")
STAMP_AFTER = compile_wide(r"[」』\"】〕)]?(?:字樣|(?:[一二兩三四]個?)?大?(?:紅|藍)?(?:色)?(?:字|章|戳|印|標)[章樣記印示]{0,2})")
OF_PAPER_AFTER = compile_wide(r"[」』\"】〕)]?(?:字樣|[紅藍大]?[字章戳印][章樣]?)?的?(?:那|這|東西|公文|文件|資料|簡報|卷|袋|信|函|簽|計畫|報告|清冊|名冊|圖|附件|紙|[一幾]?[份張本疊件])")
PIECE_AFTER = re.compile(r"件[,。;!]")
THIS_BEHIND = compile_wide(r"(?:手[上邊]|桌上|抽屜裡?|剛[拿收]到)的?[這那]?[一二兩三]?[件份張疊本封個]$")
NOUN_AFTER = compile_wide(r"(?:級)?的?[\p{Han}0-9A-Za-z]{0,10}?(?:公文|文件|資料|簡報|計畫|報告|清冊|名冊|名單|底線|地圖|圖|函|簽|電報|會議|手冊|預算|採購|說帖|民調|報表|檔案?|初稿|草案|規劃|情資)")
WITH_NUMBER = re.compile(r"字第? ?[0-9]{6,}")
HANDED = compile_wide(r"先(?:給|傳|寄|拍|貼)|[給交][\p{Han}]{1,4}(?:大哥|先生|小姐|老師|兄|姐)|[翻偷自]?拍(?:一|給|照|下|了|第)|給(?:你|您|大家|各位|老師)|貼(?:給|上|在)|入鏡|分享|寄給|傳給|轉給|上面(?:連|都|寫|是)|裡面(?:寫|是|有|連)|內容(?:是|為|有|寫)|:\n")


@dataclass(frozen=True, slots=True)
class Told:
    """A word told of as a mark: half-open range of the word, how sure (0..1), code and zh-TW reason."""

    start: int
    end: int
    weight: float
    code: str
    words: str


def tell(passage: Passage, word: "re.Pattern[str]", *, group: str) -> Iterator[Told]:
    """Every ``word`` of the passage that is told of as standing on a real paper at hand; ``group`` of the pattern is its range."""
    if passage.view == "joined":
        return
    whole, judged = setting_of(passage), 0
    for count, match in enumerate(word.finditer(passage.text)):
        if count >= WORDS_KEPT:
            return
        start, end = match.span(group)
        form = _form(passage.text, start, end)
        if form is None:
            continue
        judged += 1
        if judged > JUDGED:
            return
        code, words = form
        if code == "frame-told":
            doubted = pretends(passage, start, end) or local(passage, start, end).example or whole.law
            weight = 0.4 if doubted else 0.84
        else:
            about = around(passage, start, end)
            talks = whole.law or whole.news or ((whole.teaching or whole.procedure) and not about.mine)
            if code == "told-piece" and not about.content:
                continue
            weight = min(about.weight, 0.4 if talks else 1.0)
        if weight:
            yield Told(start, end, round(weight, 2), code, words)


def _form(text: str, start: int, end: int) -> tuple[str, str] | None:
    """Code and reason of the way in which the word at ``[start, end)`` is told; None where it is only a word."""
    behind, ahead = text[max(0, start - READ) : start], text[end : end + 30]
    quoted = behind[-1:] in tuple(OPENING) and behind != ""
    if FRAME_BEHIND.search(behind) and BOUNDARY.match(ahead):
        return "frame-told", "抄錄的頁首、頁尾或戳章就是這個標示"
    if PHOTO_BEHIND.search(behind) and BOUNDARY.match(ahead):
        return "told", "圖說把標示抄了下來"
    said = behind[:-1] if quoted else behind
    if TALK_AFTER.match(ahead) and not (quoted and STAMP_BEHIND.search(said)):
        return None
    if NOTE_BEHIND.search(said):
        return "frame-told", "抄錄時註明原件上有這個標示"
    bounded = quoted or BOUNDARY.match(ahead) is not None or STAMP_AFTER.match(ahead) is not None or OF_PAPER_AFTER.match(ahead) is not None
    if (bounded and MARKED_BEHIND.search(said)) or ((quoted or STAMP_AFTER.match(ahead)) and COPULA_BEHIND.search(said)):
        return "told", "說手上的文件蓋有或印有這個標示"
    if ((quoted or STAMPED_AFTER.match(ahead)) and SURFACE_BEHIND.search(said)) or (BOUNDARY.match(ahead) and FIELD_BEHIND.search(said)):
        return "told", "說手上的文件在哪個位置有這個標示"
    if STAMP_BEHIND.search(said) and (OF_PAPER_AFTER.match(ahead) or re.match("的[,。 ]", ahead) or (quoted and STAMP_AFTER.match(ahead))):
        return "told", "說手上的文件蓋有或印有這個標示"
    if (PIECE_AFTER.match(ahead) and re.search(r"(?:^|[,。;!\n ])$", said)) or (BOUNDARY.match(ahead) and THIS_BEHIND.search(said)):
        return "told-piece", "說手上的就是這個等級的文件"
    if NAMED_BEHIND.search(said) and NOUN_AFTER.match(ahead):
        after = text[end : end + 120]
        if WITH_NUMBER.search(text[end : end + 40]) or HANDED.search(after):
            return "told-paper", "說手上的就是這個等級的文件"
    return None

