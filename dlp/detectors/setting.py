"""What kind of text is this?  Law, teaching, procedure, news, published result, form, statistics, advert, story, chat …

A page that explains secrecy uses every word of a leak.  The kind of text therefore lowers evidence that lives on
vocabulary; it never lowers evidence that consists of a concrete person, number or detail, because a teaching page with one
real line in it leaks all the same.  ``setting_of`` judges the passage as a whole, ``local`` the sentence around a place.

Cues come from reading the public corpora (statutes, gazette, council news, transcripts) in November 2026; they are words of
form (第 N 條, 宣導, 共計 N 件, 記者…報導), not of subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import regex as re

from dlp.detectors.contract import Passage

READ_CHARS = 24_000  # of a long passage this much is judged: kind of text shows early, and cost stays flat
SENTENCE_CHARS = 400  # a "sentence" without any stop is cut to this much on each side
HEADING_CHARS = 60  # how far back a line such as 「範例：」 governs what follows

NUM = "[0-9〇零一二三四五六七八九十百千]{1,6}"


def _any(*alternatives: str) -> "re.Pattern[str]":
    return re.compile("|".join(alternatives), re.IGNORECASE)


# field → (pattern, hits a whole text needs, hits per 1,000 characters a whole text needs)
WHOLE: dict[str, tuple["re.Pattern[str]", int, float]] = {
    "law": (_any(
        rf"第 ?{NUM} ?條(?:之[0-9一二三四五]{{1,2}})?", r"本(?:法|辦法|要點|準則|細則|條例|規則|規程|標準|注意事項)(?:所稱|規定|用詞|施行|自|依|第)", "依本法", r"前[一二三]?項",
        r"(?:條例|辦法|準則|細則|要點|[^方做看想辦]法)(?:施行細則)?第", "由[^。\n]{1,14}定之", r"處新臺幣.{1,16}(?:罰鍰|罰金)", r"[者,]處.{1,10}(?:徒刑|拘役|罰)", "主管機關(?:應|得|為)", "有下列情形之一",
    ), 2, 2.5),
    "teaching": (_any(
        "宣導", "教育訓練", "講習", "研習", "教材", "小提醒", "案例(?:分享|宣導|解析|一|二|1|2)", "應注意事項", "注意事項", "基本觀念", r"什麼是|何謂|何為|甚麼是", "常見(?:錯誤|問題|態樣|疏失)", "(?:測驗|是非|選擇)題", "本課程|課程(?:內容|大綱)|學員", "懶人包|小教室|小學堂|小叮嚀",
        "提高警覺|保密警覺", "應避免|避免在|切勿|請勿|務必|切記", "範例|例示|示範|參考範本|模擬", "重點(?:整理|提示)", "正確(?:做法|作法|觀念)", "風險(?:評估|態樣)", "防制|防範|預防", "公務機密維護|機密維護|廉政|政風小",
    ), 2, 1.8),
    "procedure": (_any(
        "作業(?:程序|流程|要點|規定|原則|手冊|須知)", "處理(?:程序|流程|要點|原則|時限)", "(?:辦理|申請|受理|檢舉|陳情|申訴|作業)(?:方式|流程|步驟|程序|須知|管道|期限)", "應(?:填寫|填具|載明|檢附|備齊|具備|敘明|於)", "得(?:以|委任|向|免|不予|請求|拒絕|提出)", "不予(?:處理|受理)", "標準作業", "SOP", "受理(?:機關|單位|後|時)",
        "逾期", "應檢附", "請至.{1,20}(?:下載|申請|填寫)", "(?:第[一二三四五]|步驟)[步一二三四五]", "流程圖",
    ), 2, 2.0),
    "published": (_any(
        r"(?:已|業|均)(?:於|經|由)?[^,。;\n]{0,24}(?:公告|公布|公開|刊登|發布|登載|上網|發佈|公佈)", "決標公告|招標公告|公開徵求|預告(?:修正|訂定|制定)|公告(?:事項|主旨)?[:于於]|刊登.{0,10}公報", "新聞稿(?!還|沒|未|尚)(?<!才發新聞稿|再發新聞稿)", "政府公報|採購公報|行政院公報", "歡迎(?:媒體|民眾|踴躍|參加|報名|採訪|各界)", "公布於|公告於|刊登於|發布於", "錄影連結|影片連結|全文(?:詳見|請見)|詳見(?:網站|附件公告)", "公聽會|說明會", "議事錄|公報",
    ), 1, 0.8),
    "news": (_any(
        r"記者.{2,12}報導", r"[【\[(](?:[^】\])\n]{1,12})(?:訊|報導|電)[】\])]", "(?:綜合|中央社|本報)(?:報導|訊|記者)", "據(?:報導|了解|瞭解|轉述)", "新聞(?:指出|報導|稿|:|來源)", "媒體(?:報導|披露|指出)", "(?:指出|強調|表示|質疑|呼籲|批評|說明),", r"(?:檢方|警方|法院|地檢署|院方|市議員|立委|議員).{0,20}(?:起訴|偵辦|判決|調查|指出|表示|質詢|呼籲)", "起訴|判刑|緩刑|判決",
    ), 2, 1.5),
    "statistics": (_any(
        rf"(?:共計?|合計|總計|計有|計) ?{NUM}(?:,[0-9]{{3}})* ?[件人次案場份名筆起戶]", "統計(?:表|資料|結果|年報)?", r"較(?:上月|上年|去年|前一年|同期|上季)", r"[0-9.]{1,6} ?%", "百分之", "平均(?:每|處理)|占比|佔比|成長率|比率", "件數|人次|成案率", "年報|季報|月報",
    ), 2, 2.0),
    "job_advert": (_any(
        "誠徵|徵才|招募|徵求.{0,6}(?:人員|員)|甄選", "職缺|職稱:|工作內容|工作項目|工作地點|工作時間", "薪資|待遇|月薪|時薪", "資格條件|應徵|履歷|面試", "報名(?:期間|方式|截止)", "正取|備取",
    ), 3, 3.0),
    "fiction": (_any(
        "小說|劇本|連載|短篇|同人|劇中|影集|電影|漫畫|戲劇|連續劇|輕小說", "純屬虛構|如有雷同|虛構", r"第[一二三四五六七八九十]{1,3}[回幕集話]", "主角|女主|男主|劇情|男配|反派", "(?:他|她)(?:低聲|冷笑|輕聲|嘆了口氣|皺起?眉|壓低聲音)",
    ), 2, 1.5),
    "question": (_any(
        "請問|想請教|請教一下|想問|有人知道|求解|求助", r"[嗎呢]\?", r"\?$", "怎麼辦|該怎麼|可以嗎|會不會|要怎麼|如何(?:申請|檢舉|辦理|處理)",
    ), 2, 4.0),
    "hypothetical": (_any(
        "如果|假如|假設|假使|倘若?|若有|如有|如遇|萬一|設若|要是|縱使", "例題|擬題|題幹|情境(?:題|一|二|模擬)|案例題|試題", r"(?<![0-9A-Za-z甲-癸])[甲乙丙丁](?:[君男女員方公機為向之因]|公司|科長)", "某(?:甲|乙|丙|機關|公務員|公司|局|市|縣|員)",
    ), 2, 2.0),
    "chat": (_any(
        "[啦喔欸耶齁哈嘿唷噢嘛吼]|XD|QQ|ㄏㄏ|笑死|傻眼|超|欸", "[😀-🙏🤀-🧿🌀-🗿]", "(?:^|[,。\n])(?:我|你|他|她|我們|你們|他們|跟你|聽說|剛剛|欸|對啊|真的|原來)", "老闆|學長|學姊|同梯|小編|私訊|揪|靠北",
    ), 2, 8.0),
    "official_letter": (_any(
        r"(?:^|\n) ?主 {0,4}旨:", r"(?:^|\n) ?說 {0,4}明:", r"(?:^|\n) ?(?:受文者|發文日期|發文字號|速別|密等及解密條件或保密期限|正本|副本|擬辦|附件):", "請 ?(?:查照|鑒核|鑒察|核示|照辦|查核辦理|備查)", "鈞(?:長|府|局|部|院|署|鑒)|貴(?:府|局|處|科|公司|校)", "如(?:主旨|說明)", "依據?.{4,40}(?:函|令|規定)辦理", "字第[0-9]{6,14}[A-Z0-9]?號",
    ), 2, 1.5),
}  # fmt: skip

# The sentence needs one hit, of a narrower pattern where the wide one is too weak for a single sentence.
NEAR: dict[str, "re.Pattern[str]"] = {
    "law": _any(rf"第 ?{NUM} ?條", r"(?:依|按|違反).{0,24}(?:法|條例|辦法|準則|細則|要點|規則|規定)(?:之?規定|第|辦理|論處|處罰)", "依規定|依法(?:應|不得|得|處|令|規|辦理|論)", "(?:本|該)(?:法|辦法|要點|條例|準則)", r"^[^,]{0,14}[法例]自.{1,16}施行", "者,處|,處.{0,16}罰"),
    "teaching": _any("宣導|教育訓練|講習|研習|教材|課程|講師|小提醒|基本觀念|觀念|注意事項|應避免|避免在|切勿|務必|切記", "(?:請|應)(?:各單位|同仁|各機關|留意|注意|勿)", "保護制度|立法沿革|之差異|差異說明", "案例|判決|測驗|情境"),
    "procedure": _any("應(?:填寫|填具|載明|檢附|敘明|備妥|出示|另行|先|以|予|將|於)", "得(?:以|委任|向|免|不予|請求|拒絕|提出|撥打|於|就)(?!知)", "不得", "不予(?:處理|受理)", "如何|流程|程序|格式|須知|受理(?:機關|單位|時|後|檢舉|陳情)", "應予(?:保密|以|遮蔽)|均須|始得|以密件(?:處理|辦理)", "(?:填寫|請於|請至).{0,20}(?:姓名|電話|表|系統|網站)"),
    "published": _any(r"(?:已|業)(?:於|經|由|在)?[^,。;\n]{0,24}(?:公告|公布|刊登|發布|登載|上網|發佈|公佈|函復|修復|結案|返隊)", "公布於|公告於|公告:|刊登於|發布於|(?<!才發|再發|才會發|未發|還沒發)新聞稿(?!還|沒|未|尚|[^,。]{0,6}(?:才|再|還沒|改))|(?<!還沒|尚未|未)公告(?:如下|於|在)|連結|(?:決標|招標|徵才|錄影)公告", "歡迎(?:媒體|民眾|踴躍|參加|報名|採訪|新|家長|各界|廠商)"),
    "news": _any("新聞(?!稿)|報導|記者(?!會|最好|都|不|還|來|別)|媒體(?!都|還|不)|判決|遭(?:起訴|判刑|法辦|懲處)|被(?:起訴|判|罰款的新聞)|地檢署|法院(?:判|認)"),
    "statistics": _any(rf"(?:共計?|合計|總計|計有|計) ?{NUM} ?(?:餘)?[件人次案場份名筆起]", rf"{NUM} ?件", "統計|件數|成案|較(?:上月|上年|去年|同期)|[0-9.]{1,6} ?%|百分之|比率|不合格率"),
    "job_advert": _any("誠徵|徵才|職缺|薪資(?:及|待遇)|應徵|履歷"),
    "fiction": _any("小說|劇本|劇中|影集|電影|漫畫|虛構|主角|劇情"),
    "question": _any(r"[嗎呢]\??$", r"\?$", "請問|想請教|請教|想問|有人知道"),
    "hypothetical": _any("如果|假如|假設|假使|倘|若(?!干)|如有|如遇|如為|如係|萬一|要是|縱使|例如|譬如", "某(?:甲|乙|丙|機關|公務員|公司|局|市|縣|員|人)", r"(?<![0-9A-Za-z])[甲乙丙丁](?:[君男女員]|公司)"),
    "chat": _any("[啦喔欸耶齁哈嘿唷噢嘛吼]|XD|笑死|超(?!過|商|級)", "(?:^|[,。])(?:我|你|他|她|我們|你們|他們|聽說|剛剛|欸|原來)"),
    "official_letter": _any("請 ?(?:查照|鑒核|鑒察|核示|照辦|備查|惠復|逕復|辦理|處理見復)|鈞(?:長|府|局|部|院|署)|貴(?:府|局|處|科|公司|校)|如(?:主旨|說明)|在案|復請|檢送|隨文|台端|臺端"),
}  # fmt: skip

MODAL = re.compile(r"(?<![反答適因供響相對])應(?!付|徵|急|變|用|酬|該是他)|不得|得(?:以|向|於|就|免|委|請|依|不|提|申|拒|撥|檢|為|由|檢附)|須(?!知)|必須|務必|可(?:撥打|利用|向|以|至|透過)|始得|均應|不可|不能|禁止|嚴禁|請勿|切勿|勿")  # fmt: skip
NEGATED = re.compile("不得|不可|不能|請勿|切勿|嚴禁|禁止|勿|不要|(?<![性級類個區特分辨])別(?!人|的|墅|處|是)|避免|未(?!來|婚|成年|公布|公開|公告|發布)|並無|並未|沒有|無法|不是|並非|尚無|不予|不再|拒絕|無從|無人")
CONDITIONAL = re.compile("如果|假如|假設|倘|若(?!干|是)|如有|如遇|如為|如係|如因|如發現|如對|如需|萬一|要是|凡|[^,。;]{2,30}者,(?:應|得|不|處|由|依|可|請)|之虞|時,應")
EXAMPLE = re.compile(r"範例|例示|示例|舉例|例如|例:|例\)|\(例|e\.g\.|sample|填寫說明|填表說明|填寫範|假資料|測試資料|模擬|虛構|示範|參考格式|參考範本|如下例|案例", re.IGNORECASE)
GENERIC = re.compile("民眾(?:檢舉|反映|陳情|投訴|通報)|據(?:報|民眾|反映)|任何人|人民|凡|當事人|各(?:單位|機關|級|縣市|里)|同仁|受理(?:機關|單位)|主管機關|承辦(?:單位|人員)(?:應|請|不得)")
QUOTES = {"「": "」", "『": "』", "《": "》", "“": "”"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a passage, or the sentence around a place, is.  Fields are independent: a teaching page may quote law.

    ``modal``, ``negated``, ``conditional``, ``example``, ``generic`` and ``quoted`` are about a sentence and are False
    for a whole passage.  ``scores`` holds, for a whole passage, the hits per 1,000 characters behind each field.
    """

    law: bool = False
    teaching: bool = False
    procedure: bool = False
    published: bool = False
    news: bool = False
    blank_form: bool = False
    statistics: bool = False
    job_advert: bool = False
    fiction: bool = False
    question: bool = False
    hypothetical: bool = False
    chat: bool = False
    official_letter: bool = False
    modal: bool = False  # 應 得 不得 須 可: speaks of duty and leave, not of what happened
    negated: bool = False
    conditional: bool = False  # 如有 倘 若 …者，應
    example: bool = False  # 範例 例如 舉例
    generic: bool = False  # 民眾 任何人 各單位: nobody in particular
    quoted: bool = False  # the place stands inside 「」
    scores: Mapping[str, float] = field(default_factory=dict, compare=False, repr=False)

    @property
    def talk(self) -> float:
        """0..1: how far words alone should be discounted here.  0 for plain narrative, letters and chat."""
        weight = (
            0.5 * self.law + 0.4 * self.teaching + 0.4 * self.procedure + 0.3 * self.statistics + 0.4 * self.job_advert
            + 0.4 * self.fiction + 0.3 * self.news + 0.3 * self.published + 0.4 * self.blank_form + 0.3 * self.hypothetical
            + 0.2 * self.question + 0.3 * self.modal + 0.2 * self.conditional + 0.3 * self.example + 0.1 * self.generic
        )  # fmt: skip
        return min(1.0, weight)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that hold, in order of declaration, for reasons and tests."""
        return tuple(f.name for f in fields(self) if f.name != "scores" and getattr(self, f.name))


BLANK = re.compile(r"_{4,}|:[ ]{0,6}\n(?=[^\n:]{1,12}:)|: {4,}|□|☐|\( {2,20}\)|[○Ox]{2,4}年[○Ox]{1,2}月|年 {2,8}月 {2,8}日|\(?(?:簽章|簽名或蓋章|請簽名)\)?")


def setting_of(passage: Passage) -> Setting:
    """The kind of text the passage as a whole is; computed once for all views of a stretch."""
    start = passage.folded.to_original(0, 1)[0] if passage.text else 0
    return passage.context.once(f"setting:{passage.part.path}:{start}", lambda: _whole(passage.text[:READ_CHARS]))


def _whole(text: str) -> Setting:
    size = max(len(text), 1)
    scores: dict[str, float] = {}
    holds: dict[str, Any] = {}
    for name, (pattern, hits, density) in WHOLE.items():
        count = sum(1 for _ in pattern.finditer(text))
        scores[name] = 1000 * count / max(size, 120)
        holds[name] = count >= hits and 1000 * count / size >= density
    blanks = sum(1 for _ in BLANK.finditer(text))
    return Setting(**holds, blank_form=blanks >= 4 and 1000 * blanks / size >= 8, scores=scores)


def local(passage: Passage, start: int, end: int) -> Setting:
    """The kind of sentence around ``[start, end)`` of ``passage.text``; once per sentence and quotation state."""
    low, high = sentence_range(passage, start, end)
    quoted = _quoted(passage.text[low:start])
    governed = passage.text[max(0, low - HEADING_CHARS) : low]
    return passage.once(f"setting:{low}:{high}:{quoted}", lambda: _near(passage.text[low:high], governed, quoted))


MADE_UP = re.compile(r"\[創作\]|【創作】|短篇|小說|劇本|劇中|劇情|影片(?:裡|中)的|片中|劇裡|片場|殺青|戲裡|漫畫|角色(?:設定|扮演)|主角|情境題|模擬(?:案例|情境|法庭)|連續劇|電視劇|八點檔|戲劇節目|飾演|劇透|純屬虛構|虛擬(?:案例|人物)|案例(?:為)?虛構|改編|故事接龍|極短篇|跑團|NPC|話劇|劇名|本劇|道具文件|密室逃脫|劇本殺|狼人殺")
STORY_CHARS = 200  # before something told within which a work names itself


def made_up(passage: Passage, start: int, end: int) -> bool:
    """Whether what stands at ``[start, end)`` is told of a figure: the work names itself shortly before or right after."""
    return MADE_UP.search(passage.text, max(0, start - STORY_CHARS), end + 20) is not None


def sentence_range(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Half-open range of the sentence(s) that hold ``[start, end)``, at most SENTENCE_CHARS beyond it on each side."""
    text = passage.text
    floor, ceiling = max(0, start - SENTENCE_CHARS), min(len(text), end + SENTENCE_CHARS)
    low = max((text.rfind(stop, floor, start) for stop in "。!?;\n"), default=-1) + 1
    ends = [at for stop in "。!?;\n" if (at := text.find(stop, max(start, end - 1), ceiling)) >= 0]
    high = min(ends) + 1 if ends else ceiling
    return max(low, floor), max(high, end)


def _near(sentence: str, before: str, quoted: bool) -> Setting:
    holds: dict[str, Any] = {name: pattern.search(sentence) is not None for name, pattern in NEAR.items()}
    heading = before.rstrip("\n").rpartition("\n")[2]
    return Setting(
        **holds,
        blank_form=sum(1 for _ in BLANK.finditer(sentence)) >= 2,
        modal=MODAL.search(sentence) is not None,
        negated=NEGATED.search(sentence) is not None,
        conditional=CONDITIONAL.search(sentence) is not None,
        example=EXAMPLE.search(sentence) is not None or (heading.endswith((":", "。")) and EXAMPLE.search(heading) is not None),
        generic=GENERIC.search(sentence) is not None,
        quoted=quoted,
    )


def _quoted(before: str) -> bool:
    return any(before.count(opening) > before.count(closing) for opening, closing in QUOTES.items())
