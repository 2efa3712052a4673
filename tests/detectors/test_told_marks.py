"""Marks that stand on a paper somebody tells of, in names, rows, terms and labels; and texts that only look like it."""

import pytest

from dlp.document import Place
from dlp.finding import MEDIUM_FROM
from dlp.kinds import Kind
from tests.detectors.official import found, worth_a_look

OURS = ("classified.", "restricted.")
OFFICIAL, CONFIDENTIAL = Kind.CLASSIFIED_OFFICIAL, Kind.CLASSIFIED_CONFIDENTIAL
SECRET, TOP_SECRET, RESTRICTED = Kind.CLASSIFIED_SECRET, Kind.CLASSIFIED_TOP_SECRET, Kind.RESTRICTED_MARK

Case = tuple[str, Kind, str]

TOLD: tuple[Case, ...] = (
    ("學長這件公文右上角有個密字，主旨是緝毒專案編組，我可以拿回家改嗎", OFFICIAL, "asks, and tells the subject"),
    ("翻拍給你們看啦，卷宗封面大大印著極機密，裡面是愛國者三型的換防時程", SECRET, "photographed"),
    ("我桌上這份標著機密的簡報，第五頁寫營區彈藥庫搬到哪", CONFIDENTIAL, "the mark before the noun"),
    ("早上剛領到的那包，封套紅字寫「絕對機密」，拍一張打卡", TOP_SECRET, "on the envelope"),
    ("這份簽呈密等欄填密，說明二寫要查的是建管科黃技士", OFFICIAL, "the field told of"),
    ("附圖是我剛拍的，左下角有蓋「密件」章，內容是下週要搜索的三個地點", OFFICIAL, "a stamp"),
    ("欸你看，這張紙頂端標「極機密」，列了十二個線民代號跟接頭地點", SECRET, "at the top"),
    ("同學問公文長怎樣，喏（圖一：機密　保密至118年12月31日，主旨：無人機採購規格）", CONFIDENTIAL, "a caption"),
    ("處長交辦那件列機密的公文我拍給你，裡面寫演習當天撤離路線", CONFIDENTIAL, "graded so"),
    ("信封上蓋著密，裡面附檢舉名冊，我先掃給你", OFFICIAL, "no quotation marks"),
    ("那份文件上面的等級是「機密」，內容寫採購談判的底線 2.3 億，你幫我看看英文怎麼翻", CONFIDENTIAL, "help with a translation"),
    ("老師這張投影片是我們部隊真的卷，右上角機密章我沒遮，您上課直接用", CONFIDENTIAL, "a real paper for a lesson"),
    ("轉寄：收發室剛收到的，外面貼「極機密」紅條，裡面是總長行程", SECRET, "a label stuck on"),
    ("這封我不敢留，標密的，附件有三名線民的戶籍", OFFICIAL, "the mark alone"),
    ("照片說明：桌面公文（左上「密」、右下承辦人章），主旨為收押人犯移監時間", OFFICIAL, "described for who cannot see it"),
    ("在軍中抄的，等級機密，頻率表如下：36.5、41.2", CONFIDENTIAL, "copied out"),
    ("這件極機密公文（國情字第1150000123號）昨天寄給外部顧問，內容為佈建費用", SECRET, "number and content"),
    ("（掃描頁首：極機密）\n一、部隊整備現況\n二、缺員241人", SECRET, "page header copied out"),
    ("〔頁尾〕密　第3頁\n查訪對象：五號線人", OFFICIAL, "page footer copied out"),
    ("頁首：機密　頁尾：本件至119年底解密\n港口佈雷構想", CONFIDENTIAL, "both in one line"),
    ("（本頁左上角蓋有紅色「密」字章）\n訪查紀錄\n一、線索來源", OFFICIAL, "a note of who copied it"),
    ("今天影印時瞄到一份，封面寫極機密，第一行是清泉崗彈藥搬遷日期 12/20", SECRET, "seen in passing"),
    ("部門傳閱單上蓋有機密戳記，內容涉及駐外人員輪替名單，請協助掃描後寄我gmail", CONFIDENTIAL, "a stamp, unquoted"),
    ("在舊書攤買到的軍事地圖背面蓋機密，標了現在的雷達站位置", CONFIDENTIAL, "found, and still true"),
    ("密件，請收：檢舉人調查表如附檔", OFFICIAL, "said when handing it over"),
    ("標題列：極　機　密　　份號：3／7\n海軍反登陸水雷阻絕計畫", SECRET, "the title line copied out"),
    ("文件上註明只限本組組員參閱，內容是三家廠商的評分", RESTRICTED, "noted on it"),
    ("傳真過去了，首頁有打密件，共 3 頁，講聯合稽查的店家", OFFICIAL, "typed on the first page"),
    ("那張通知的密等寫「密」，開會事由是調查某校長不當管教", OFFICIAL, "field and subject told"),
    ("國防部來的，機密件，正本我留著，副本給你：12/5 實彈射擊地點改九鵬", CONFIDENTIAL, "a piece of that grade"),
    ("桌上這份限閱，裡面寫誰要接局長，你先別講", RESTRICTED, "a piece of limited reading"),
    ("附件封面蓋了限閱章，內容是三個選項的評估，長官還沒圈，你先看", RESTRICTED, "limited reading"),
    ("我手上這本印著「僅限專案人員閱覽」，第二章講遷移港區的補償底線", RESTRICTED, "a kin of it"),
    ("這份標示「限閱」的人力精簡報告先給你看，名單在第四頁，還沒公布", RESTRICTED, "before the noun"),
    ("封底蓋「不得攜出」跟「限閱」，我還是帶回家改，裡面是都更容積獎勵上限", RESTRICTED, "two labels"),
    ("〔頁首〕限閱\n水庫調度方案\n一、降壓時段", RESTRICTED, "page header copied out"),
)
TERMED: tuple[Case, ...] = (
    ("檢附本案研商資料，密（本件於簽訂協議後解密），請參閱。", OFFICIAL, "in a sentence"),
    ("會議名稱：邊境查緝聯繫會報（機密；保密至119年6月30日）", CONFIDENTIAL, "one bracket behind a title"),
    ("附件二　極機密　本件至130年10月10日解密　雷達參數表", SECRET, "no bracket"),
    ("轉知：密（本案搜索執行完畢後解密）明早六點集合", OFFICIAL, "before the message"),
    ("Re: 撤僑演練編組 密／會議終了後解密", OFFICIAL, "a slash"),
    ("Subject: 聯繫會報紀錄(機密,保密至121年)\n請查收", CONFIDENTIAL, "a bare year"),
    ("本函所附「港區反潛布設圖」列極機密，保密至民國一百三十年，請貴公司估價。", SECRET, "Chinese numerals"),
    ('{"subject":"輪調案","密等":"極機密","解密條件":"本件至130年1月1日解密"}', SECRET, "in quotes of a program"),
    ("打字給你：密等：密（附件抽存後解密） 主旨：查處某分局風紀 說明一...", OFFICIAL, "typed off"),
    ("看不懂，公文寫「機密（保密至民國一百二十年六月）」是可以給外包看的嗎？附件是網路架構圖", CONFIDENTIAL, "asks with the paper in hand"),
    ("列管清單：甲案（機密，未解密）、乙案（普通）", CONFIDENTIAL, "said to hold still"),
    ("案號 115-07／密等 密／案由 查處採購弊案／狀態 偵辦中", OFFICIAL, "parted by slashes"),
    ("本文等級：極機密。一、潛艦出港時程", SECRET, "another name of the field"),
    ("機密等級（極機密）\n保密期限（至民國130年6月30日）\n案名：衛星備援", SECRET, "the field with brackets"),
    ("> 發文字號：國偵字第1150004567號\n> 密等及解密條件或保密期限：機密（保密至120年1月1日）\n> 主旨：偵蒐成果\n\n學長看一下", CONFIDENTIAL, "quoted in a thread"),
)
NAMES: tuple[Case, ...] = (
    ("共用槽清單：\n- 公告.docx\n- 密_約談名單1150930.xlsx\n- 餐費.xlsx", OFFICIAL, "a list"),
    ("附件：(密)1150027783簽.pdf、會議簽到表.pdf", OFFICIAL, "attachments in a line"),
    ("drwxr-x 2026-10-02 【極機密】戰備存量.xlsx", SECRET, "a directory listing"),
    ("請到 \\\\nas\\share\\政風\\風險人員評估-密.docx 下載", OFFICIAL, "a path"),
    ("| 檔名 | 大小 |\n| 機密-要塞管制圖.dwg | 3MB |", CONFIDENTIAL, "a table"),
    ("備份/\n ├ 02_機密_灘岸障礙圖_第3份.dwg\n └ 菜單.pdf", CONFIDENTIAL, "a tree"),
    ("12 約談名冊_密_保密至118年底.xlsx", OFFICIAL, "the term in the name"),
)
ROWS: tuple[Case, ...] = (
    ("編號,案名,機密等級,狀態\n1,春節慰勞案,普通,結案\n2,駐地防護盤點,密,維持", OFFICIAL, "kept"),
    ("文號\t來文機關\t密等\t備註\n1150099\t國安局\t極機密\t續密至120年", SECRET, "prolonged"),
    ("收文號｜主旨｜密等\n1150001234｜（略）｜密\n1150001235｜研習｜普通", OFFICIAL, "bars"),
    ("檔號　案名　原密等　現況\n0051/7　佈雷計畫　絕對機密　維持至民國122年", TOP_SECRET, "was, and still is"),
    ("1151003　調查局　機密　專案協查　份數2", CONFIDENTIAL, "an entry without a head"),
    ("收文簿 115/10/03 國防部 機密 1份 作戰計畫修正", CONFIDENTIAL, "after the name of the book"),
    ("1150098765　密　密不錄由　社會科　解密條件：本案結案後解密", OFFICIAL, "its subject suppressed"),
)
HANDED_BACK: tuple[Case, ...] = (
    ("談判小組資料　編號第3號／共9份　會後繳回\n我方底線 3.5%", RESTRICTED, "numbered, to be returned"),
    ("〔限評選委員閱覽，用畢收回〕\n各廠商初審意見：甲廠財力不足", RESTRICTED, "for some, to be returned"),
    ("本簡報僅供與會主管參考，不得攜出，會後收回\n一、裁併三個分局", RESTRICTED, "three in one line"),
    ("人員名冊（閱畢收回，編號 05）\n1 林○明", RESTRICTED, "behind the name of the paper"),
    ("資料編號：015（會後收回）　修憲小組沙盤推演", RESTRICTED, "number before the bracket"),
    ("【用畢銷毀】臨檢點位表：1. 中山路 2. 民族路", RESTRICTED, "before the name of the paper"),
    ("（請勿攜出，編號 009）\n中長程部署檢討", RESTRICTED, "numbered, not to be taken out"),
    ("No.07　用畢繳回　各分局警力配置表", RESTRICTED, "in one short line"),
    ("議程（編號 12/15，會後交回）\n討論案：調降補助 30%", RESTRICTED, "copy so many of so many"),
)
LEAKS = TOLD + TERMED + NAMES + ROWS + HANDED_BACK

