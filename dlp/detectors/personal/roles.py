"""The words around names that say who somebody is: role words before, titles after, offices.

One role word leads to one role; the longest word wins (被檢舉人 is no 檢舉人).  Roles: informant, reported, petitioner,
applicant, victim, witness, reporter (通報人), handler (承辦人), official, public_figure, patient, student, parent, relative,
resident, employee, offender, author, professional, holder (of an account, a plate, a house), unknown.

Source: facts about names in official texts (姓名條例, 文書處理手冊 forms, petition and informant forms), verified 2026-11-22.
"""

from dataclasses import dataclass
from functools import cache


def _words(text: str) -> list[str]:
    return text.split()


PRIVATE_ROLES = frozenset(_words(
    "informant reported petitioner applicant victim witness reporter patient student parent relative resident employee offender holder"
))  # fmt: skip
# A name in one of these roles is by itself worth a person's time.
PROTECTED_ROLES = frozenset(_words("informant petitioner victim witness reporter patient reported"))

_BEFORE: dict[str, str] = {
    "informant": (
        "檢舉人 檢舉者 檢舉民眾 檢舉的人 舉發人 舉發者 告發人 舉報人 舉報者 揭弊者 揭弊人 吹哨者 爆料者 爆料人 線民 線人 秘密證人 投訴人 投訴者 投訴民眾 抓耙子 抓扒仔 "
        "檢舉達人 告密者 告密的人 密告人 檢舉你的是 檢舉的是 去檢舉的是 打1999的是 具名人"
    ),
    "reported": (
        "被檢舉人 被舉發人 被申訴人 被投訴人 被陳情人 被告發人 行為人 違規人 違規行為人 受處分人 受裁處人 相對人 加害人 受檢人 被付懲戒人 被移送人 被檢舉者 肇事者 肇事人 受罰人 違建人 被通報人"
    ),
    "petitioner": (
        "陳情人 陳情民眾 陳訴人 陳情者 反映人 反映民眾 來信民眾 來電民眾 來函民眾 來信人 來電人 來電者 來信者 申訴人 申訴民眾 請願人 訴願人 異議人 民眾 反應人 陳情市民 去函人 投書人 發信人 抗議民眾"
    ),
    "applicant": (
        "申請人 聲請人 請求權人 申請者 報名人 報名者 申報人 請領人 受益人 受補助人 領款人 受款人 收款人 承租人 出租人 買受人 出賣人 委託人 委任人 代理人 受任人 立書人 具領人 立切結書人 "
        "切結人 具狀人 撰狀人 原告 告訴人 債務人 債權人 納稅義務人 要保人 被保險人 投保人 借款人 保證人 連帶保證人 受僱人 應徵者 考生 應考人 役男 捐款人 得標人 當事人 本人 中獎人 "
        "參加人 錄取者 得獎人 繼承人 被繼承人 立約人 收件人 寄件人 取件人 訂購人 掛號人 請假人 差勤人員 受試者"
    ),
    "victim": "被害人 受害人 受害者 被害者 被害學生 死者 傷者 罹難者 失蹤者 失蹤人 走失者 死亡者 往生者 被害人家屬 受虐者 受傷民眾 溺水者 自殺者 受暴婦女 被霸凌者 被霸凌學生 遭家暴的",
    "witness": "證人 目擊者 目擊證人 關係人 在場人 見證人",
    "reporter": "通報人 通報者 報案人 報案者 報案民眾 責任通報人",
    "handler": "承辦人 承辦人員 經辦 經辦人 聯絡人 連絡人 聯絡窗口 承辦 承辦同仁 聯絡人員 承辦單位聯絡人 業務承辦人 窗口 主辦 協辦 經手人 填表人 製表人 製表 製單人 覆核 審核 校對 收件承辦",
    "patient": "病患 病人 患者 個案 案主 確診者 感染者 受檢者 住民 院民 受照顧者 失智長者 身心障礙者 身障者 罹病者 住院病人 案家 服務對象 接觸者 個案姓名 病人姓名 產婦 精神病患 被照顧者 長照個案",
    "student": "學生 同學 學員 幼生 幼童 學童 資優生 轉學生 中輟生 該生 女學生 男學生 畢業生 新生 休學生 受輔學生 涉案學生 行為學生",
    "parent": "家長 父親 母親 監護人 法定代理人 爸爸 媽媽 學生家長 生父 生母 養父 養母 單親媽媽 單親爸爸 照顧者 主要照顧者",
    "relative": (
        "配偶 其夫 其妻 其子 其女 其母 其父 其兄 其弟 其姊 其妹 前夫 前妻 丈夫 妻子 太太 先生 兒子 女兒 長子 次子 長女 次女 三子 三女 么子 么女 養子 養女 孫子 孫女 祖父 祖母 外祖母 外祖父 阿公 阿嬤 "
        "弟弟 妹妹 哥哥 姊姊 姐姐 胞兄 胞弟 胞姊 胞妹 之子 之女 之妻 之夫 之母 之父 之弟 之妹 之兄 之姊 老公 老婆 男友 女友 同居人 未婚夫 未婚妻 家屬 親屬 媳婦 女婿 姪子 姪女 外甥 外甥女 岳父 岳母 婆婆 公公 親友 家人"
    ),
    "resident": "住戶 鄰居 里民 村民 市民 鎮民 鄉民 縣民 屋主 房東 房客 租客 地主 戶長 所有權人 土地所有權人 建物所有權人 共有人 占用人 使用人 業主 住民代表 居民 樓下住戶 樓上住戶 隔壁住戶 隔壁鄰居 區分所有權人 起造人",
    "employee": "員工 勞工 同仁 職員 雇主 約僱人員 約聘人員 臨時人員 工讀生 移工 看護 外籍看護 替代役男 同事 前員工 離職員工 志工 清潔隊員 隊員 司機 駕駛 店員 保全 警衛 工友 新進人員 役男姓名 服務人員 收件同仁 部屬 下屬",
    "offender": "被告 嫌犯 犯嫌 嫌疑人 犯罪嫌疑人 受刑人 更生人 通緝犯 收容人 受保護管束人 少年犯 非行少年 嫌疑犯 主嫌 共犯 被通緝人 人犯 毒犯 詐欺犯 車手",
    "holder": "戶名 帳戶 車主 駕駛人 持卡人 登記人 所有人 持有人 存戶 開戶人 用戶 用戶名稱 戶名為 持證人 領證人",
    "author": "作者 撰稿 撰文 署名 敬上 撰寫人 編輯 攝影 譯者 編著 著 繪者 主編 設計 編劇 導演 作詞 作曲",
    "field": "姓名 名字 真實姓名 本名 真名 姓名為 名叫 叫做 叫作 全名 中文姓名 原名 更名為 改名為 舊名 姓 名 叫 全名叫 是叫",
}

