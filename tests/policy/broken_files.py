"""Broken policy files and exactly what is said about them: place, code, message, hint.

Each row: (why, text of the file, ((line:column, code, message, hint), …)).
"""

HEAD = "version: 1\npolicy: 測試\nowner: 政風室\n"
RULE = "rules:\n  - id: PII-01\n    name: 身分證\n    why: [PRV-01]\n    find: {any: [personal.national_id]}\n    then: {mail: warn}\n    tests: []\n"


def rule(**changes: str | None) -> str:
    """One rule with lines replaced, added or (None) left out."""
    lines: dict[str, str | None] = {
        "id": "PII-01", "name": "身分證", "why": "[PRV-01]", "find": "{any: [personal.national_id]}", "then": "{mail: warn}", "tests": "[]",
    }  # fmt: skip
    lines.update({key.rstrip("_").replace("_", "-"): value for key, value in changes.items()})
    return "rules:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in lines.items() if value is not None) + "\n"


BROKEN: list[tuple[str, str, tuple[tuple[str, str, str, str], ...]]] = [
    # reading
    (
        "full-width colon after a key in brackets",
        HEAD + rule(then="{mail：hold}"),
        (("9:16", "P102", "這裡用了全形冒號「：」", "改成半形冒號加一格：mail: hold（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width colon after a key of a line",
        HEAD + RULE.replace("    name: ", "    name："),
        (("6:9", "P102", "這裡用了全形冒號「：」", "改成半形冒號加一格：name: 身分證（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width colon at the top",
        HEAD.replace("owner: ", "owner：") + RULE,
        (("3:6", "P102", "這裡用了全形冒號「：」", "改成半形冒號加一格：owner: 政風室（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width comma between keys",
        HEAD + rule(then="{mail: hold，post: block}"),
        (("9:22", "P103", "這裡用了全形標點「，」", "改成半形逗號加一格（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width comma between list items",
        HEAD + rule(find="{any: [personal.email、personal.mobile]}"),
        (("8:32", "P103", "這裡用了全形標點「、」", "改成半形逗號加一格（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width space before a list mark",
        HEAD + RULE.replace("  - id", "　- id"),
        (("5:1", "P104", "這裡用了全形空白", "改成半形空白（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width space in the indentation",
        HEAD + RULE.replace("    name", "　　name"),
        (("6:1", "P104", "這裡用了全形空白", "改成半形空白（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width space behind a colon",
        HEAD + RULE.replace("name: 身", "name:　身"),
        (("6:10", "P104", "這裡用了全形空白", "改成半形空白（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width space instead of space and colon in brackets",
        HEAD + rule(then="{mail:　hold}"),
        (("9:17", "P104", "這裡用了全形空白", "改成半形空白（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width dash as list mark",
        HEAD + RULE.replace("  - id", "  － id"),
        (("5:3", "P110", "這裡用了全形連字號「－」", "改成半形連字號加一格：-（dlp policy fix 可自動改）"),),
    ),
    (
        "long dash as list mark",
        HEAD + RULE.replace("  - id", "  — id"),
        (("5:3", "P110", "這裡用了全形連字號「—」", "改成半形連字號加一格：-（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width brackets around a list",
        HEAD + rule(why="［PRV-01］"),
        (
            ("7:10", "P109", "這裡用了全形括號「［」", "改成半形 [（dlp policy fix 可自動改）"),
            ("7:17", "P109", "這裡用了全形括號「］」", "改成半形 ]（dlp policy fix 可自動改）"),
        ),
    ),
    (
        "full-width braces",
        HEAD + rule(then="｛mail: hold｝"),
        (
            ("9:11", "P109", "這裡用了全形括號「｛」", "改成半形 {（dlp policy fix 可自動改）"),
            ("9:22", "P109", "這裡用了全形括號「｝」", "改成半形 }（dlp policy fix 可自動改）"),
        ),
    ),
    (
        "curly quotes around a value",
        HEAD + 'schedules:\n  - {name: 夜間, scan: [a], start: “22:00”, stop: "06:00"}\n' + RULE,
        (("5:34", "P108", "這裡用了全形引號「“」", '改成半形引號 "…"（dlp policy fix 可自動改）'),),
    ),
    (
        "full-width letters in a key",
        HEAD + RULE.replace("    name:", "    ｎａｍｅ:"),
        (("6:5", "P121", "鍵 name 裡有全形字", "改成 name（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width digits as a number",
        HEAD + rule(find="{any: [personal.email], at-least: ５}"),
        (("8:45", "P121", "５ 用了全形字", "改成 5（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width word as an action",
        HEAD + rule(then="{mail: ｈｏｌｄ}"),
        (("9:18", "P121", "ｈｏｌｄ 用了全形字", "改成 hold（dlp policy fix 可自動改）"),),
    ),
    (
        "full-width number sign starts a remark",
        HEAD + "＃ 備註\n" + RULE,
        (("4:1", "P109", "這裡用了全形井字號「＃」", "改成半形 #（dlp policy fix 可自動改）"),),
    ),
    (
        "no space behind the colon",
        HEAD + RULE.replace("name: ", "name:"),
        (("6:10", "P106", "鍵 name 的冒號後面少了一格空白", "改成 name: 身分證（dlp policy fix 可自動改）"),),
    ),
    (
        "no space behind the colon in brackets",
        HEAD + rule(then="{mail:hold}"),
        (("9:17", "P106", "鍵 mail 的冒號後面少了一格空白", "改成 mail: hold（dlp policy fix 可自動改）"),),
    ),
    (
        "star without quotes",
        HEAD + "places: {inside: [*.gov.tw]}\n" + RULE,
        (("4:19", "P107", "*.gov.tw 開頭的星號要加引號", '改成 "*.gov.tw"（dlp policy fix 可自動改）'),),
    ),
    (
        "star without quotes on a line",
        HEAD + "places:\n  inside:\n    - *.gov.tw\n" + RULE,
        (("6:7", "P107", "*.gov.tw 開頭的星號要加引號", '改成 "*.gov.tw"（dlp policy fix 可自動改）'),),
    ),
    (
        "alias",
        HEAD + rule(to="*outside"),
        (("11:9", "P113", "政策裡不能用 YAML 的別名（*）", "若是萬用字元，請加引號"),),
    ),
    (
        "anchor",
        HEAD + rule(then="&a {mail: hold}"),
        (("9:11", "P113", "政策裡不能用 YAML 的錨點（&）", "若是文字，請加引號"),),
    ),
    (
        "anchor that contains itself",
        HEAD + rule(why="&a [*a]"),
        (
            ("7:10", "P113", "政策裡不能用 YAML 的錨點（&）", "若是文字，請加引號"),
            ("7:14", "P113", "政策裡不能用 YAML 的別名（*）", "若是萬用字元，請加引號"),
        ),
    ),
    (
        "tag",
        HEAD + rule(name="!!python/object:os.system x"),
        (("6:11", "P112", "政策裡不能用 YAML 的型別標籤（!）", "若是文字，請加引號"),),
    ),
    (
        "local tag",
        HEAD + rule(name="!x y"),
        (("6:11", "P112", "政策裡不能用 YAML 的型別標籤（!）", "若是文字，請加引號"),),
    ),
    (
        "tab in the indentation",
        HEAD + RULE.replace("    name", "\tname"),
        (("6:1", "P119", "縮排用了 Tab", "改成空白（dlp policy fix 可自動改）"),),
    ),
    (
        "invisible character in a key",
        HEAD + RULE.replace("    name:", "    na\u200bme:"),
        (("6:5", "P121", "鍵 name 裡有看不見的字元", "改成 name（dlp policy fix 可自動改）"),),
    ),
    (
        "invisible character in the indentation",
        HEAD + RULE.replace("    name:", "   \u00a0name:"),
        (("6:4", "P105", "這裡有看不見的字元", "改成一般空白或刪掉（dlp policy fix 可自動改）"),),
    ),
    (
        "control character",
        HEAD + RULE.replace("身分證", "身\x07分證"),
        (("7:9", "P105", "這裡有看不見的控制字元", "刪掉它"),),
    ),
    (
        "duplicate key at the top",
        HEAD + "owner: 資訊室\n" + RULE,
        (("4:1", "P114", "鍵 owner 重複了，第 3 行已經寫過", "刪掉其中一個"),),
    ),
    (
        "duplicate key in a rule",
        HEAD + rule() + "    name: 再一次\n",
        (("11:5", "P114", "鍵 name 重複了，第 6 行已經寫過", "刪掉其中一個"),),
    ),
    (
        "duplicate key in brackets",
        HEAD + rule(then="{mail: hold, mail: warn}"),
        (("9:24", "P114", "鍵 mail 重複了，第 9 行已經寫過", "刪掉其中一個"),),
    ),
    (
        "quote not closed",
        HEAD + RULE + '  - id: PII-02\n    name: "沒關\n',
        (("12:11", "P111", "引號沒有關", "補上結尾的引號"),),
    ),
    (
        "bracket not closed",
        HEAD + rule(why="[PRV-01"),
        (("7:10", "P111", "中括號清單沒有寫完：少了逗號或 ]", "項目之間用半形逗號，最後補上 ]"),),
    ),
    (
        "key not aligned",
        HEAD + RULE.replace("    why", "   why"),
        (("7:4", "P111", "清單項目沒有對齊，或少了開頭的「- 」", "每一項都從同一欄的「- 」開始"),),
    ),
    (
        "colon in plain text",
        HEAD + rule(tell="注意: 不要外傳"),
        (("11:13", "P111", "這裡不能再有冒號：縮排不對，或文字裡有「: 」", "對齊縮排；文字裡有冒號時整段加引號"),),
    ),
    (
        "two documents",
        HEAD + RULE + "---\nversion: 1\n",
        (("11:1", "P118", "一個檔案只能有一份政策，這裡又用 --- 開了一份", "拆成兩個檔案"),),
    ),
    (
        "empty file",
        "",
        (("1:1", "P120", "這個檔案沒有內容", "用 dlp policy new 產生範本"),),
    ),
    (
        "only remarks",
        "# 空的\n",
        (("1:1", "P120", "這個檔案沒有內容", "用 dlp policy new 產生範本"),),
    ),
    (
        "a list instead of keys",
        "- a\n- b\n",
        (("1:1", "P122", "政策檔要從「鍵: 值」開始", "第一行寫 version: 1"),),
    ),
    (
        "plain text",
        "這是政策\n",
        (("1:1", "P122", "政策檔要從「鍵: 值」開始", "第一行寫 version: 1"),),
    ),
    (
        "key is a list",
        HEAD + "? [a]\n: b\n" + RULE,
        (("4:3", "P123", "鍵必須是一個詞，不能是清單或對照表", ""),),
    ),
    # form
    (
        "missing version",
        HEAD.replace("version: 1\n", "") + RULE,
        (("1:1", "P201", "少了必要的鍵 version", "補上 version: …"),),
    ),
    (
        "wrong version",
        HEAD.replace("version: 1", "version: 2") + RULE,
        (("1:10", "P206", "version 只能是 1", "這裡是 2"),),
    ),
    (
        "missing id",
        HEAD + "rules:\n  - name: x\n    why: [PRV-01]\n    find: {any: [personal.email]}\n    then: {mail: warn}\n",
        (("5:5", "P201", "少了必要的鍵 id", "補上 id: …"),),
    ),
    (
        "missing why",
        HEAD + rule(why=None),
        (("5:5", "P201", "少了必要的鍵 why", "補上 why: …"),),
    ),
    (
        "missing find",
        HEAD + rule(find=None),
        (("5:5", "P201", "至少要寫一項：find、size", ""),),
    ),
    (
        "unknown key with a near one",
        HEAD + rule(fined="{any: [personal.email]}"),
        (("11:5", "P210", "不認得 fined", "是不是 find？"),),
    ),
    (
        "unknown key in Chinese",
        HEAD + rule(動作="hold"),
        (("11:5", "P210", "不認得 動作", "是不是 then？"),),
    ),
    (
        "unknown key without a near one",
        HEAD + rule(colour="red"),
        (
            (
                "11:5",
                "P210",
                "不認得 colour",
                "這裡可以寫：mode、level、then、to-trusted、to-inside、steps、to、from、unit、size、tell、fix、approve、except、ignore、tests、id、name、why、find",
            ),
        ),
    ),
    (
        "unknown key in find",
        HEAD + rule(find="{any: [personal.email], confidance: high}"),
        (("8:35", "P210", "不認得 confidance", "是不是 confidence？"),),
    ),
    (
        "unknown channel",
        HEAD + rule(then="{mail: hold, website: hold}"),
        (("9:24", "P210", "不認得 website", "是不是 post？"),),
    ),
    (
        "action in Chinese",
        HEAD + rule(then="{mail: 攔截}"),
        (("9:18", "P206", "攔截 不能用在這裡，可以寫：allow、log、warn、justify、hold、block", "是不是 block？"),),
    ),
    (
        "action misspelt",
        HEAD + rule(then="{mail: blok}"),
        (("9:18", "P206", "blok 不能用在這裡，可以寫：allow、log、warn、justify、hold、block", "是不是 block？"),),
    ),
    (
        "quarantine is hold on a share",
        HEAD + rule(then="{share: quarantine}"),
        (
            (
                "9:19",
                "P206",
                "quarantine 不能用在這裡，可以寫：allow、log、warn、justify、hold、block",
                "在共用資料夾上寫 hold，檔案就會移到隔離區",
            ),
        ),
    ),
    (
        "no action",
        HEAD + rule(then="{}"),
        (("9:11", "P201", "至少要寫一項：mail、post、share", ""),),
    ),
    (
        "key without value",
        HEAD + RULE.replace("    then: {mail: warn}", "    then:"),
        (("9:5", "P202", "鍵 then 沒有值", "補上值，或刪掉這一行"),),
    ),
    (
        "number where text is wanted",
        HEAD + rule(name="0912"),
        (("6:11", "P202", "這裡要文字，這裡是數字", '加引號："0912"'),),
    ),
    (
        "boolean where text is wanted",
        HEAD + rule(name="true"),
        (("6:11", "P202", "這裡要文字，這裡是是非值", '加引號："true"'),),
    ),
    (
        "text where a list is wanted",
        HEAD + rule(why="個人資料保護法"),
        (("7:10", "P204", "這裡要清單，這裡是文字", "用中括號：[個人資料保護法]"),),
    ),
    (
        "text where keys are wanted",
        HEAD + rule(then="hold"),
        (("9:11", "P205", "這裡要「鍵: 值」，這裡是文字", "換行縮排，一行一個鍵"),),
    ),
    (
        "list where keys are wanted",
        HEAD + rule(then="[hold]"),
        (("9:11", "P205", "這裡要「鍵: 值」，這裡是清單", ""),),
    ),
    (
        "number as text",
        HEAD + rule(find='{any: [personal.email], at-least: "5"}'),
        (("8:45", "P203", "這裡要整數，這裡是文字", "寫成 5，不加引號"),),
    ),
    (
        "count of zero",
        HEAD + rule(find="{any: [personal.email], at-least: 0}"),
        (("8:45", "P203", "數字要在 1 以上", ""),),
    ),
    (
        "fraction as count",
        HEAD + rule(find="{any: [personal.email], at-least: 2.5}"),
        (("8:45", "P203", "這裡要整數，這裡是數字", ""),),
    ),
    (
        "confidence out of range",
        HEAD + rule(find="{any: [personal.email], confidence: 80}"),
        (("8:47", "P206", "把握度要寫 low、medium、high，或 0 到 1 的小數", ""),),
    ),
    (
        "confidence in Chinese",
        HEAD + rule(find="{any: [personal.email], confidence: 高}"),
        (("8:47", "P206", "把握度要寫 low、medium、high，或 0 到 1 的小數", ""),),
    ),
    (
        "empty list",
        HEAD + rule(find="{any: []}"),
        (("8:17", "P207", "這裡不能是空的", ""),),
    ),
    (
        "together of one",
        HEAD + rule(find="{together: [personal.email]}"),
        (("8:22", "P207", "這裡至少要 2 項", ""),),
    ),
    (
        "find without names",
        HEAD + rule(find="{within: part}"),
        (("8:11", "P201", "至少要寫一項：any、all、together", ""),),
    ),
    (
        "scope unknown",
        HEAD + rule(find="{any: [personal.email], within: paragraph}"),
        (("8:43", "P206", "paragraph 不能用在這裡，可以寫：passage、part、document", "是不是 passage？"),),
    ),
    (
        "part unknown",
        HEAD + rule(find="{any: [personal.email], with-part: [attachement]}"),
        (
            (
                "8:47",
                "P206",
                "attachement 不能用在這裡，可以寫：body、header、footer、watermark、subject、mail-header、file-name、field、cells、sheet-name、notes、slide、footnote、comment、deleted、hidden、text-box、alt-text、property、link、ocr、raw、attachment",
                "是不是 attachment？",
            ),
        ),
    ),
    (
        "rule id in small letters",
        HEAD + rule(id="pii-1"),
        (("5:9", "P209", "規則代號寫法不對：pii-1", "大寫英文加連字號與數字，例如 PII-01"),),
    ),
    (
        "duration in words",
        HEAD
        + "people: {ethics: {who: [a@example.gov.tw]}}\n"
        + rule(then="{mail: hold}", approve="{by: ethics, within: 4小時}"),
        (("12:35", "P209", "期間寫法不對：4小時", "寫成 30m（分）、4h（時）或 2d（日）"),),
    ),
    (
        "time of day out of range",
        HEAD + "schedules:\n  - {name: 夜間, scan: [a], start: 25:00, stop: 06:00}\n" + RULE,
        (("5:34", "P209", "時間寫法不對：25:00", '寫成 "22:00"'),),
    ),
    (
        "size without unit",
        HEAD + rule(size="{over: 20000000}"),
        (("11:18", "P202", "這裡要文字，這裡是數字", "寫成 20MB、500KB 或 1GB"),),
    ),
    (
        "date that does not exist",
        HEAD
        + rule(except_=None)
        + "    except:\n      - {why: 依法, to: outside, until: 116-02-30, added-by: 政風室}\n",
        (("12:39", "P209", "沒有這一天", ""),),
    ),
    (
        "date with strokes",
        HEAD + rule() + "    except:\n      - {why: 依法, to: outside, until: 116/06/30, added-by: 政風室}\n",
        (("12:39", "P209", "日期寫法不對：116/06/30", '寫成 "115-10-01" 或 "2026-10-01"'),),
    ),
    (
        "exception without end date and author",
        HEAD + rule() + "    except:\n      - {why: 依法, to: outside}\n",
        (
            ("12:9", "P201", "少了必要的鍵 until", "補上 until: …"),
            ("12:9", "P201", "少了必要的鍵 added-by", "補上 added-by: …"),
        ),
    ),
    (
        "exception without any condition",
        HEAD + rule() + "    except:\n      - {why: 依法, until: 116-06-30, added-by: 政風室}\n",
        (("12:9", "P201", "至少要寫一項：to、from、unit、channels", ""),),
    ),
    (
        "mode unknown",
        HEAD + "mode: on\n" + RULE,
        (("4:7", "P206", "on 不能用在這裡，可以寫：off、simulate、remind、enforce", "是不是 enforce？"),),
    ),
    (
        "allow-empty as a word",
        HEAD + "allow-empty: yes\n" + RULE,
        (("4:14", "P211", "這裡要 true 或 false，這裡是文字", "yes、on、是 都不行"),),
    ),
    (
        "test without expect",
        HEAD + RULE.replace("tests: []", "tests:\n      - {text: a, channel: post}"),
        (("11:9", "P201", "少了必要的鍵 expect", "補上 expect: …"),),
    ),
    (
        "test with both text and findings",
        HEAD
        + RULE.replace(
            "tests: []", "tests:\n      - {text: a, findings: [{kind: personal.email}], channel: post, expect: warn}"
        ),
        (("11:9", "P320", "text 和 findings 只能寫一種", ""),),
    ),
    (
        "two recipients in one word",
        HEAD + rule(to='["*.gov.tw, *.edu.tw"]'),
        (
            (
                "11:10",
                "P209",
                "收件範圍寫法不對：*.gov.tw, *.edu.tw",
                '例如 "*.gov.tw"、"a@example.gov.tw" 或 facebook，一項一個',
            ),
        ),
    ),
    (
        "reason of not-read unknown",
        HEAD + "if-not-read-because: {encryptd: {mail: hold}}\n" + RULE,
        (("4:23", "P210", "不認得 encryptd", "是不是 encrypted？"),),
    ),
    (
        "override without a reason",
        HEAD + "overrides:\n  - {rule: PII-01, mode: off}\n" + RULE,
        (("5:5", "P201", "少了必要的鍵 because", "補上 because: …"),),
    ),
    # meaning
    (
        "rule id twice",
        HEAD + RULE + RULE.replace("rules:\n", ""),
        (("11:9", "P301", "規則代號 PII-01 重複了，p.yaml 第 5 行已經用過", "換一個代號，或改用 overrides 修改"),),
    ),
    (
        "finding kind misspelt",
        HEAD + rule(find="{any: [personal.nationalid]}"),
        (("8:18", "P302", "不認得要找的種類 personal.nationalid", "是不是 personal.national_id？"),),
    ),
    (
        "finding kind without its family",
        HEAD + rule(find="{any: [national-id]}"),
        (("8:18", "P302", "不認得要找的種類 national-id", "是不是 personal.national_id？"),),
    ),
    (
        "finding kind unknown",
        HEAD + rule(find="{any: [weather.rain]}"),
        (("8:18", "P302", "不認得要找的種類 weather.rain", "用 dlp policy schema 看全部種類，或在 groups 自訂"),),
    ),
    (
        "wildcard unknown",
        HEAD + rule(find="{any: [personel.*]}"),
        (("8:18", "P302", "不認得要找的種類 personel.*", "是不是 personal.*？"),),
    ),
    (
        "group that contains itself",
        HEAD + "groups: {a: {label: 甲, kinds: [b]}, b: {label: 乙, kinds: [a]}}\n" + RULE,
        (
            ("4:13", "P309", "群組 a 繞了一圈又包含自己", ""),
            ("4:40", "P309", "群組 b 繞了一圈又包含自己", ""),
        ),
    ),
    (
        "approver unknown",
        HEAD
        + "people: {ethics: {who: [a@example.gov.tw]}}\n"
        + rule(then="{mail: hold}", approve="{by: ethic, within: 4h}"),
        (("12:19", "P303", "people 裡沒有 ethic", "是不是 ethics？"),),
    ),
    (
        "statute unknown",
        HEAD + rule(why="[PRV-99]"),
        (("7:11", "P313", "依據代號 PRV-99 不在法規資料裡", "是不是 PRV-19？"),),
    ),
    (
        "attribute unknown",
        HEAD + rule(find="{any: [classified.*], where: {stat: expired}}"),
        (("8:41", "P315", "沒有 stat 這種條件", "是不是 state？"),),
    ),
    (
        "steps that fall",
        HEAD + rule(steps="[{at-least: 5, then: {mail: hold}}, {at-least: 3, then: {mail: warn}}]"),
        (("11:48", "P305", "級距要由少到多、由低到高", "把數字小的放前面"),),
    ),
    (
        "step without action",
        HEAD + rule(steps="[{at-least: 5}]"),
        (("11:13", "P310", "這一級沒有寫處置", "補上 then: {…}"),),
    ),
    (
        "rule without action",
        HEAD + rule(then=None),
        (("5:5", "P310", "規則 PII-01 沒有寫處置", "補上 then: {mail: …, post: …, share: …}"),),
    ),
    (
        "list file missing",
        HEAD + rule(ignore="[lists/none.txt]"),
        (("11:14", "P308", "清單檔 lists/none.txt 找不到或讀不到", "路徑從政策檔所在的資料夾算起"),),
    ),
    (
        "list file outside",
        HEAD + rule(ignore="[../secret.txt]"),
        (("11:14", "P308", "清單檔 ../secret.txt 不在政策檔的資料夾裡", "路徑從政策檔所在的資料夾算起"),),
    ),
    (
        "override of an unknown rule",
        HEAD + "overrides:\n  - {rule: PII-1O, because: 太嚴, mode: off}\n" + RULE,
        (("5:12", "P304", "沒有規則 PII-1O 可以修改", "是不是 PII-01？"),),
    ),
    (
        "extends something else",
        HEAD + "extends: base.yaml\n" + RULE,
        (("4:10", "P312", "extends 只能寫 shipped，這裡是 base.yaml", "其他檔案放在同一個資料夾就會一起載入"),),
    ),
    # several at once
    (
        "all at once",
        HEAD.replace("政風室", "123")
        + rule(then="{mail：hold, post: 攔截}", fined="x")
        + '  - id: PII-02\n    name: "x\n',
        (
            ("3:8", "P202", "這裡要文字，這裡是數字", '加引號："123"'),
            ("9:16", "P102", "這裡用了全形冒號「：」", "改成半形冒號加一格：mail: hold（dlp policy fix 可自動改）"),
            ("9:29", "P206", "攔截 不能用在這裡，可以寫：allow、log、warn、justify、hold、block", "是不是 block？"),
            ("11:5", "P210", "不認得 fined", "是不是 find？"),
            ("13:11", "P111", "引號沒有關", "補上結尾的引號"),
        ),
    ),
    (
        "two syntax errors in two rules",
        HEAD + "rules:\n  - id: PII-01\n    name: a: b\n  - id: PII-02\n    why: [x\n",
        (
            ("6:12", "P111", "這裡不能再有冒號：縮排不對，或文字裡有「: 」", "對齊縮排；文字裡有冒號時整段加引號"),
            ("8:10", "P111", "中括號清單沒有寫完：少了逗號或 ]", "項目之間用半形逗號，最後補上 ]"),
        ),
    ),
]
