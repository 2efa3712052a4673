"""Is a mark told of a paper that the writer has before him?

封面左上角「極機密」 is a leak under a photograph of the paper, and none in a novel, an exam, a lesson on how to mark, a piece of news or
an archive that was opened.  What makes the difference stands around the words: who holds the paper (我手上, 剛收到, 拍給你), what is told
of it (主旨, 第三章, 30 架), and words that take it back (道具, 考古題, 已註銷, 如果).
Cues from how clerks and soldiers write in chats, posts and mails; November 2026.
"""

from dataclasses import dataclass

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.official.variants import compile_wide
from dlp.detectors.setting import CONDITIONAL, local, sentence_range, setting_of

BEFORE, AFTER = 120, 160  # characters around a mark in which its paper is told of
HEAD_CHARS = 120  # of a text, in which it says what it is

# Somebody holds, photographs or hands over the paper.
HOLDS = compile_wide(
    r"我(?:們)?(?:手[上邊裡中]|還?[沒不](?:遮|敢)|要?帶|單位|部隊|桌上|這[邊裡]|剛|今[天早]|昨天|從|把|拍|掃|抄|看到|拿到|收到|經手|用手機|打字|先|偷)|手[上邊裡](?:這|那|有|的|正|剛)|桌上(?:這|那|有|一|放)|剛(?:剛|才)?(?:拿|收|領|退|送|印|發|掃|拍|抄|接|翻|到|簽)|(?:今天|昨天|早上|下午)(?:剛)?(?:抄|拿|收|印|看|領|簽|送)"
    r"|[翻偷自側加]拍|(?<!球)拍(?:一|了|下|到|起來|給|照|第|張|這|那|成)|掃(?:了|描|一|給|成|進)|截圖|入鏡|謄|抄(?:了|給|一|下|的)|漏夾|夾帶|瞄到|影印時|[買撿翻找借挖弄]到(?:的|了|一)|先給|傳真|副本給|給(?:你|您|妳|大家|各位|學[長弟姊妹]|老師|群)|貼(?:給|上來|出來|在|到|一下)|分享|傳(?:給|上來|到|錯)|寄(?:給|到|出|錯)|轉(?:給|到|寄|傳|貼)|(?:交|送|退|發)(?:過)?(?:給|來)|幫(?:我|忙|看|印)|新公文|公文(?:剛|來|到)|(?:你|你們|大家|各位)看(?!到|見|法)|喏|上傳|(?:發|丟|貼|po)(?:群|到|上)"
)
MINE = compile_wide(r"我(?!國|方|軍|府|們要|會)|手[上邊]|給(?:你|您|妳|大家|各位|老師|學)|桌上|入鏡")
# The paper is named, whoever holds it.
NAMED = compile_wide(r"[件料報冊本單書圖]上|照片|圖說|[這那][張份件本疊封頁袋卷個箱]|[本此](?:頁|件|冊|卷|紙|份|文)|附[圖件檔上]|如附|隨[信函文]|來文|[函文簽]上|原件|正本|掃描檔|最上面那|(?:上|裡)面那")
# Something of what the paper says.
CONTENT = compile_wide(
    r"主旨|標題|案名|第 ?[0-9一二三四五六七八九十]{1,3} ?[頁章節張行點項欄段格]|(?:裡面|內容|裡頭|內文|內頁|中間|上面)(?:就|都|也)?(?:寫|是|有|為|列|講|提|連|登|記)|(?:列|寫|登載|畫|標)(?:了|出|有)[^「『,。]{2}|(?:寫|列|畫)著[^「『,。]{4}|講(?:到|的是|哪)|提到|要[查搜抓]|事由|案由|案情|,講[^,。;]{4}|講(?:的是|哪)|重點(?:有|是|如下|:)|[0-9][0-9,.]{0,9} ?(?:架|名|人|艘|輛|處|億|萬|%|海浬|浬|公里|元|個營|門|枚|點|座)|字第? ?[0-9]{6,}|"
    r"名單|名冊|清冊|底線|底價|部署|配置|路線|計畫|報告|方案|履歷|位置|地點|時程|行程|公告前|還沒(?:談|公|發|改|定|上)|尚未|下個?月|明年"
)
# What takes it back: the paper is not real.
PRETENDED = compile_wide(
    r"(?<![不沒]是|並非|絕非|[非別不])(?:虛構|虛擬|杜撰|架空|(?<![放休請病事公年補婚產喪])假(?:公?文書?|章|造|裝|密件|想|資料|範例)|(?:[畫做印弄編寫是]|一[張份個]|[用了])[^,。\n]{0,4}假的|假的?「|假的(?:公文|章|檔|密件|機密|文件|卷|範|啦|喔|$|[,。!)])|仿(?:製|古)|道具|劇(?:組|本|場|中|情|照|社)|小說|連載|漫畫|動畫|(?<!像|像在看|像看)電影|影集|戲服|桌遊|密室逃脫|遊戲裡|實境遊戲|同人|角色扮演|考古|國考|模擬(?:題|考|卷|公文|情境)|(?:[背刷寫練]|準備)[^,。\n]{0,10}(?:考題|題庫|試題)"
    r"|第 ?[0-9]{1,3} ?題|練習[題用本稿]|習題|擬答|演練題|案例演練|(?:教學|僅供|做|作|給|當)示範|示範(?:用|頁|文件|公文|如)|示意(?![圖表])|(?<!不是)範例|樣張|樣本|教學(?:用|示|範)|教材|課本|童話|美工|整人|愚人節|開玩笑|惡搞|改圖|P圖|梗圖|cosplay|馬克杯|T恤|文創|紀念品|非真正|非實際|純屬|化名|改編自?)"
)
# Close to the word these make it a joke; further off they are the clerk's lunch.
JOKES = re.compile(r"便當|蛋糕|雞排|滷味|食譜|菜單|火鍋|生日|卡片|情書|優惠|折扣|抽獎|仙人掌|釣點|零食|奶茶|飲料|禮物|玩具|團購|[貓狗]|糖果|餅乾|紅包袋")
JOKE_CHARS = 14
# It was real and is open now, or the word is of the past.
OPEN_NOW = compile_wide(
    r"(?:(?<![未不])已|業|早)(?:就|經|於|由)?[^,。;\n]{0,20}(?:解密|註銷|塗銷|公開|公布|公告|移轉|開放|上網|刊登|除去)|檔案局|國家檔案|國史館|檔案館|上(?:了)?[院官部府]?網|公報|解密(?:檔案|後|文件|卷|史料)|史料|口述歷史|戒嚴|白色恐怖|二二八|冷戰|抗戰|斷交|當年(?!度)|年代|博物館|古董|拍賣|收藏|網拍|開價|售價|郵票|民國 ?[1-8]?[0-9] ?年(?!底)|(?:原|舊)(?:列|密等|限閱|機密|標示)"
)
# Somebody is told what to do with such papers, or asks.
RULE = compile_wide(
    r"應(?![付徵用])|須|必須|務必|記得|一律|不得|請(?:於|在|將|勿|各|以|加|先|自)|要(?:在|蓋|標|寫|加|不要)|得(?:於|在|以)|怎麼|如何|哪[裡邊一]|是否|規定|凡|(?<!倘)若(?!干)|如果|假[如設]|萬一|只要|通常|一般(?!公務)|常(?:見|會)|任何|所有|例如|譬如|所謂|什麼|意思|差(?:在|別)|叫做|不以|就算|即使|看到|撿到|遇到|收到.{0,6}時(?!候)"
)
# 收到封面蓋「密」的公文，直接交給收發: what is to be done with any such paper.
INSTRUCTS = compile_wide(r"^[^,。;!?\n]{0,16},?[^,。;!?\n]{0,4}(?:直接交|一律|應(?![付徵])|不要(?:拆|翻|拍|自行)|請(?:直接|先|立[即刻]|勿|依|交|洽|通知)|就(?:直接|要|得)|立[即刻](?:通知|通報|交)|不得|須)")
CLAUSE = re.compile(r"[,。;!?\n]")


