"""Systems, network and physical security told to outsiders: credentials, addresses, weaknesses, cameras, door codes, query screens.

Law: 資通安全管理法 and its rules, 公務員服務法 Art. 5, 刑法 Art. 132 (read 2026-11-22).  Generic advice and published vulnerabilities are none.
"""

from collections.abc import Iterator

import regex as re

from dlp.detectors.business.cue_words import cues_of
from dlp.detectors.business.leaks import Topic, leaks
from dlp.detectors.contract import Hit, Passage
from dlp.kinds import Kind

ID = "business.system"
KINDS = (Kind.BUSINESS_SYSTEM,)
WORDS = re.compile(
    r"密碼|帳密|帳號[^。;\n]{0,12}密碼|VPN|內網|測試機|弱點|漏洞|資安事件|(?:被)?勒索|防火牆規則|監視器|鏡頭|門禁|保全|機房|死角|拓[樸撲]圖|遠端桌面|RDP|API ?key|金鑰|後台|刷卡機|電磁鎖|鐵捲門|磁簧|伺服器|"
    r"(?:戶役政|戶政|M-Police|勞保|監理|健保|前科|刑案)[^。;\n]{0,6}(?:系統|查詢|畫面)|查詢畫面|查詢系統|(?:幫|替)[^。;\n]{1,6}查(?:了|到|一下)|administrator|金庫",
    re.IGNORECASE,
)
CREDENTIAL = (
    r"(?:密碼|password|passwd|pwd|PIN)(?:還是|就是|預設(?:是|為)?|是|為|都是|[:=])? ?[\"「]?(?=[A-Za-z0-9#@!/_$%\-]{0,30}[0-9@#!])[A-Za-z0-9#@!/_$%\-]{4,30}|(?:admin(?:istrator)?|root|svc_[a-z]+|test|user)(?: ?/ ?|:)[A-Za-z0-9@#!$%_\-]{4,30}|"
    r"門禁(?:密碼)?(?:是|為|:)?[0-9]{3,8}#?|帳號(?:給你|是|為)?:?[^,。A-Za-z]{0,4}[A-Za-z0-9_]{3,20}[^。]{0,8}密碼(?!規|應|請|須)|密碼(?:都|就|還)?(?:是|為)(?:車牌|員編|生日|電話|分機|統編)(?:後|末|前)?[一二三四五六]?"
)
IP = r"(?<![0-9.])(?:10|172\.(?:1[6-9]|2[0-9]|3[01])|192\.168|203|140|61)(?:\.[0-9]{1,3}){2,3}(?::[0-9]{2,5})?(?![0-9.])"
SPECIFIC = re.compile(rf"{CREDENTIAL}|{IP}|死角|不會(?:被拍|留|錄)|只(?:拍|錄|有[^,。]{{1,8}}(?:會錄|拍))|是假的|壞了|沒人|型號|還在用|就進得去|員編|1234|鎖了|貼在|前科|教的|未修補|收得到|後四碼|不會看|RCE|沒(?:有)?換過|預設", re.IGNORECASE)
SOLE = re.compile(
    rf"{CREDENTIAL}|(?:監視器|鏡頭)[^。;\n]{{0,24}}(?:死角|是假的|不會被拍|壞了|只拍(?:到|得到))|(?:後面|那邊|旁邊)是死角|(?:M-Police|戶役政|戶政|監理|健保|勞保)(?:系統)?(?:查詢)?畫面[^。;\n]{{0,10}}(?:給你|截圖|車主)|查詢畫面截圖|不會留log|(?:保全|巡邏|警衛)[^。;\n]{{0,12}}(?:沒人|整點|在睡|不在|不會看)|(?:門|刷卡機|鎖)[^,。;\n]{{0,10}}(?:用推|一拉|一推|推就|拉就)[^,。;\n]{{0,4}}(?:進|開)|(?:幫|替)朋友查(?:了|到|一下)[^。;\n]{{0,10}}(?:車主|戶籍|前科|地址)|加/admin",
    re.IGNORECASE,
)
# Heard only where the speaker hushes, or is inside and ahead of the news.
BROAD = re.compile(r"密碼|帳號|弱掃|弱點|主機|油卡|門禁|鑰匙|無線網路|wifi|修補|RCE|監視器|保險箱|警衛|感應卡|電磁鎖|門鎖|上鎖|沒鎖|裝備室|地政系統|測試帳號|路由器|防毒|資料庫|備份|憑證|後門|系統|簽核|螢幕|駭客|被駭|中毒|外洩|當機|VPN|遠端|IP", re.IGNORECASE)
NOT_TOPIC = re.compile(r"弱密碼|強密碼|密碼(?:應|須|請|不要|長度|原則|學|鎖|管理|政策)|電影|影集|遊戲|錄影(?:公告|中)|索取密碼|新聞|CVE|指引|人生")
CUES = cues_of(WORDS.pattern, BROAD.pattern)
TOPIC = Topic(
    Kind.BUSINESS_SYSTEM, "system", WORDS, "系統、網路或安全設施的細節", "刪去帳號、密碼、位址、弱點與監視死角；改由資訊或總務單位以保密管道聯繫，已外洩的密碼立即更換。", "［系統細節］", SPECIFIC, SOLE, BROAD, NOT_TOPIC,
)  # fmt: skip


def find(passage: Passage) -> Iterator[Hit]:
    """Statements that give system or security details away."""
    yield from leaks(passage, TOPIC)