# Offices and public functions; as titles they may stand before or after the name.
_OFFICES = (
    "總統 副總統 院長 副院長 部長 政務次長 常務次長 次長 署長 副署長 主任委員 副主任委員 主委 副主委 市長 副市長 縣長 副縣長 鎮長 鄉長 區長 里長 村長 鄰長 局長 副局長 處長 副處長 司長 副司長 廳長 "
    "秘書長 副秘書長 主任秘書 參事 技監 專門委員 科長 副科長 課長 股長 組長 副組長 隊長 副隊長 大隊長 中隊長 小隊長 分局長 副分局長 所長 副所長 館長 校長 副校長 園長 檢察長 檢察官 主任檢察官 檢察總長 書記官長 書記官 "
    "法官 審判長 大法官 院檢 議長 副議長 議員 市議員 縣議員 立委 立法委員 監委 監察委員 委員 召集人 召委 鎮民代表 鄉民代表 市民代表 國代 主席 黨主席 發言人 黨團總召 總召 幹事長 書記長 大使 代表 總領事 司令 參謀總長 "
    "上將 中將 少將 上校 中校 少校 署理 特派員 主計長 局處首長 理事長 總幹事 執行長 董事長 總經理 總裁 副總裁 主任 副主任 院士 站長 總隊長 督察 督察長 警監 縣議會議長 總監 關務長 審計長 秘書 議事組長 政務委員 院務 政委 里幹事 市議會議長 參議員 眾議員 總理 首相 外長 國王 教宗 主教 閣下 部次長 處座 局座"
)
_STAFF = "科員 課員 辦事員 書記 技士 技佐 技正 視察 專員 約僱員 助理員 組員 幹事 承辦員 稽查員 警員 巡官 巡佐 警務員 偵查佐 偵查員 社工 社工員 社工師 督導 調查官 調查員 觀護人 衛生稽查員 護理長 管理師 助理 替代役 專案經理 研究員 副研究員 助理研究員 里幹事 工程員 工程司 設計師 分析師 承審法官 專案助理 查驗員 教官 輔導員 輔導老師 導師 訓導"
_PROFESSIONS = "老師 教授 副教授 助理教授 講師 醫師 醫生 律師 會計師 建築師 護理師 護士 藥師 心理師 諮商師 治療師 技師 地政士 代書 牧師 神父 法師 師父 教練 導演 記者 主播 作家 博士 經理 老闆 老闆娘 店長 廠長 船長 機長 代表人 負責人 經理人 站務員 主持人 主講人 講者 演員 歌手 選手 球員 畫家 詩人 導師 師傅 大師 學者 專家 主編 編輯"
_COURTESY = "先生 小姐 女士 太太 夫人 君 同學 阿姨 伯伯 叔叔 媽媽 爸爸 奶奶 爺爺 阿伯 阿嬤 阿公 大哥 大姐 大姊 老先生 老太太 老師 兄 姊 小朋友 先生女士 等人 本人 一家 一家人 夫妻 夫婦 父子 母女 母子 父女 兄弟 姊妹"
_AFTER_RELATION = "之子 之女 之母 之父 之妻 之夫 之弟 之妹 之兄 之姊 的媽媽 的爸爸 的太太 的先生 的兒子 的女兒 的小孩 的家長 的母親 的父親 的身分證 的電話 的手機 的地址 的病歷 的帳戶 的帳號 的LINE 的住址 的個資 的資料 的名字 的戶籍 家屬 家長"
_AFTER_LETTER = "敬上 謹上 敬啟 謹啟 啟 上 親啟 收 台啟 臺啟 鈞啟 敬呈 謹呈 謹誌 簽名 簽章 蓋章 (簽名) (簽章) (蓋章) (印) 筆 叩上 敬筆"