HARMLESS = (
    ("請問公文右上角有個密字是什麼意思？", "a question without a paper"),
    ("請教前輩，簽的左上角要不要蓋密章？還是打在密等欄就好？", "how to mark"),
    ("長官說以後這類簽要在左上角蓋密，我下週改範本", "an instruction"),
    ("新人講習：收到封面蓋「密」的公文，直接交給收發，不要拆。", "what to do with such papers"),
    ("員工守則：看到封面蓋「機密」的文件放在影印機上，請立刻通知政風室。", "a rule"),
    ("公文系統新增「限閱」勾選，勾了之後封面會印「限閱」兩字，請同仁留意。", "a feature"),
    ("桌遊開箱！封面印著「極機密」三個字，裡面有 30 張角色卡", "a game"),
    ("我媽的食譜封面寫著「最高機密」，裡面是滷肉比例，分享給大家", "a joke"),
    ("你猜我桌上的信封寫什麼？「絕對機密」！打開是公司尾牙抽獎券", "another"),
    ("我們家貓的病歷封面我寫「極機密」，因為牠怕丟臉", "a pet"),
    ("密（拼音 mì）：形容詞，距離近。機密、秘密、密件。", "a dictionary"),
    ("密等欄位下拉選單少了「極機密」，請廠商修正", "a fault of a program"),
    ("借書限本校學生使用，閱畢歸還原架", "a library's rule"),
    ("這是機密啦，才不告訴你我在哪裡買的", "a way of speaking"),
    ("電影裡男主角打開封面蓋著極機密的卷宗，裡面是間諜名單", "a film"),
    ("小說《潛流》第三章\n極機密\n隊長把紙燒了。", "a novel"),
    ("劇本第三場：桌上放著蓋「機密」的卷宗，女警拿起來翻到第五頁", "a play"),
    ("劇組徵求道具：一份封面印「機密」的公文夾，十份", "props"),
    ("以下情境純屬虛構：\n密等：機密（保密至120年1月1日）\n主旨：飛彈部署", "said to be made up"),
    ("以下為文書練習題，請改正：\n密（保密至118年5月31日）\n主旨：檢送名冊一案。", "an exercise"),
    ("考題：某函左上角標示「密」，其下漏註解密條件，應如何補正？", "an exam"),
    ("博物館展出民國四十二年的電報，左上角蓋著「極機密」，旁邊有註銷章，我拍給你看", "a museum"),
    ("國史館昨天公布一批檔案，卷皮蓋著「極機密」，內容是當年的撤退計畫", "an archive"),
    ("這份文件本來封面標示「限閱」，上個月已經公開在局網，連結給你", "open by now"),
    ("老實說那份文件的封面根本沒有蓋「機密」，所以不算洩密吧？", "there is no mark"),
    ("我收藏的老郵票封套蓋著「密」，是民國 38 年軍郵，網拍開價三千", "a collector"),
    ("詐騙集團會傳一張蓋有「機密」章的假公文給你，內容說你涉及洗錢", "a fraud"),
    ("資安週報：釣魚郵件主旨寫「機密：薪資調整名單」，附件為 salary_機密.zip，請勿點擊。", "a phishing mail"),
    ("新聞：檢調搜出一份封面標示「機密」的艦艇報告，內容提及雷達參數，全案移送北檢。", "news"),
    ("簡報第 5 頁教大家看頁首的標示：頁首：機密（示範）", "a specimen"),
    ("密等及解密條件或保密期限這欄，會議類的要寫「會議終了時解密」嗎？", "how to fill the field"),
    ("例如：密（本件於公布時解密）、機密（保密至118年12月31日）。", "examples"),
    ("填寫方式：密（本件至○年○月○日解密）", "nothing is filled in"),
    ("密等及解密條件或保密期限：（由承辦人填寫，如：密（本件於公布時解密））", "a hint in a form"),
    ("核給的檔案原【密】業於113年6月30日解密，請張貼。", "released"),
    ("檔名格式：密_文號_主旨.docx", "how to name files"),
    ("01_機密維護宣導.pdf\n02_密件傳遞流程圖.pptx", "names of lessons"),
    ("範本/(密)函稿空白範本.odt", "an empty form"),
    ("附件：【已解密】雷達站租約.pdf、名冊(原密件,110年解密).pdf", "names of released papers"),
    ("編號,案名,機密等級,狀態\n1,春節慰勞案,密,已註銷\n2,駐地防護盤點,機密,解密", "released rows"),
    ("檔號　案名　原密等　現況\n0045/1　金門轉進案　極機密　公開\n0046/2　防空洞整建案　機密　公開", "opened rows"),
    ("欄位說明：密等（普通、密、機密），狀態（維持／註銷／解密）", "a legend"),
    ("【密】跟【機密】差在哪？考前整理一次", "a comparison"),
    ("【老地方】茶水間。【密】看清楚再叫。【限閱】影印機旁常見。【行程】長官的。【底價】別問。", "a glossary"),
    ("位置圖：一樓櫃台→二樓政風室（密件室）→三樓檔案室", "a room"),
    ("會後請將耳機及名牌繳回服務台。", "things, not papers"),
    ("借用投影機（編號03，用畢歸還）", "a device"),
    ("環保愛地球，會議資料請於會後繳回，以便重複使用。", "housekeeping"),
    ("依規定，秘密會議資料應編號分發，會後收回。", "a rule"),
    ("座談會資料（會後可自行帶回）", "to be kept"),
    ("圖書館館藏限館內閱覽，不得攜出。", "a library"),
    ("限會員閱讀", "a newspaper"),
    ("三不：不要製造、不要相信、這些訊息不要轉傳假的", "rumours"),
)