@dataclass(frozen=True, slots=True)
class Around:
    """What is said around a mark: ``weight`` 0 where nothing speaks for a real paper at hand, up to 0.82."""

    holds: bool
    mine: bool  # the writer himself, or handed to the reader
    named: bool
    content: bool
    doubted: bool  # taken back, a rule, a lesson, a story, news
    past: bool  # open by now, or long ago

    @property
    def weight(self) -> float:
        if self.doubted or self.past:
            return 0.0
        if self.holds or self.mine:
            return 0.8 if self.content else 0.68
        return 0.66 if self.named and self.content else 0.0


def around(passage: Passage, start: int, end: int) -> Around:
    """Judge the words around the mark at ``[start, end)``, offsets of the passage."""
    text = passage.text
    before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
    near = before + text[start:end] + after
    clause = CLAUSE.split(before)[-1]
    said = local(passage, start, end)
    sentence = max(sentence_range(passage, start, end)[0], start - BEFORE)
    holds, content = HOLDS.search(near) is not None, CONTENT.search(near) is not None
    doubted = (
        pretends(passage, start, end)
        or JOKES.search(text, max(0, start - JOKE_CHARS), end + JOKE_CHARS) is not None
        or RULE.search(clause) is not None
        or (INSTRUCTS.search(after) is not None and not content)
        or CONDITIONAL.search(text, sentence, start) is not None
        or said.news
        or (said.law and not (holds and content))
        or (said.question and not content)
    )
    return Around(holds, MINE.search(near) is not None, NAMED.search(near) is not None, content, doubted, OPEN_NOW.search(near) is not None)


def pretends(passage: Passage, start: int, end: int) -> bool:
    """Whether what stands around ``[start, end)``, or the text as a whole, says that the paper is no real one: story, exam, lesson, prop."""
    text = passage.text
    near = text[max(0, start - BEFORE) : end + AFTER]
    return PRETENDED.search(near) is not None or story(passage) or exercise(passage)


STORY = re.compile(r"《[^》\n]{1,24}》[^\n]{0,6}第 ?[0-9一二三四五六七八九十百]{1,5} ?[章回節話集卷幕]|純屬虛構|如有雷同|\[創作\]|#創作|【(?:連載)?小說】|同人短篇|待續|道具(?:用|文件)|話劇|電視劇道具|布景")
EXERCISE = re.compile(r"練習題|測驗題|標示範例|範例文號|考古題|模擬(?:題|考|卷)|習題|隨堂測驗|小考|(?:情境|機關|人物|內容|案例)[^,。\n]{0,8}虛構|均(?:屬|為|係)?虛構|杜撰|教學示範|教材示範|教學用|範例頁|非真正密件|填寫範例|寫作範例|情境題|以下為(?:範例|示範|教材)")


def story(passage: Passage) -> bool:
    """Whether the passage signs as a work: chapter of a book, a serial, a notice that all is made up."""
    return passage.once("official.story", lambda: setting_of(passage).fiction or STORY.search(passage.text, 0, 20_000) is not None)


def exercise(passage: Passage) -> bool:
    """Whether the passage says at its head or end that it is an exercise or specimen."""

    def compute() -> bool:
        text = passage.text
        return EXERCISE.search(text, 0, HEAD_CHARS) is not None or EXERCISE.search(text, max(0, len(text) - HEAD_CHARS)) is not None

    return passage.once("official.exercise", compute)
