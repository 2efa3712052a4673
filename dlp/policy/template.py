"""``dlp policy new``: a local policy file that extends the shipped ones, ready to be filled in."""

from datetime import date

from dlp.policy.values import roc

_TEMPLATE = """\
# yaml-language-server: $schema=./policy.schema.json
# 本機關的政策。沿用隨附政策，只寫不同的地方。改完請執行：dlp policy lint 這個檔案
version: 1
policy: {office} 對外傳送保密政策
owner: 政風室
approved: {{by: 機關首長, date: "{today}"}}
extends: shipped
mode: simulate            # off 停用｜simulate 試行只記錄｜remind 試行並提醒｜enforce 執行（只影響本檔的規則）

places:
  inside: ["*.{domain}"]        # 本機關的網域：寄往這裡的標準較寬
  trusted: []                   # 常往來的機關，例如 "*.moj.gov.tw"

people:
  ethics: {{who: ["ethics@{domain}"], deputy: ["it@{domain}"]}}
  head: {{who: ["head@{domain}"]}}

# 修改隨附規則：只寫要改的鍵，並說明原因。
overrides:
  - rule: PII-04
    because: 本機關網站定期公布志工電話，已列入公開清單
    then: {{post: log}}

# 自己的規則。
rules:
  - id: LOC-01
    name: 對外寄送多人名冊須先核准
    why: [個人資料保護法第18條]
    level: high
    find: {{any: [personal.mobile, personal.address, id-numbers], persons: 10}}
    to: outside
    then: {{mail: hold}}
    approve: {{by: ethics, within: 4h, otherwise: block}}
    tell: 這是十人以上的名冊，寄出前請政風室核准。
    fix: 刪去不需要的欄位，或改用加密附件。
    except:
      - {{why: 依法移送檢調機關, to: ["*.moj.gov.tw"], until: "{until}", added-by: 政風室}}
    tests:
      - {{findings: [{{kind: personal.mobile, confidence: high, where: {{persons: "12"}}}}], channel: mail, expect: log, note: 試行期間只記錄}}
      - {{findings: [{{kind: personal.mobile, confidence: high}}], channel: mail, expect: allow}}
"""


def new_policy(*, office: str, domain: str, today: date) -> str:
    """YAML text of a new local policy.  ``office`` is the agency's name, ``domain`` its mail domain."""
    later = date(today.year + 1, today.month, min(today.day, 28))
    return _TEMPLATE.format(office=office, domain=domain, today=roc(today), until=roc(later))
