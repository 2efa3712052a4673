"""Write the sample drafts in examples/: realistic, every person and number invented (numbers by check-digit rules).

Run ``make examples``.  The files are committed; this script says where they come from and makes them again, byte for byte.
"""

import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from xml.sax.saxutils import escape

OUT = Path(__file__).parent.parent / "examples"
EPOCH = (2026, 11, 20, 9, 0, 0)

ODF_NS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" office:version="1.3"'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def pack(path: Path, members: dict[str, str], *, first: str | None = None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            package.writestr(info, data)


def odt(path: Path, paragraphs: list[str], *, header: str = "") -> None:
    body = "".join(f"<text:p>{escape(p)}</text:p>" for p in paragraphs)
    page_header = f"<style:header><text:p>{escape(header)}</text:p></style:header>" if header else ""
    mime = "application/vnd.oasis.opendocument.text"
    pack(path, {
        "mimetype": mime,
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODF_NS}><office:body><office:text>{body}</office:text></office:body></office:document-content>',
        "styles.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {ODF_NS}><office:automatic-styles><style:page-layout style:name="pm1"/></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1">{page_header}</style:master-page></office:master-styles></office:document-styles>',
        "META-INF/manifest.xml": f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    }, first="mimetype")  # fmt: skip


def docx(path: Path, paragraphs: list[str], *, header: str = "", comment: str = "", deleted: str = "") -> None:
    runs = [f'<w:p><w:r><w:t xml:space="preserve">{escape(p)}</w:t></w:r></w:p>' for p in paragraphs]
    if deleted:
        runs.append(
            f'<w:p><w:del w:id="1" w:author="承辦人" w:date="2026-11-20T09:00:00Z"><w:r><w:delText xml:space="preserve">{escape(deleted)}</w:delText></w:r></w:del></w:p>'
        )
    if comment:
        runs.append(
            '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>（如註解）</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>'
        )
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>' if header else "<w:sectPr/>"
    rel = f'xmlns:r="{OFFICE}/relationships"'
    pack(path, {
        "[Content_Types].xml": f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/></Types>',
        "_rels/.rels": f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} {rel}><w:body>{"".join(runs)}{section}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/relationships/header" Target="header1.xml"/><Relationship Id="rId2" Type="{OFFICE}/relationships/comments" Target="comments.xml"/></Relationships>',
        "word/header1.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:hdr {W}><w:p><w:r><w:t>{escape(header)}</w:t></w:r></w:p></w:hdr>',
        "word/comments.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:comments {W}><w:comment w:id="0" w:author="科長"><w:p><w:r><w:t>{escape(comment)}</w:t></w:r></w:p></w:comment></w:comments>',
    })  # fmt: skip


def mail(path: Path, subject: str, to: str, body: str, attachment: tuple[str, bytes, str] | None = None) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "環保局稽查科 <inspect@epb.example.gov.tw>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Fri, 20 Nov 2026 09:00:00 +0800"
    message["Message-ID"] = f"<{path.stem.encode().hex()[:16]}@epb.example.gov.tw>"
    message.set_content(body, charset="utf-8", cte="base64")
    if attachment:
        name, data, subtype = attachment
        message.add_attachment(data, maintype="application", subtype=subtype, filename=name)
        message.set_boundary("=_sample_boundary")
    path.write_bytes(message.as_bytes())


LETTER = [
    "檔　　號：", "保存年限：", "○○縣政府環境保護局　函", "機關地址：○○縣○○市中山路1號", "承辦人：稽查科　電話：(03)3322101分機6203",
    "受文者：○○化工股份有限公司", "發文日期：中華民國115年11月18日", "發文字號：○環稽字第1150012345號", "速別：普通件",
]  # fmt: skip