COURTESY = tuple(_COURTESY.split())
OFFICES = tuple(dict.fromkeys(_OFFICES.split()))
PROFESSIONS = tuple(_PROFESSIONS.split())
STAFF = tuple(dict.fromkeys(_STAFF.split()))


@dataclass(frozen=True, slots=True)
class Sign:
    """One side of a name: ``role`` and ``strength`` (0..1) that a person stands beside the word; ``public`` an office."""

    role: str
    strength: float
    public: bool = False


@cache
def before_words() -> dict[str, Sign]:
    """Role words that stand before a name."""
    signs: dict[str, Sign] = {}
    for office in OFFICES:
        signs[office] = Sign("official", 0.8, public=True)
    for staff in STAFF:
        signs[staff] = Sign("official", 0.7, public=True)
    for profession in PROFESSIONS:
        signs.setdefault(profession, Sign("professional", 0.7))
    for role, words in _BEFORE.items():
        for word in words.split():
            strength = 0.9 if len(word) > 2 else 0.7
            signs[word] = Sign("unknown" if role == "field" else role, 0.5 if len(word) == 1 else strength)
    for word in ("負責人姓名", "代表人姓名", "公司負責人", "申請設定登記人"):
        signs[word] = Sign("public_figure", 0.9, public=True)
    for word in ("提案人", "連署人", "主席", "紀錄", "記錄", "主持人", "附議人", "質詢議員", "召集人", "報告人"):
        signs[word] = Sign("official", 0.8, public=True)
    for word in ("出席", "列席", "出席者", "列席者", "與會人員", "出席人員", "列席人員", "出席委員"):
        signs[word] = Sign("unknown", 0.75)
    signs["受文者"] = Sign("unknown", 0.7)
    signs["記者"] = Sign("public_figure", 0.8, public=True)
    return signs


@cache
def after_words() -> dict[str, Sign]:
    """Titles and other words that follow a name."""
    signs: dict[str, Sign] = {}
    for office in OFFICES:
        signs[office] = Sign("official", 0.8, public=True)
    for staff in STAFF:
        signs[staff] = Sign("official", 0.7, public=True)
    for profession in PROFESSIONS:
        signs[profession] = Sign("professional", 0.7)
    for word in COURTESY:
        signs[word] = Sign("unknown", 0.5 if len(word) == 1 else 0.85)
    for word in _AFTER_RELATION.split():
        signs[word] = Sign("unknown", 0.7)
    for word in _AFTER_LETTER.split():
        signs[word] = Sign("author", 0.5 if len(word) < 2 else 0.85)
    signs["同學"] = Sign("student", 0.9)
    return signs


# Between a role word and a name: a colon, brackets, a copula, a courtesy particle.
LINK = r"(?:[ \t]{0,4}(?:姓名)?[ \t]{0,4}[:=][ \t\n]{0,6}|[ \t]{1,6}|[「『(\[【〈《\"'][ \t]{0,2}|(?:就|應|即|也|亦|疑似|確定)?(?:為|是|係|即|乃|叫|名叫|叫做|名為|:)[ \t]{0,2}[「『(]?|\t)?"
