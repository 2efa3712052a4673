"""The standing tests: what must pass for ever, and what must never pass."""

from dlp.scanner import Scanner
from dlp.verdict import Action

LETTER = """檔　　號：
保存年限：
○○縣政府　函
地址：○○縣○○市中山路1號
承辦人：稽查科　電話：(03)3322101分機6203
受文者：○○股份有限公司
發文日期：中華民國115年11月18日
發文字號：府環字第1150012345號
速別：普通件
密等及解密條件或保密期限：{grade}
附件：
主旨：檢送本府115年度資源回收宣導計畫1份，請查照。
說明：依本府115年11月10日會議結論辦理。
正本：○○股份有限公司
副本：本府環境保護局
"""
OWN_AWARENESS = """公務機密維護宣導——同仁常見疏失
一、國家機密等級區分為「絕對機密」、「極機密」及「機密」，一般公務機密則為「密」，承辦人應審慎核定，並註明解密條件或保密期限。
二、行政決定前之擬稿，內容有限制閱讀必要者，應標示「限閱」。擬辦、會簽、核稿階段的文件不得外流。
三、檢舉人姓名、電話、住址及其他足資辨別身分之資料應予保密；陳情人之個人資料亦同。如有檢舉人來電，應先確認身分再受理。
四、採購案之底價於決標前應予保密，評選委員名單公告前亦同。
五、請勿於臉書、LINE群組張貼公文、勤務表或民眾身分證字號、病歷、前科等資料。
六、洩漏國防以外應秘密之消息者，依刑法第132條處三年以下有期徒刑。
七、機密會議應以秘密方式舉行，資料編號分發並於會後收回，會議內容以不發布新聞為原則。
"""


def test_the_awareness_page_passes_in_every_channel(scanner: Scanner, awareness_page: str) -> None:
    for channel in ("mail", "post", "share"):
        verdict = scanner.check(awareness_page, channel)
        assert verdict.action <= Action.LOG, [(f.kind, f.confidence, f.reasons) for f in verdict.findings]


def test_an_awareness_page_of_our_own_passes(scanner: Scanner) -> None:
    for channel in ("mail", "post", "share"):
        assert scanner.check(OWN_AWARENESS, channel).action <= Action.LOG


def test_a_leak_inside_an_awareness_page_is_found(scanner: Scanner) -> None:
    text = OWN_AWARENESS + "\n附帶一提，上週檢舉貴餐廳的就是住三樓的葉俊宏，電話0928-471-356。\n"
    assert scanner.check(text, "post").action >= Action.HOLD


def test_an_empty_or_ordinary_grade_field_passes(scanner: Scanner) -> None:
    for grade in ("", "普通", "無", "　", "-"):
        for channel in ("mail", "post", "share"):
            assert scanner.check(LETTER.format(grade=grade), channel).action <= Action.LOG, grade


def test_a_grade_in_force_is_stopped(scanner: Scanner) -> None:
    for channel in ("mail", "post", "share"):
        assert scanner.check(LETTER.format(grade="密（本件至116年12月31日解密）"), channel).action >= Action.HOLD


def test_an_expired_grade_is_shown_but_not_stopped(scanner: Scanner) -> None:
    verdict = scanner.check(LETTER.format(grade="密（本件至112年12月31日解密）"), "mail")
    assert verdict.action < Action.HOLD
    assert [f for f in verdict.findings if f.kind.startswith("classified.")]