@pytest.mark.parametrize(("text", "kind", "why"), LEAKS)
def test_it_is_worth_a_look(text: str, kind: Kind, why: str) -> None:
    assert worth_a_look(text, kind), why


@pytest.mark.parametrize(("text", "why"), HARMLESS)
def test_it_is_harmless(text: str, why: str) -> None:
    loud = [(f.kind, f.confidence, f.reasons) for f in found(text) if f.kind.startswith(OURS) and f.confidence >= MEDIUM_FROM]
    assert not loud, why


@pytest.mark.parametrize(("status", "holds"), [("維持", True), ("尚未解密", True), ("延長至120年", True), ("", True), ("註銷", False), ("已解密", False), ("業經函告解密", False), ("公開", False)])
def test_the_status_of_a_row_decides(status: str, holds: bool) -> None:
    text = f"檔號\t案名\t密等\t現況\n0101/3\t海纜備援規劃\t機密\t{status}"
    assert worth_a_look(text, CONFIDENTIAL) is holds
    assert [f for f in found(text) if f.kind is CONFIDENTIAL]  # a released mark is shown, low


@pytest.mark.parametrize(("name", "kind"), [("清查_密_至118年底解密.xlsx", OFFICIAL), ("熱線簡報_機密（有效，至民國125年）.pdf", CONFIDENTIAL), ("(密，保密至民國120年12月31日)名冊.odt", OFFICIAL)])
def test_a_name_holds_its_term(name: str, kind: Kind) -> None:
    assert worth_a_look(name, kind, place=Place.FILE_NAME)


@pytest.mark.parametrize("name", ["清查_密_至110年底解密.xlsx", "熱線簡報_機密（112年3月解密，公開版）.pdf", "火力分配_機密標示練習用空白圖.dwg", "財產抽查_密等教學用空表.xlsx"])
def test_a_name_that_no_longer_holds_is_low(name: str) -> None:
    loud = [f for f in found(name, place=Place.FILE_NAME) if f.kind.startswith(OURS) and f.confidence >= MEDIUM_FROM]
    assert not loud


def test_one_told_mark_is_one_finding() -> None:
    marks = [f for f in found("我手上這份封面蓋著「機密」，第七頁講雷達換裝。") if f.kind.startswith("classified.") and f.kind is not Kind.CLASSIFIED_DECLASSIFICATION]
    assert [(f.text, f.reasons[0].code) for f in marks] == [("機密", "told")]
