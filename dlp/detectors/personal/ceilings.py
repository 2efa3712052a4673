"""What keeps something told of a person from being a leak: fiction, news, the teller's own story, consent, a denial, a supposition.

The same sentence about 陳小姐 and her illness is a leak in an office mail and none in a novel, a newspaper or her own post.

Sources: 個人資料保護法 §§6 (當事人自行公開、書面同意), 20; read 2026-11-22; words from reading such texts.
"""

import regex as re

from dlp.detectors.contract import Passage
from dlp.detectors.setting import local, made_up, setting_of

CHRONICLE_CHARS, TELLING_CHARS = 700, 160
CONSENT_CHARS = 200
CHRONICLE = re.compile(r"(?<![0-9])(?:1[0-9]{3}|20[0-2][0-9])年(?!度)|世紀|王朝|皇帝|享[年壽][0-9]|出生於|職棒|聯盟|奧運|專輯|國王|皇后|公爵|伯爵|元帥|拿破崙|戰役|清朝|明朝|唐朝|宋朝|西元|公元|球員|中華隊|冠軍|總教練|政權|王國|國號|王妃|冊立|朝廷|御史|太子|三國時|起兵|昔日|好萊塢|佛羅倫斯|孔子|孟子")
SUPPOSED = re.compile(r"(?:如果|假如|假設|假使|倘若?|萬一|要是|設若|如有|如遇|如為|若有|若是|若為|凡有?|(?:^|[,。;:「\n(])[ ]?若)[^。;!?\n]{0,26}$")
LEFT_OPEN = re.compile(r"(?:有沒有|不論|無論|是否|不管|有無|會不會)[^。;!?\n]{0,14}$|有沒有|是否")
OWN_STORY = re.compile(r"(?<![跟對向和給替幫叫告訴問])我(?:的|自己的?)?(?:媽媽?|爸爸?|母親|父親|太太|老公|老婆|先生|女兒|兒子|小孩|孩子|弟弟|妹妹|哥哥|姊姊|阿嬤|阿公|婆婆|公公|自己|也|曾|因|去年|前年|當年)[^,。;]{0,3}$|我(?:的|自己的?)?(?:媽|爸|母親|父親|太太|老公|老婆|女兒|兒子|弟弟|妹妹|阿嬤|阿公|婆婆)")
CONSENTED = re.compile(r"(?:經|已|業經|徵得|取得)(?:其|他|她)?(?:本人|當事人|家屬|家長|父母|案主)?(?:的)?(?:書面)?同意(?:公開|分享|刊登|受訪|揭露|後)|同意(?:公開|具名|刊登)|授權(?:分享|公開|刊登)|化名|以上(?:人物|姓名)[^,。]{0,4}(?:虛構|化名)")
SELF_TOLD = re.compile(r"(?:中央社|聯合報|自由時報|中國時報|蘋果日報|鏡週刊|各大?報|各媒體)[^,。;]{0,6}(?:寫|報|登|說|刊)|新聞(?:說|寫|報|指出|裡|上|稿|提到)|報紙|(?:媒體|電視|週刊|記者)(?:報導|說|寫|披露)|報導|(?:自己|本人|親自)(?:在[^,。;]{0,10})?(?:出書|公開|寫書|受訪|開記者會|開?直播|PO文|在臉書|對外)|出書|自傳(?:裡|中|提)|公開(?:自己|坦承|承認|分享|談)|受訪時|書店有售|已授權|已出版|紀錄片|歌手|官網(?:有|可查|公布)|裁判書(?:系統|查詢)|刑事判決(?=[ \n])")
NEGATED = re.compile(r"(?:未|沒有|沒|並無|查無|無|非|不是|並非|否認|不曾|未曾|排除|預防|防治|避免|防止|免於|謠傳|誤傳)[^,。;]{0,4}$")
PRESS = re.compile(r"記者|報導|新聞|媒體|訊\]|表示,|指出,")
PRESS_CHARS = 4_000

# Council floors and recorded talks are public: motions, questions and answers, speaker after speaker.
COUNCIL = re.compile(r"議員|議會|質詢|本席|答詢|黨團|建請|如案由|審查意見|大會決議|市政總質詢|定期會|議長")
SPEAKER_LINE = re.compile(r"(?m)^[\p{Han}A-Za-z ]{2,12}:$")
COUNCIL_FROM, SPEAKERS_FROM = 3, 4


def spoken_in_public(passage: Passage) -> bool:
    """Whether the passage is council business or the transcript of a recorded talk."""
    return passage.once("ceilings.public", lambda: _spoken_in_public(passage.text[:PRESS_CHARS]))


def _spoken_in_public(top: str) -> bool:
    return len(COUNCIL.findall(top)) >= COUNCIL_FROM or len(SPEAKER_LINE.findall(top)) >= SPEAKERS_FROM


def ceiling(passage: Passage, start: int, end: int, *, by_person: bool, sample: bool, by_number: bool) -> tuple[float, str, str]:
    """(highest confidence, code, zh-TW reason) of what is told at ``[start, end)``; 1.0 where nothing speaks against it.

    ``by_person`` and ``by_number`` say how it is tied to somebody, ``sample`` that the name is one that forms use for nobody.
    """
    whole, near = setting_of(passage), local(passage, start, end)
    if NEGATED.search(passage.before(start, 8)):
        return 0.35, "negated", "否定的敘述"
    if near.example or (sample and (near.teaching or near.procedure or near.question)):
        return 0.35, "example", "範例或假設"
    if ((near.law or near.statistics) and not by_person) or SUPPOSED.search(passage.before(start, 30)):
        return 0.3, "general", "法規、統計或假設的敘述"
    if LEFT_OPEN.search(passage.before(start, 16)) or LEFT_OPEN.match(passage.text, start, end):
        return 0.35, "open", "沒有說是有還是沒有"
    if OWN_STORY.search(passage.before(start, 8)) or OWN_STORY.match(passage.text, start, end):
        return 0.4, "own-story", "說的是自己或自己的家人"
    if made_up(passage, start, end):
        return 0.55 if by_number else 0.3, "fiction", "創作、影片或教材裡的人物"
    low, high = passage.sentence(start)
    if SELF_TOLD.search(passage.text, max(low, start - TELLING_CHARS), min(high, end + TELLING_CHARS)):
        return 0.4, "published", "當事人自己或新聞已說出的事"
    if CONSENTED.search(passage.text, max(0, start - CONSENT_CHARS), end + CONSENT_CHARS):
        return 0.35, "consented", "本人同意公開，或使用化名"
    if not by_number and len(CHRONICLE.findall(passage.text, max(0, start - CHRONICLE_CHARS), end + CHRONICLE_CHARS)) > 1:
        return 0.45, "chronicle", "像是介紹人物或歷史的文字"
    if not by_number and spoken_in_public(passage):
        return 0.45, "public-talk", "議事或公開發言的內容"
    if whole.fiction:
        return 0.3, "fiction", "小說、戲劇或影視"
    if whole.law or whole.job_advert:
        return 0.4, "general", "法規或徵才文字"
    if whole.published or (whole.news and PRESS.search(passage.text, 0, PRESS_CHARS)):
        return 0.55 if by_number and not whole.news else 0.45, "published", "新聞或已公開的文字"
    return 1.0, "", ""
