"""Papers before a decision: 簽, 稿, unapproved versions, options and advice to the head of the office.

A 簽 has 主旨, 說明, 擬辦, a chain 敬陳 科長 … and stamps; a 稿 is a letter without number and date; other drafts say so themselves (未定稿, v0.3,
內部討論用) or are handed over with 還沒核定，先不要傳.  One such word is no draft: published bills are 草案 as well, manuals teach 擬辦, rules speak of
簽奉核可後.  So several signs of one paper are asked for.
Law: 行政程序法 Art. 46 II 1, 政府資訊公開法 Art. 18 I 3; layouts: 文書處理手冊 (2023-06-08); read 2026-11-22.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.contract import Hit, Passage, pattern
from dlp.detectors.official.signs import FRAMES, NAMES, Paper, Sign, discount, lowered, papers
from dlp.detectors.official.variants import words
from dlp.document import Place
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind

ID = "official.drafts"
KINDS = (Kind.DRAFT_UNDECIDED,)
CUES = (
    *words(
        "擬辦", "擬 辦", "敬陳", "謹陳", "敬 陳", "陳核", "呈核", "陳閱", "呈閱", "核示", "裁示", "鑒核", "鈞長", "鈞閱", "鈞裁", "核奪", "奉核", "奉可", "奉准", "如擬", "未核定", "沒核定", "未定案", "沒定案", "未決行", "未奉核",
        "未定稿", "未發布", "未公布", "未發文", "沒發文", "沒簽", "沒批", "待簽", "待核", "簽辦中", "簽核中", "會辦中", "會簽", "會稿", "核稿", "擬稿", "初稿", "草稿", "稿本", "函稿", "簽稿", "代簽", "後稿", "決行", "判行", "批示", "批核",
        "核章", "核定前", "定案前", "裁示前", "內部討論", "內部參考", "內部文件", "討論稿", "討論版", "內部版", "draft", "底稿", "擬議", "擬採", "採甲案", "採乙案", "採丙案", "方案甲", "方案乙", "甲案", "乙案", "幕僚", "簽呈", "簽於", "簽 於",
        "發文字號", "字第", "核定中", "還在簽", "在簽", "還在改", "還在跑", "版還", "擬答", "稿)", "稿】", "稿]", "(稿", "【稿", "暫定版", "政策評估", "未經核定", "未經長官", "草案", "定稿前", "修訂中", "審閱版", "校閱", "簽文", "公文還", "便簽", "退回", "再議", "還在看", "送核", "首長看過", "的簽", "討論版", "還沒核", "還沒送",
        "發布前", "對外說法",
    ),
    *pattern(r"v(?:er)?\.? ?0\.[0-9]"), *pattern(r"[ \t]簽(?:呈)?[ \t]{0,8}(?:\r?\n|$)"), *pattern(r"(?:^|\n)[ \t]{0,12}簽[ \t]{0,12}(?:\r?\n|$)"),
)  # fmt: skip

TITLE = r"(?:科長|課長|股長|組長|隊長|主任(?:秘書)?|秘書(?:長)?|專門委員|專員|副?處長|副?局長|副?署長|副?司長|鈞長|副?首長|副?縣長|副?市長|鄉長|鎮長|區長|政務次長|常務次長|次長|副?部長|校長|教務長|總務長|院長|所長|理事長|執行長|主委|主任委員|長官)"
STAMP = r"(?:承[ ]?辦(?:人|單位)?|會[ ]?辦(?:單位|意見)?|會[ ]?簽|核[ ]?稿|決[ ]?行|擬[ ]?稿|會[ ]?稿|判[ ]?行|覆[ ]?核|核[ ]?章|批[ ]?示|(?:單位)?主管(?:核章)?|首長(?:批示|核章)?|繕[ ]?打|校[ ]?對|監[ ]?印)"
VERSION = r"(?:草稿|初稿|擬稿|二稿|未定稿|討論稿|討論版|討論用|內部版|審閱版|核閱稿|送核版|內部討論[用稿版]?|內部草案|未發布|未公布|尚未公布|未核定版?|尚未核定|未經核定|未定案|尚未定案|暫定版|稿本|底稿|函稿|簽稿|新聞稿[(]?未發布[)]?|待核定?|修訂中|DRAFT|Draft|draft)"
OPEN, CLOSE = r"[\[【〔(「『<《]", r"[\]】〕)」』>》]"
LETTER = r"(?:函|書函|令|公告|開會通知單|會勘通知單|簽|簽呈|新聞稿|說帖|會議紀錄|會議資料|計畫書?|報告書?|處分書|裁處書|評估報告|回復稿|簡報|要點|方案|契約|聲明|答詢|名單|評分表)"
EMPTY = r"(?:[ \t]*(?:$|\n)|[ \t○_〇]{2,24}(?:字第[ \t○_〇]{0,24}號)?[ \t]*(?:$|\n)|[^\n]{0,10}字第[ \t○_〇]{2,24}號)"


def _filled(passage: Passage, match: "re.Match[str]") -> bool:
    """A letter without number or date, but with a subject that says something: a draft, no form."""
    subject = re.search(r"主[ \t]{0,4}旨[ \t]{0,4}[:]([^\n]{0,200})", passage.text[max(0, match.start() - 600) : match.end() + 900])
    if subject is None:
        return False
    words = re.sub(r"[○〇_Xx…. \t]", "", subject[1])
    return len(words) >= 12 and subject[1].count("○") < 8 and "…" not in subject[1]


def _not_of_rule(passage: Passage, match: "re.Match[str]") -> bool:
    before = passage.before(match.start(), 6)
    return not re.search(r"(?:應|須|得|經|後|先|逐級|分層|層級|由|及|、|或)$", before)


def _ends_line(passage: Passage, match: "re.Match[str]") -> bool:
    """A version note belongs to a title: it begins or ends its line, or nothing much follows; not a word in a sentence."""
    low, high = passage.line(match.start())
    rest = passage.text[match.end() : high].strip()
    return not passage.text[low : match.start()].strip(" \t>") or (len(rest) <= 12 and not re.search(r"[,。]請?|案$", rest))


def _heading_of_paper(passage: Passage, match: "re.Match[str]") -> bool:
    """擬辦 as a heading, not an agenda item of public minutes (案由, 說明, 擬辦, 決議)."""
    around = passage.text[max(0, match.start() - 800) : match.end() + 800]
    return not (re.search(r"決[ ]?議[ ]{0,2}:", around) and re.search(r"案[ ]?由|討論事項|提案", around))


SIGNS: tuple[Sign, ...] = (
    Sign("proposal", "proposal", "有「擬辦」段落", 0.42, re.compile(r"(?m)^[ \t>]{0,8}(?:[一二三四五六七八九十壹貳參肆伍][、.][ ]?)?擬[ \t]{0,4}辦(?:意見|事項|方式)?[ \t]{0,4}(?:[:]|$)"), laid=True, check=_heading_of_paper),
    Sign("paper", "sign-at", "以「簽　於」開頭", 0.42, re.compile(r"(?m)^[ \t>]{0,12}簽[ \t]{1,10}(?:於|于)(?:[ \t:]|[\p{Han}○]{1,14}(?:科|處|局|室|組|課|所|中心|股|隊))|^[^\n。,]{2,20}(?:府|局|處|科|室|所|署|部|會|公所|學|校|中心|隊)[ \t]{1,10}簽(?:呈)?[ \t]{0,8}$|^[ \t>]{0,12}(?:便簽|簽呈|簽稿)[ \t]{0,8}$|^[ \t>]{0,12}簽[ \t]{0,12}\n{1,2}[ \t]{0,12}(?:於|于)?[^\n]{0,24}(?:科|處|局|室|組|課|所|中心|股|隊|年[^\n]{1,8}月)|(?m)^[ \t>]{0,12}簽於[^\n]{2,24}(?:科|處|局|室|組|課|所|中心|股|隊)"), laid=True),
    Sign("paper", "draft-title", "文件名稱後註明是稿", 0.62, re.compile(rf"(?m)^[^\n。]{{0,40}}{LETTER}[ \t]{{0,6}}{OPEN}[ \t]{{0,3}}(?:[^\n)\]】〕]{{0,4}})?(?:稿|稿本|草稿|初稿|擬稿|未定稿|草稿版|底稿|未發布|未公布|未核定|尚未公布|內部版|討論版)[ \t]{{0,3}}{CLOSE}(?=[ \t]{{0,12}}(?:$|[0-9vV(]))|(?m)^[ \t>]{{0,12}}[^\n。,]{{0,24}}(?:函|書函|令|簽)[ \t]{{1,8}}稿[ \t]{{0,12}}$"), laid=True),
    Sign("blank", "no-number", "公文已有主旨，發文字號或日期還空著", 0.45, re.compile(rf"(?m)^[ \t>]{{0,8}}發[ \t]{{0,3}}文[ \t]{{0,3}}(?:字號|日期)[ \t]{{0,3}}[:]{EMPTY}|(?m)^[ \t>]{{0,8}}發文日期[ \t]{{0,3}}[:][ \t]{{0,4}}(?:中華民國)?[ \t○〇_]{{1,8}}年[ \t○〇_]{{1,8}}月[ \t○〇_]{{1,8}}日"), laid=True, check=_filled),
    Sign("chain", "presented-to", "敬陳長官", 0.42, re.compile(rf"(?:敬|謹|恭)[ \t]{{0,3}}陳[ \t]{{0,4}}(?:(?:$|\n)|[:、]?[ \t\n]{{0,6}}[^\n,。]{{0,6}}{TITLE})"), laid=True, check=_not_of_rule),
    Sign("chain", "for-approval", "陳核、呈核", 0.36, re.compile(r"(?m)^[ \t>]{0,8}(?:請)?[陳呈][ \t]{0,3}[核閱判][ \t。:]{0,4}$|(?:謹|敬|簽|擬)(?:請)?[陳呈][核閱判](?!定)|(?m)^[ \t>]{0,8}(?:檢|簽)?[陳呈][ \t]{0,3}(?:局長|處長|科長|市長|縣長|鄉長|鎮長|區長|主任|校長|院長|部長|署長|秘書|長官)[ \t]{0,4}$|(?:請|再|已|正|剛|幫我|準備|還沒|先)[陳呈]核(?!定)|[陳呈]核(?:中|版|用|前|稿)"), check=_not_of_rule),
    Sign("chain", "stamps", "承辦、會辦、核稿、決行等核章欄", 0.48, re.compile(rf"{STAMP}[^\p{{Han}}\n。,、]{{1,14}}(?:[^\s。,、]{{0,8}}[^\p{{Han}}。,、]{{1,14}})?{STAMP}[^\p{{Han}}。,、]{{1,16}}(?:[^\s。,、]{{0,8}}[^\p{{Han}}。,、]{{1,14}})?{STAMP}"), laid=True),
    Sign("chain", "approval-row", "逐級核章的職稱欄", 0.42, re.compile(rf"(?m)^[^\n]{{0,12}}承辦人(?:員)?[ ]?[\t|│]{{1,3}}[ ]?(?:{TITLE}[ ]?[\t|│]{{1,3}}[ ]?){{1,5}}(?:{TITLE}|決行|批示)"), laid=True),
    Sign("chain", "level", "第幾層決行", 0.34, re.compile(r"(?m)(?<![由依為屬按])第[ ]?[一二三1-3○][ ]?層[ ]?決行(?=[ \t]*(?:$|\n|[)\]】〕]|\||承))"), laid=True),
    Sign("chain", "as-proposed", "批示「如擬」", 0.42, re.compile(r"(?m)(?:批示|核示|決行|批核|局長批|處長批|市長批|縣長批)[ \t]{0,3}[:][ \t]{0,4}「?(?:准?如擬|可|同意|緩議|照擬|再議|退回|重擬)|^[ \t>]{0,8}(?:擬如擬|准?如擬|照擬)(?:辦理)?[。 \t]{0,4}(?:$|\n)|(?:批|寫|核)(?:了|的是|示)?[「『]?(?:准?如擬|緩議|再議|退回|重擬)"), laid=True),
    Sign("asking", "asks-decision", "請長官核示", 0.7, re.compile(r"(?:是否(?:可行|妥適|同意|有當|允當)|當否|可否|妥否|然否)[,、 \t?]{0,3}(?:敬|謹|簽|懇|恭)?(?:請|乞|祈)[ \t]{0,3}(?:鈞長)?(?:核示|鑒核|裁示|鈞?示|核定|批示|核奪)"), laid=True),
    Sign("asking", "asks-ruling", "請求核示或裁示", 0.36, re.compile(rf"(?:簽|擬|謹|敬|恭|懇|陳)請[ \t]{{0,3}}{TITLE}?[ \t]{{0,3}}(?:核示|裁示|批示|核奪|核判)|擬[(]請[)]核示|請[ \t]{{0,3}}(?:鈞長|鈞|{TITLE})[ \t]{{0,3}}(?:核示|鑒核|裁示|裁奪|閱|示|批示|核定|核閱)|(?m)[,、 \t]請核示[。 \t]{{0,3}}$")),
    Sign("propose", "proposes", "擬由、擬採等提議", 0.22, re.compile(r"(?:^|(?<=[,。;:、)\n \t])|爰|故|另|案內|本案|(?<=本[局府科所處課會部署])|仍|均|茲)(?:擬(?![定訂具真稿議人態似合辦請如答交])|(?:爰)?建議(?:動支|改採|採|同意|不同意|撤銷|終止|裁處|罰|核列|補助|不予|廢止|調整|先|由|駁回|移送))(?=[\p{Han}])"), laid=True),
    Sign("asking", "your-honour", "稱呼鈞長", 0.2, re.compile(r"鈞長|鈞閱|鈞裁|鈞座")),
    Sign("asking", "for-inspection", "請鑒核", 0.12, re.compile(r"(?:謹|敬)請[ \t]{0,3}鑒核")),
    Sign("asking", "once-approved", "奉核後才要辦", 0.3, re.compile(r"(?:俟|待|一俟)?(?:簽)?奉[ \t]?(?:核|准|可|鈞長核|長官核|批)(?:可|定|示|准)?後[,、 \t]?(?:發|即|再|始|擬|據以|續|另|函|轉|辦|依|通知|實施|公告)|如(?:蒙|奉)[ \t]?(?:核可|核准|准|同意|鈞長)|(?:俟|待)[ \t]?(?:奉核|核可|長官(?:核|同意))後?|(?m)奉核後發?[ \t]{0,3}$"), check=_not_of_rule),
    Sign("status", "undecided", "寫明還沒核定", 0.36, re.compile(r"(?:長官|主任|科長|課長|處長|局長|市長|縣長|部長|首長|上面|老闆|主秘|秘書長|院長|法制|主計|政風)[^。,\n]{0,6}(?:還|都|尚)(?:(?:沒|未)(?:有)?(?:看|批|核|點頭|簽|同意|裁示|回|蓋|決)|在(?:看|考慮|改|猶豫|喬))|(?:只有|僅)(?:首長|長官|局長|處長|市長|縣長|部長|主秘|副座)[^。,\n]{0,4}(?:看過|知道)|(?:再|準備|還要)(?:送|陳|呈)核|送核(?:前|中)|退回(?:來)?的?簽|(?:尚|還|仍|目前|都)?未(?:奉|經|送)?(?:長官|局長|處長|首長|機關)?(?:核定|核可|核准|定案|定稿|決行|簽核|奉核|批核|拍板|裁示|奉可)(?!者|之|函|資|發)|(?:還|都|根本)?沒(?:有)?(?:核定|核可|批下來|批|決行|定案|定稿|核下來|簽完|簽出|奉核|簽准|核准|發文|拍板)|待(?:簽核|核定|批示|核示|奉核|核判|裁示)(?!者)|(?:簽辦|簽核|簽陳|會辦|會簽|會稿|核稿|陳核|核定)中(?!心|央|級|等|小)|(?:還在|正在|目前在|仍在|還要)(?:簽|跑(?:公文|流程|簽|上去|[,。;])|會(?:主計|法制|人事|政風|財政|秘書)|會簽|會辦|陳核|核稿|改|修|喬)|(?:核定|裁示|決行|定案|奉核|簽核|定稿|首長裁示|批准)前(?!項|開)|公文還(?:在|沒)|還沒(?:送|給|呈|報)(?:出去|上去|局長|處長|長官|院|府)|尚未(?:發布|公布|對外|奉|送)|還不(?:是|算)(?:定案|正式)")),
    Sign("label", "version", "標題或括弧註明是草稿版本", 0.5, re.compile(rf"[\[【〔(][^\n()\[\]【】〔〕]{{0,8}}{VERSION}[^\n)\]】〕]{{0,6}}[\]】〕)]|(?<=[_\-]){VERSION}(?=[_\-.v0-9]|$)|(?m)^[ \t>※*★◎●■#]{{0,8}}(?:[^\n。,]{{0,16}}[ \t_\-—:]{{1,3}})?{VERSION}[ \t※*★!]{{0,8}}$"), laid=True, check=_ends_line),
    Sign("label", "stamped", "浮水印或頁首註明是草稿", 0.62, re.compile(rf"(?:^|(?<=[\s\[【(]))(?:{VERSION}|草案|稿)(?=$|[\s\]】)\-:_/|·,])"), laid=True, places=FRAMES),
    Sign("label", "file-name", "檔名註明是稿", 0.5, re.compile(rf"(?:^|(?<=[_\-. (\[【0-9\p{{Han}}])){VERSION}(?=$|[_\-. )\]】0-9v(])|(?<=[0-9函簽令])稿(?=$|[_\-. )\]】(0-9v])"), laid=True, places=NAMES),
    Sign("label", "number", "版本號小於 1", 0.28, re.compile(r"(?<![0-9A-Za-z.])(?:v|V|ver\.?|Ver\.?|版本)[ ]?0\.[0-9]{1,2}(?![0-9.])"), laid=True),
    Sign("label", "way-of-draft", "簽稿併陳、以稿代簽等註記", 0.5, re.compile(r"(?m)^[ \t>※*(\[【〔]{0,8}(?:簽稿[併並]陳|以稿代簽|先簽後稿)[ \t)\]】〕]{0,8}$|[(\[【〔](?:簽稿[併並]陳|以稿代簽|先簽後稿)[)\]】〕]"), laid=True),
    Sign("label", "bill", "草案", 0.15, re.compile(r"草案|規劃案|研擬中")),
    Sign("option", "takes-option", "擬採某案", 0.42, re.compile(r"(?:擬|建議|傾向|決定|宜|打算)(?:暫)?採(?:用|行)?[「『(]?(?:甲|乙|丙|丁|A|B|C|一|二|三|方案|第[一二三])[」』]?(?:案|方案)?")),
    Sign("option", "options", "列出幾個方案", 0.3, re.compile(r"(?s)(?:方案[ ]?[甲一A1]|甲案)[^。]{0,4}[:、 ].{0,400}?(?:方案[ ]?[乙二B2]|乙案)")),
    Sign("option", "advice", "幕僚意見、內部評估", 0.3, re.compile(r"幕僚(?:建議|意見|分析|作業|評估)|首長裁示|政策評估|內部評估|利弊分析|擬議(?=[:,內方之])|研議中|沙盤推演|對外(?:說法|口徑)|(?:質詢)?擬答|風險評估[:]")),
    Sign("plea", "keep-back", "要求先不要外傳", 0.34, re.compile(r"(?:請|敬請|先|暫|切)?(?:勿|不要|別|不得|不可|不能)(?:再)?(?:跟(?:別|任何)?人)?(?:對外|外流|外傳|轉傳|傳出去|轉出去|傳|轉寄|公開|流出|散布|發布|說|講|上網|po)|(?:發布|公布|定案|核定|公告)前(?:請|務必|麻煩|先)?(?:保密|勿|不要|別|不得)|暫(?:不|勿)(?:對外)?(?:公開|發布)|不對外公開|看完(?:就|請)?刪|自己看就好|內部(?:討論|參考|文件|傳閱|使用|流通)(?:用|稿|版|資料)?")),
    Sign("hand", "handed-over", "私下先給對方看", 0.24, re.compile(r"先(?:給|寄|傳|讓|提供)(?:你|妳|您|貴|大家|各位|老師)(?:們)?[^。\n]{0,8}(?:看|參考|過目|卓參|了解|意見|準備|收)|幫(?:我|忙)(?:看|改|順|潤)|給(?:你|妳|您)(?:們)?(?:先)?(?:參考|看看|看|過目)|(?:偷偷|私下|提前|搶先|先)[^。\n,]{0,6}(?:給|寄|傳|透露)|(?:附上|檢附|附件是|附檔(?:是|為)?|如附|拍給|貼(?:給|上|一下)|截圖)[^。\n]{0,20}(?:簽|稿|草案|方案|版本|公文|名單|規劃|評估)|偷拍|翻拍|先睹為快")),
    Sign("layout", "subject", "有主旨欄", 0.15, re.compile(r"(?m)^[ \t>]{0,8}主[ \t]{0,4}旨[ \t]{0,4}[:]"), laid=True),
    Sign("noun", "paper-named", "提到簽呈或稿件", 0.2, re.compile(r"簽呈|簽文|的簽(?=[長局處科還在先拍給,])|簽稿|函稿|草稿|初稿|(?:處分|裁罰|裁處|解約|徵收|人事|補助)(?:案|草案|書)|那份簽|這份簽|這個簽|簽案|公文稿|(?:這|那|我的?|此)[^。\n,]{0,6}(?:簽|稿|草案|方案|規劃|版本|評估|名單|預算|分配表|計畫)|(?:草案|規劃|方案|計畫|預算|補助|名單|裁罰|調整)[^。\n,]{0,8}(?:內容|版本|表|金額|案)")),
)  # fmt: skip
CORE = ("paper", "blank", "proposal", "chain", "asking", "status", "label", "option")
HARD = ("paper", "blank", "proposal", "chain")  # layout: teaching or rules never look like this by accident
HEAD_LINES = 3  # a label stands among the first lines
# 草稿.odt is what anybody calls what he has not finished; 函稿, 未核定 and 內部版 are an office's words.
EVERYDAY = re.compile(r"草稿|初稿|稿|[Dd]raft|DRAFT")
EVERYDAY_SOLE = 0.45
SOLE = 0.55  # a single sign this strong, where it is a label of the item itself
RELEASED = re.compile(
    r"預告(?:修正|訂定|制定|期間|終止)|(?:刊登|登載)[^。\n]{0,14}公報|草案總說明|公聽會|公開徵求(?:意見|外界)|核定[本版]|(?<!未|沒|前|尚未)定稿(?!前)|(?:業|已)(?:經|奉|於|由)?[^。,\n]{0,16}(?:核定|公告|發布)|已(?:核定|發文|公告|發布|刊登)|(?:奉核|核定)在案|發布日期|發布施行|對外徵詢|公開展覽|三讀|院會通過"
)
TEACHES = re.compile(
    r"撰擬|公文寫作|寫作(?:範例|要領|技巧|格式)|公文(?:格式|用語|教學|製作|結構|課)|(?:簽|函|稿)(?:應|的)(?:按|依|分|格式|結構|寫法|撰寫)|三段式|「主旨」|「說明」|範本|範例|例稿|怎麼寫|如何(?:寫|擬|撰)|新進(?:人員|同仁)|期望語|稱謂語|何謂|文書處理手冊"
)
SPECIMEN = re.compile(r"(?m)^[ \t>]{0,8}(?:範[例本]|例稿|格式)[^\n]{0,12}[:]?[ \t]{0,4}$|主[ \t]{0,4}旨[ \t]{0,4}[:][ \t]{0,4}(?:[○〇_…X]{2,}[\p{Han},、。]{0,10}){1,6}$")
FIX = "等核定或發布後，再送正式文件；要徵詢意見，請改用可公開的版本。"
MASK = "［決定前文件］"


def find(passage: Passage) -> Iterator[Hit]:
    """Papers before a decision, one hit a paper."""
    if passage.view == "joined":
        return  # layout is gone there
    for paper in papers(passage, SIGNS, core=CORE):
        hit = _judge(passage, paper)
        if hit is not None:
            yield hit


def _judge(passage: Passage, paper: Paper) -> Hit | None:
    best, anchor = paper.best, paper.anchor
    named = anchor.sign.family in ("label", "paper") and anchor.weight >= 0.5 and (
        passage.part.place in (FRAMES | NAMES | {Place.SUBJECT}) or passage.text.count("\n", 0, anchor.start + 1) < HEAD_LINES
    )
    families = [f for f in best if f in CORE]
    if not named and (len(best) < 2 or not families):
        return None
    confidence = paper.confidence
    if named and len(best) == 1:
        everyday = passage.part.place in NAMES and EVERYDAY.fullmatch(passage.text, anchor.start, anchor.end) is not None
        confidence = EVERYDAY_SOLE if everyday else max(confidence, SOLE)
    confidence = min(confidence, _ceiling(paper))
    hard = sum(paper.weight(f) >= 0.34 for f in (*HARD, "asking"))
    factor, cause = discount(passage, letter=hard >= 2)
    around = passage.text[max(0, anchor.start - 1_500) : anchor.end + 1_500]
    if TEACHES.search(around):
        factor, cause = factor * (0.75 if hard >= 3 else 0.4), cause or "是公文寫作教學或格式說明"
    if SPECIMEN.search(around):
        factor, cause = factor * 0.4, "是空白的範例格式"
    if hard < 2 and RELEASED.search(around):
        factor, cause = factor * 0.5, cause or "是已公開或已核定的版本"
    reasons, confidence = lowered(paper.reasons, confidence, factor, cause)
    if confidence < 0.2:
        return None
    return Hit(Kind.DRAFT_UNDECIDED, *_trim(passage, paper), confidence, reasons, MASK, FIX, {"families": ",".join(best), "state": "undecided"})


def _ceiling(paper: Paper) -> float:
    """What a combination may reach: words about a state, without any layout, never more than medium."""
    best = paper.best
    if any(f in best for f in HARD) or paper.weight("label") >= 0.5 or paper.weight("asking") >= 0.5:
        return 0.95
    if paper.weight("asking") >= 0.34 and "propose" in best:
        return 0.7
    if "status" in best and ("plea" in best or "hand" in best):
        return 0.85 if "noun" in best else 0.72
    if "option" in best and ("plea" in best or "status" in best):
        return 0.8
    return 0.6 if len(best) >= 3 else MEDIUM_FROM - 0.06


def _trim(passage: Passage, paper: Paper) -> tuple[int, int]:
    start, end = paper.span
    text = passage.text[start:end]
    return start + len(text) - len(text.lstrip()), max(start + 1, start + len(text.rstrip()))