def main() -> None:
    mails, posts = OUT / "mail", OUT / "post"
    for folder in (mails, posts):
        folder.mkdir(parents=True, exist_ok=True)
    mail(mails / "01-回覆業者-洩漏檢舉人.eml", "有關貴公司空氣污染案之說明", "service@factory.example.com", (
        "您好：\n\n有關貴公司廠區異味一案，係由住在廠區後方巷子的葉俊宏先生（電話0928-471-356）於11月12日晚間檢舉，\n"
        "他表示每晚十點後都聞得到。請貴公司於7日內提出改善說明。\n\n環保局稽查科　敬上\n"))  # fmt: skip
    mail(mails / "02-回覆業者-已遮蔽.eml", "有關貴公司空氣污染案之說明", "service@factory.example.com", (
        "您好：\n\n本局接獲民眾反映貴公司廠區夜間有異味，已於11月13日派員稽查。請貴公司於7日內提出改善說明。\n"
        "檢舉人身分依法應予保密，本局不提供相關資料。\n\n環保局稽查科　敬上\n"))  # fmt: skip
    odt(
        mails / "03-函-密件.odt",
        [
            *LETTER,
            "密等及解密條件或保密期限：密（本件至116年12月31日解密）",
            "附件：如文",
            "主旨：檢送本局115年度專案稽查規劃1份，請查照。",
            "說明：依本局115年11月10日會議結論辦理。",
            "正本：○○縣政府警察局",
            "副本：本局稽查科",
        ],
        header="密",
    )
    docx(
        mails / "04-函-普通件.docx",
        [
            *LETTER,
            "密等及解密條件或保密期限：",
            "附件：無",
            "主旨：貴公司申請固定污染源操作許可證展延一案，准予備查，請查照。",
            "說明：復貴公司115年11月2日申請書。",
            "正本：○○化工股份有限公司",
            "副本：本局稽查科",
        ],
    )
    docx(
        mails / "05-陳情回覆-追蹤修訂.docx",
        [
            "主旨：有關臺端反映鄰近工地噪音一案，復如說明，請查照。",
            "說明：",
            "一、本局已於11月15日派員量測，音量未超過管制標準。",
            "二、後續將加強巡查，感謝您的指教。",
        ],
        deleted="陳情人蔡佩珊女士（住中和區景平路214號6樓）來電表示家中有新生兒無法入睡。",
        comment="回文前請把陳情人的名字和住址拿掉。",
    )
    (mails / "06-研習報名表.csv").write_bytes((
        "編號,姓名,身分證字號,行動電話,服務單位\r\n1,許雅筑,B220417363,0931-552-804,民政處\r\n2,賴冠霖,C136208413,0917-330-265,社會處\r\n"
        "3,曾怡安,F227395186,0955-018-742,教育處\r\n4,方柏翰,N118043726,0986-274-110,工務處\r\n5,游詩涵,K251937405,0903-615-927,地政處\r\n").encode("cp950"))  # fmt: skip
    (posts / "11-公務機密宣導.txt").write_text(
        "【公務機密維護宣導】\n一、國家機密分為絕對機密、極機密、機密三個等級；一般公務機密列為「密」。\n"
        "二、機密文書應由專人傳遞，封套不得顯示內容。標示「限閱」的資料，看完應收回。\n"
        "三、受理檢舉時，檢舉人的姓名、電話、住址都要保密；陳情案件也一樣，不得把陳情人的資料交給被陳情的一方。\n"
        "四、請勿把公文、勤務表或民眾身分證字號拍照上傳社群。違者依刑法第132條及個人資料保護法論處。\n"
        "如有疑問，請洽政風室。\n", encoding="utf-8")  # fmt: skip
    (posts / "12-同事限動-檢舉線索.txt").write_text(
        "猜猜是誰去告你們餐廳的？就是二樓後面那個帶小孩的媽媽啦，她昨天親自來我們櫃台講了半小時，別說是我說的。\n",
        encoding="utf-8",
    )
    (posts / "13-群組-稽查預告.txt").write_text(
        "大家注意，衛生局明天下午兩點要去中正市場抽查豬肉攤，名單已經排好了，第二排那三攤先把冷藏溫度調好，不要外傳。\n",
        encoding="utf-8",
    )
    (posts / "14-粉專-決標公告.txt").write_bytes((
        "〔工程進度〕文化路人行道改善工程已於11月16日決標，決標金額新臺幣二千三百五十萬元，由○○營造得標，預計明年三月開工。\n"
        "施工期間造成不便，敬請見諒。若有任何建議，歡迎撥打1999或(03)332-2101。\n").encode("cp950"))  # fmt: skip
    (posts / "15-小編日常.txt").write_text(
        "加班到九點，終於把公文簽完了！走出辦公室才發現便當忘在茶水間 🍱 大家早點休息～\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
