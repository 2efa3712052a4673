"""Medical records and illness of a person (病歷、醫療, 個人資料保護法 §6).

Diagnosis, treatment, prescription and medication of somebody; disability and addiction with it.  Words of illness in the
names of wards, services, campaigns and specialists are no facts about anybody.

Source: 個人資料保護法施行細則 §4 (definition of 病歷 and 醫療), 醫療法 §72, read 2026-11-22; the list of illnesses is our own.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import regex as re

from dlp.detectors.contract import Hit, Passage, literals
from dlp.detectors.personal.linking import PLAIN, STRONG, WEAK, Fact, Topic, column_facts, link, told
from dlp.kinds import Kind
from dlp.resources import package_data

ID = "personal.health"
KINDS = (Kind.PERSONAL_HEALTH,)


@cache
def diseases() -> tuple[str, ...]:
    """Names of illnesses, longest first."""
    lines = package_data("detectors", "personal", "data", "diseases.txt").decode("utf-8").splitlines()
    words = {w for line in lines if not line.startswith("#") for w in line.split()}
    return tuple(sorted(words, key=lambda w: (-len(w), w)))


TREATED = (
    "住院", "開刀", "手術", "化療", "化學治療", "放射治療", "電療", "標靶", "就醫", "就診", "回診", "看診", "掛急診", "急診", "插管", "安寧病房", "強制送醫", "服藥", "用藥", "處方", "抗憂鬱", "安眠藥",
    "病歷", "診斷", "確診", "罹病", "罹癌", "罹患", "染疫", "病情", "病史", "精神科", "身心科", "身心障礙證明", "障礙類別", "障礙等級", "身障", "病名", "過敏", "主訴", "症狀", "傷勢", "檢驗結果", "身心障礙手冊", "重大傷病卡", "殘障手冊", "病假", "癌末", "臥床", "加護病房", "復健", "診斷書", "長期照顧", "肌電圖", "切除", "心理諮商",
)  # fmt: skip

# Word classes of everyday speech: what people say who do not say the illness.  Plain words, so that they are cues as well.
HARM = "喝農藥|喝巴拉刈|吞安眠藥|吞藥|服毒|燒炭|上吊|自縊|割腕|割手|割痕|跳樓|跳下去|尋短|想不開|不想活|遺書|自傷|輕生|洗胃|尋死"
RESCUE = "送急診|急診|插管|葉克膜|心導管|加護病房|病危|搶救|急救|送醫|昏倒|暈倒|休克|昏迷|縫了|縫合|氣切|截肢"
WOUNDS = "顱內出血|腦出血|斷肋|肋骨|鼻樑斷|骨折|撕裂傷|瘀青|燙傷|燒傷|菸疤|咬痕|斷指|腫起來|腦震盪|挫傷|車禍癱"
AIDS = "尿袋|尿布|鼻胃管|管灌|呼吸器|氧氣機|造口|輪椅|助行器|助聽器|節律器|支架|義肢|抽痰|導尿管|電動床|長效針|胰島素"
DRUGS = "美沙冬|利他能|百憂解|安眠藥|抗憂鬱|精神科的藥|身心科的藥|鎮定劑|史蒂諾斯|都治|PrEP|PEP|替代療法|鋰鹽|標靶藥|化療藥|血壓藥|止痛針|嗎啡|立普能|抗凝血"
MIND = "幻聽|幻覺|妄想|妄想型|躁鬱|憂鬱|重鬱|躁症|PTSD|恐慌|解離|厭食|暴食|過動|妥瑞|自閉|亞斯|思覺失調|雙相|雙極|精神分裂|創傷症候群|情緒障礙|失眠|強迫症|精神崩潰"
BODY = "失語|重聽|失明|全盲|聽損|弱視|偏癱|癱了|臥床|失能|遲緩|手抖|門牙|缺指|坐輪椅|洗腎|洗肝|血鉀|腎臟科|白血球|帶原|帶因|腫瘤|骨轉移|化膿|感染|癌末|末期|肝有問題|心臟有"
BIRTH = "懷孕|墮胎|拿掉孩子|拿掉一個|流掉|安胎|產檢|驗孕|預產期|月經|經期|避孕|產後|子宮|早產|試管嬰兒|人工受孕|畸形兒|順產|身孕"
CURE = "戒酒|戒癮|戒毒|勒戒|身心科|精神科|泌尿科|腫瘤科|看心理醫生|諮商|晤談|開刀|動刀|化療|電療|移植|回診|打針|拿藥|停藥|藥袋|沒吃藥|吃藥|慢箋|慢性處方|住院|療養院|安養|病假"
CUES = literals(*diseases(), *TREATED, "癌", *(w for words in (HARM, RESCUE, WOUNDS, AIDS, DRUGS, MIND, BODY, BIRTH, CURE) for w in words.split("|")), "陽性", "確診", "身障", "DNR", "壓瘡", "褥瘡", "氧氣", "diagnosed", "chemotherapy", "suffer", "pregnant")

TOPIC = Topic(
    Kind.PERSONAL_HEALTH, "病情或醫療", "（已遮蔽）", "刪除病名、治療與障礙情形，或改寫為「因個人因素」。",
    re.compile("(?:診斷|病名|疾病|病史|病情|主訴|症狀|用藥|處方|障礙(?:類別|等級|別)?|身障(?:類別|等級)?|傷勢|傷病名稱|過敏|疾病名稱|主診斷|檢驗結果|就醫紀錄|就醫科別)"),
)  # fmt: skip

# Words that say what happened to somebody without a verb beside them.
EVENTS = frozenset((
    "流產", "墮胎", "人工流產", "中風", "腦中風", "骨折", "截肢", "昏迷", "自殺未遂", "割腕", "輕生", "企圖自殺", "洗腎", "酗酒", "失明", "全盲", "癱瘓", "病危", "心肌梗塞",
))  # fmt: skip
MENTION = 0.5  # the word alone, in the same sentence as a person
_STATES = re.compile(r"(?:罹患|患有|患了?|罹|確診(?:為)?|診斷(?:出|為|罹患|是|有)?|檢查出|驗出|感染|染上|得了|領有|苦於|併發|突發)[^,。;:\n]{0,8}$")
_IS = re.compile(r"(?:有|因|是|屬|(?<!認)為(?!協助|照顧|保障|服務|提供|防|避免|了|關懷|推動)|疑似|好像|像是|應該是|聽說是|出現|合併|中度|重度|極重度|輕度|急性|慢性|確定是|得|染)[^,。;:\n]{0,2}$")
_LABELLED = re.compile(r"(?:病名|診斷(?:結果|為)?|病情|病史|主診斷|疾病(?:名稱)?)[ ]{0,2}[:為][ ]{0,3}[^,。;\n]{0,6}$")
_GOES_ON = re.compile(r"(?:症)?(?:第?[一二三四0-4]期|末期)?(?:住院|開刀|手術|就醫|走失|就診|回診|看診|追蹤|請假|請長假|帶原|感染者|病史|患者|病人|發作|復發|惡化|末期|[一二三四0-4]期|陽性|治療中|確診|用藥|服藥|多年|過世|去世|病逝|亡故|纏身|而|,(?:需|需要|長期|定期|目前|已|正|每))")
_CANCER = re.compile(r"\p{Han}{1,3}癌(?<!致癌|抗癌|防癌|罹癌)(?!細胞|篩|友|物)")
# What makes of an illness's name the name of something else.
_NOT_PERSON = re.compile(
    r"(?:醫院|醫師|資格|設備|手術施行|施行醫院|移植手術施行)|"
    r"(?:大樓|疫情|肺炎(?:疫情|期間)|熱|71型|朋友|住戶|家庭|民眾|長者|及|、|或|與|學家|學者|學博|孩童|兒童|青年|鄉親|患者(?!,|姓|陳|王|林)|死亡者|防治|防疫|疫苗|中心|科(?:醫師|主任|門診|病房|護理|別)?|門診|病房|協會|學會|基金會|篩檢|宣導|研究|專家|專線|醫師|個管師|政策|照護|照顧(?:者|服務|據點)|月(?!經)|日|預防|法(?!定)|條例|衛教|關懷|防護|通報(?:系統|定義|標準|流程)|藥物|新藥|治療(?:技術|指引|中心)|病毒(?:株|檢測)|疫情|"
    r"發生率|死亡率|盛行率|致死率|罹患率|人口|人數|案例數|族群|患者(?:之|的)?(?:照護|權益|家屬(?:團體|支持)|團體|協會)|者(?:權益|保護|福利|保障|服務|權利|就業|職業|鑑定)|團體|用品|福利|服務|鑑定(?:辦法|流程|人員)|保險|補助(?:辦法|要點|計畫)|及其|等(?:疾病|症狀|慢性病)|風險|高危險|友善|社區|共照|據點|(?:特殊)?教育|學生(?:人數|就學|鑑定|獎)|運動會|個案(?:數|管理計畫)|傳染|權利公約|津貼|人士|專案|計畫|停車|國民|代表隊|運動)"
)
_NOT_TALK = r"(?!防治|預防|宣導|衛教|篩檢(?:服務|活動|車|站)|服務|專線|中心(?:主任|人員)?|病房|門診(?:時間|表)|科(?:主任|醫師)|課程|講座|治療(?:費|指引)|補助|政策|議題|者(?:應|得|之|的權)|風險|比例|率|人數|人口|團體|友善|法|條例|辦法|的(?:人|民眾|患者|長者|孩子們)(?:應|請|可|要)|保險|設備|醫院|醫師|資格|能力|技術|設施|床|需求|機構|用品|器材|藥品|專區|系統|通報|率|假(?!單|條|診|說|裝))"
_N = "[0-9一二三四五六七八九十兩幾半]{1,4}"
_TOLD: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?<=[ \t、,|/(])(?:臥床|失智|重聽|管灌|氧氣機|壓瘡|褥瘡|洗腎|糖尿病|中風|偏癱|失語|坐輪椅|精障|聽障|氣切|癲癇|自閉|過動|早療|PrEP用藥|替代療法)(?=[ \t、,|/)。左右一二三四0-9]|$)|簽DNR|B[ ]?肝帶原|壓瘡[一二三四0-9]?[度級]|三度壓瘡"), PLAIN, "row"),
    (re.compile(r"(?i:(?:was|been|is) diagnosed with [a-z0-9 ]{3,40}|starts? chemotherapy|suffers? from [a-z ]{3,30}|is (?:pregnant|hiv[ -]positive))"), STRONG, "english"),
    (re.compile(rf"(?:又|曾|企圖|想要?|試圖|第{_N}次|昨[天晚]|上[週月]|剛|去年|在[^,。;\n]{{1,8}})?[^,。;\n]{{0,4}}(?:{HARM})(?:未遂|沒死成?|獲救|送醫|被救|了|過|之後|住院)?{_NOT_TALK}|(?:喝|吞|吃)(?:了|下)?[^,。;\n]{{0,10}}(?:農藥|巴拉刈|安眠藥|老鼠藥|鹽酸|一?整?[排瓶罐把]藥)|(?:拿|用)[^,。;\n]{{1,8}}(?:割|刺|砍)[^,。;\n]{{0,4}}(?:腕|手|自己|脖子)|(?:自殺|自傷|輕生)(?:未遂|獲救|念頭|意念|企圖|風險高|送醫|通報(?:[一二三四五六七八九十0-9]{{1,2}}次)?(?=[,。;\n]))|死亡計畫"), STRONG, "self-harm"),
    (re.compile(rf"(?:打|吃|領|服|用|施打|使用|開了?|停了?|停用|拿)(?:了|過|的是|著)?[^,。;\n]{{0,8}}(?:{DRUGS}){_NOT_TALK}|(?:沒|不肯|不|停|忘記|拒絕|按時|長期|偷偷)(?:有)?(?:在)?(?:吃|服|打|用)藥(?!物|品|局|師|粧|妝|材)|停藥(?:[0-9一二三四五六七八九十兩]{{1,3}}(?:天|日|個?月|週))?|吃(?:的是?)?[^,。;\n]{{0,8}}的藥|(?:身心科|精神科|醫院|診所)[^,。;\n]{{0,4}}(?:拿藥|領藥|打針)|藥袋|用藥(?:{_N}|為|:|改|中)|打(?:了)?(?:{_N}[年劑支]?)?長效針|都治的?藥|(?:正在|固定|每[天週月]|都)[^,。;\n]{{0,4}}(?:看精神科|看身心科|看醫生|做化療|洗腎|打針)"), STRONG, "medication"),
    (re.compile(rf"(?:包|用|裝|掛|插|靠|戴|坐|拔|換)(?:著|了)?[^,。;\n]{{0,4}}(?:{AIDS})|(?:膝|下肢|左|右|腳|腿|手|腎|肝|眼|子宮|乳房|雙側)[^,。;\n]{{0,6}}(?:截肢|切除|開過?刀|置換|移植|癱瘓?|無力|失明|全聾|聽損)|(?:裝|放|換)(?:了)?(?:{_N}[支根])?(?:心臟)?(?:支架|節律器|人工關節|義肢|人工肛門)|(?:車禍|中風|跌倒|摔)[^,。;\n]{{0,8}}(?:癱|臥床|走不動|半身|失語|骨折|摔斷)|{_N}床(?=[^,。;\n]{{0,8}}(?:中風|插管|昏迷|失智))"), STRONG, "care"),
    (re.compile(rf"(?:有|出現|罹|患|在|被診斷|診斷(?:為|出|有)?|合併|嚴重|重度|中度|產後|長期|是|因|又|疑似|懷疑|的|得|媽媽|爸爸|太太|先生|,|\(|、)[^,。;\n]{{0,4}}(?:{MIND})(?:症|型|傾向|發作|復發|症狀|沒吃藥|在吃藥|患者(?=[,。;\n])|學生)?{_NOT_TALK}|腦(?:裡|中)[^,。;\n]{{0,6}}(?:麥克風|聲音|音樂|有人)|聽見有人叫|(?:被害|關係)妄想"), PLAIN, "mind"),
    (re.compile(rf"(?:{WOUNDS})(?!的(?:處理|急救|照護)|急救|處理|專科){_NOT_TALK}|(?:急診|醫院)?縫(?:了|合)?{_N}針|打斷[^,。;\n]{{0,8}}(?:骨|牙|鼻|肋|腿|手)|摔斷[^,。;\n]{{0,8}}|(?:燒|燙)傷(?:面積)?約?{_N}"), PLAIN, "wound"),
    (re.compile(rf"(?:送|掛|住進?|進|轉|推進|還在|移到?)[^,。;\n]{{0,6}}(?:急診|加護病房|加護|ICU|精神科|安寧病房|療養院|部立醫院|榮總|三總|長庚)(?!室?(?:人員|主任|護理|醫師|服務|大樓)){_NOT_TALK}|(?:被?插管|插喉罩|急救無效|裝葉克膜|做心導管|剛做完|休克|昏倒|暈倒|昏迷指數){_NOT_TALK}|強制(?:就醫|送醫|住院)|抽血(?:驗出|{_N}|報告)|酒測值?[^,。;\n]{{0,6}}0?\.[0-9]{{2}}"), PLAIN, "rescue"),
    (re.compile(rf"(?:她|女友|女生|女兒|太太|老婆|看護|移工|女性?|小姐|妹妹|同學|助理|已|剛|又|去|被逼著?|疑似|未婚|確定|發現|肚子|結果是|最近|知道她|先前)[^,。;\n]{{0,8}}(?:懷孕|懷了|墮胎|拿掉(?:了)?(?:一個)?(?:孩子|小孩|胎兒)?|流掉|安胎|做(?:了|過)?人工流產|有了身孕|驗孕|流產|大肚子|產下){_NOT_TALK}|懷孕{_N}(?:週|個月)|驗孕棒?[^,。;\n]{{0,8}}(?:陽性|兩條線|有了)|(?:嬰兒|孩子)?生父(?:為|是|不詳)|預產期(?:在|是|為|:)|(?:產後|子宮)[^,。;\n]{{0,4}}(?:憂鬱|大出血|切除|肌瘤|外孕)|(?:經期|月經)遲|人工受孕|生了?(?:一個)?畸形|流產[一二兩三四五]次|剖腹產|順產|早產[一二三四五六七八九十0-9]{{1,2}}週"), PLAIN, "birth"),
    (re.compile(rf"(?:驗出|呈|檢出|報告|結果|篩檢|驗出來|快篩|RPR|HIV|HBsAg|TPPA|梅毒|痰液?|C肝|B肝|RNA|尿液)[^,。;\n]{{0,10}}(?:陽性|\(\+\)|帶原|確診|1:[0-9]{{1,3}})(?!率|個案數|人數|者(?:應|須|請))|(?:肝|痰|血|痰液)[^,。;\n]{{0,4}}(?:陽性?|驗出來)|開放性肺?結核|痰[^,。;\n]{{0,8}}開放性|(?:就是|那位|又一位|剛)?確診(?:了|愛滋|HIV|{_N})(?!例|人)|(?:HIV|愛滋|B肝|C肝)[ ]?(?:帶原|感染|陽性)(?:者(?=[,。;\n]))?{_NOT_TALK}|CD4[=:]?[0-9]"), STRONG, "infection"),
    (re.compile(rf"(?:在|去|進|住|送|到|看|掛|因|從)[^,。;\n]{{0,8}}(?:戒酒|戒癮|戒毒|身心科|精神科|泌尿科|腫瘤科|婦產科|感染科|心理師|諮商|心理醫[生師])(?:中心|門診|所)?(?:住院|拿藥|看診|就診|就醫|報到|治療|看|追蹤|回診)?(?:{_N}[天次個])?{_NOT_TALK}|住(?:院|進)[^,。;\n]{{0,8}}(?:{_N}(?:天|週|個?月|次))|(?:請|休)(?:了)?(?:(?:長期?|延長)病假|安胎假|身心假)|(?:病假|請假)(?:{_N}(?:天|日|個月))|(?:要|準備|剛|已|才|去|得|還要|下[週月個]|明天)(?:禮拜|星期)?[^,。;\n]{{0,6}}(?:開刀|動刀|動完?[^,。;\n]{{0,6}}手術|做化療|化療|電療|做手術|移植|切片)|(?:肚子|心臟|腦|腎|肺|肝|胃|胸片|乳房)(?:裡|上)?有(?:一個)?(?:破洞|陰影|腫瘤|硬塊|問題)|那顆要開刀"), PLAIN, "treatment"),
    (re.compile(r"(?:(?:領有|持有|是|為|屬|有|,|、|\()(?:極?重度|中度|輕度)?(?:身障|身心障礙|精障|肢障|聽障|視障)(?:證明|手冊|者(?=[,。;\n])|生|類)?(?=[,。;、)\n])|第[0-9一二三四五六七八]類(?:極?重度|中度|輕度)|(?:全面性|語言|動作)?發展遲緩|(?:智能|學習|情緒(?:行為)?|語言|聽覺|視覺|多重)障礙(?:輕度|中度|重度)?(?=[,。;、)\n])|(?:畸形|先天性|罕病|唐氏)(?:兒|症)?|失能(?:第?[0-9一二三四五六七八]級|等級)|CMS[ ]?[0-9]級?|BSRS|IQ[ ]?[0-9]{2,3})"), PLAIN, "disability"),
)  # fmt: skip
_PATTERNS: tuple[tuple["re.Pattern[str]", float, str], ...] = (
    (re.compile(r"(?:中度|重度|極重度|輕度)(?:智能|精神|肢體|聽覺|視覺|多重)?(?:身心)?障礙(?!者(?:權益|福利|保護|服務)|(?:學生|類|等級)(?:人數|鑑定))"), STRONG, "disability"),
    (re.compile(r"(?:領有|持有|辦理|申請)[^,。;]{0,10}(?:身心障礙(?:證明|手冊)|殘障手冊|重大傷病卡)"), PLAIN, "disability"),
    (re.compile(
        r"(?:接受|進行|施行|做|動|剛)[^,。;\n]{0,10}(?:手術|化療|化學治療|放射治療|電療|標靶治療|器官移植|血液透析|人工流產|結紮|心理治療|心理諮商|復健治療)|(?:開了?刀|住進?加護病房|住進?[^,。;]{0,6}病房|被強制送醫|強制住院|插管治療|住院(?:治療|開刀|中|觀察|[0-9一二三四五六七八九十]{1,3}[天日週個])|"
        r"因[^,。;]{1,10}住院|掛(?:精神科|身心科|腫瘤科|泌尿科|婦產科|感染科|肝膽腸胃科|急診)|(?:精神科|身心科|腫瘤科|感染科)(?:就診|就醫|看診|看病|回診|門診追蹤|治療|用藥|病房)|(?:長期|每天|按時|定期|需|正在|固定)?服用[^,。;]{1,12}(?:藥|錠|劑)|吃(?:抗憂鬱|安眠|精神科|降血壓|鎮定)[^,。;]{0,3}藥|"
        r"長期臥床|臥病在床|病危|昏迷指數|(?<![0-9]例|[0-9]人|名)確診(?!(?:病)?例|者(?!為|是)|數|人數|個案數|案例|率)|罹癌|染疫|病情(?:惡化|嚴重|穩定|危急|不穩)|情緒(?:失控|不穩)[^,。;]{0,6}(?:送醫|就醫|用藥)|驗出[^,。;]{1,10}陽性|快篩陽性|PCR陽性|自殺(?:未遂|獲救|送醫)|割腕送醫|輕生(?:送醫|未遂|獲救))"
    ), PLAIN, "treatment"),
    (re.compile(r"(?:病歷|診斷證明書|診斷書|(?<!民眾|緊急|方便|便利|醫療|為|造成)(?:住院|就醫|就診|回診|急診)|動手術|開刀|請病假|病假|服藥|復健)(?!空窗|權利|民眾|須|者|需求|不便|困難|路程|保險|費用(?:標準)?|權益|服務|人次|環境|流程|須知|中心|大樓|醫師|訓練)"), WEAK, "treatment"),
)  # fmt: skip


def relate(passage: Passage, hits: Sequence[Hit]) -> Iterator[Hit]:
    yield from link(passage, hits, facts(passage), TOPIC)


@cache
def _automaton() -> Any:
    import ahocorasick_rs

    return ahocorasick_rs.AhoCorasick(diseases(), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def _illnesses(text: str) -> Iterator[Fact]:
    """Names of illnesses and what stands around each; the name of a ward or service is none."""
    places = [(start, end) for _, start, end in _automaton().find_matches_as_indexes(text)]
    ends = {end for _, end in places}
    places += [(m.start(), m.end()) for m in _CANCER.finditer(text) if m.end() not in ends]
    for start, end in places:
        if _NOT_PERSON.match(text, end, end + 12) or (text[start : start + 2] == "輕生" and text[start - 1 : start] == "減"):
            continue
        before = text[max(0, start - 16) : start]
        stated = _STATES.search(before) or _LABELLED.search(before) or _IS.search(before)
        goes_on = _GOES_ON.match(text, end, end + 8)
        low = start - len(before) + stated.start() if stated else start
        yield Fact(low, goes_on.end() if goes_on else end, _plainness(text[start:end], bool(stated or goes_on)), "illness")


def _plainness(word: str, stated: bool) -> float:
    return STRONG if stated else PLAIN if word in EVENTS else MENTION


def facts(passage: Passage) -> Iterator[Fact]:
    """What is said about anybody's health."""
    yield from _illnesses(passage.text)
    yield from told(passage, (*_TOLD, *_PATTERNS))
    assert TOPIC.columns is not None
    yield from column_facts(passage, TOPIC.columns)
