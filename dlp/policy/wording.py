"""How each piece of a policy is said in Chinese.  ``show`` and ``diff`` both speak with these words, so they agree."""

from collections.abc import Mapping, Sequence

from dlp.document import NOT_READ_LABELS, PLACE_LABELS, NotReadReason, Place
from dlp.finding import HIGH_FROM, MEDIUM_FROM
from dlp.policy.names import label_of
from dlp.policy.policyset import (
    Actions,
    Approve,
    Conditions,
    Exemption,
    Find,
    Group,
    PolicySet,
    Rule,
    Schedule,
    Step,
    Term,
)
from dlp.policy.values import roc
from dlp.verdict import ACTION_LABELS, Action, Channel

CHANNEL_LABELS = {Channel.MAIL: "郵件", Channel.POST: "貼文", Channel.SHARE: "共用資料夾"}
LEVEL_LABELS = {"critical": "最重要", "high": "重要", "medium": "一般", "low": "參考"}
MODE_LABELS = {"off": "停用", "simulate": "試行（只記錄）", "remind": "試行（至多提醒）", "enforce": "執行"}
DESTINATION_LABELS = {"inside": "機關內部", "trusted": "信任的機關", "outside": "機關以外", "public": "公開場所"}
WITHIN_LABELS = {"passage": "同一段落", "part": "同一部分", "document": "同一份文件"}
ATTR_LABELS = {"state": "狀態", "grade": "等級", "regime": "制度", "role": "身分", "persons": "人數", "place": "位置", "source": "來源"}
ATTR_VALUE_LABELS = {
    "in-force": "有效", "expired": "已逾期", "released": "已解密", "undecidable": "無法判斷", "official": "公務人員", "public": "公眾人物",
}  # fmt: skip
DAY_LABELS = {"mon": "週一", "tue": "週二", "wed": "週三", "thu": "週四", "fri": "週五", "sat": "週六", "sun": "週日"}
UNIT_LABELS = {"m": "分鐘", "h": "小時", "d": "日"}
_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """1–9999 as in statutes: 十二, 一百零三."""
    if number < 10:
        return _DIGITS[number]
    out, zero = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return out.removeprefix("一") if out.startswith("一十") else out


def actions(row: Actions) -> str:
    """郵件攔截、貼文提醒"""
    said = [f"{CHANNEL_LABELS[c]}{action_word(a, c)}" for c in Channel if (a := row.get(c)) is not None]
    return "、".join(said) or "不處置"


def action_word(action: Action, channel: Channel) -> str:
    """The action as this channel carries it out: on a share, hold and block move the file."""
    if channel is Channel.SHARE and action >= Action.HOLD:
        return f"移至隔離區（{ACTION_LABELS[action]}）"
    return ACTION_LABELS[action]


def confidence(value: float) -> str:
    """把握度中以上"""
    if value == MEDIUM_FROM:
        return "把握度中以上"
    if value == HIGH_FROM:
        return "把握度高"
    return "不論把握度" if value == 0 else f"把握度 {value:g} 以上"


def _terms(terms: Sequence[Term], groups: Mapping[str, Group]) -> str:
    return "、".join(f"{label_of(t, dict(groups))}（{t.name}）" for t in terms)


def names(words: Sequence[str], groups: Mapping[str, Group]) -> str:
    """Kinds and groups by their Chinese names, each with its name in the file."""
    return _terms([Term(w, frozenset()) for w in words], groups)


def find(what: Find, groups: Mapping[str, Group]) -> str:
    """What a rule looks for, as one sentence."""
    where = WITHIN_LABELS[what.within]
    pieces = []
    if what.any:
        pieces.append(f"有下列任一種：{_terms(what.any, groups)}")
    if what.all:
        pieces.append(f"下列各種都有：{_terms(what.all, groups)}")
    if what.together:
        pieces.append(f"下列各種同時出現：{_terms(what.together, groups)}")
    text = f"在{where}中，" + "，且".join(pieces)
    if what.at_least > 1:
        text += f"，不同的值達 {what.at_least} 筆"
    if what.persons > 1:
        text += f"，涉及 {what.persons} 人以上"
    own = "".join(f"；{label_of(t, dict(groups))}（{t.name}）{confidence(c)}" for t, c in what.confidence_of)
    text += f"（{confidence(what.confidence)}{own}）"
    if what.where:
        text += f"；只算{conditions(what.where)}者"
    if what.where_not:
        text += f"；不算{conditions(what.where_not)}者"
    if what.with_part:
        text += f"；只看{parts(what.with_part)}"
    if what.without_part:
        text += f"；不看{parts(what.without_part)}"
    if what.not_:
        text += f"；{where}中若有{_terms(what.not_, groups)}則不適用"
    return text


def conditions(where: Conditions) -> str:
    return "、".join(f"{ATTR_LABELS.get(name, name)}為{'或'.join(attr_value(v) for v in allowed)}" for name, allowed in where)


def attr_value(value: str) -> str:
    label = ATTR_VALUE_LABELS.get(value)
    return f"{label}（{value}）" if label else value


def parts(words: Sequence[str]) -> str:
    return "、".join("附件" if w == "attachment" else PLACE_LABELS[Place(w)] for w in words)


def destinations(to: Sequence[str]) -> str:
    return "、".join(DESTINATION_LABELS.get(w, w) for w in to)


def step(value: Step) -> str:
    """達 5 人時：貼文攔截"""
    when = []
    if value.at_least:
        when.append(f"不同的值達 {value.at_least} 筆")
    if value.persons:
        when.append(f"達 {value.persons} 人")
    if value.confidence:
        when.append(confidence(value.confidence))
    rows = [actions(value.then)] if value.then else []
    rows += [f"寄往信任的機關{actions(value.to_trusted)}"] if value.to_trusted else []
    rows += [f"寄往機關內部{actions(value.to_inside)}"] if value.to_inside else []
    return f"{'且'.join(when)}時：{'；'.join(rows)}"


def duration(text: str) -> str:
    return f"{text[:-1]} {UNIT_LABELS[text[-1]]}"


def approve(value: Approve, policy: PolicySet) -> str:
    person = policy.people.get(value.by)
    who = "、".join(person.who) if person else value.by
    deputy = f"（代理：{'、'.join(person.deputy)}）" if person and person.deputy else ""
    return f"由{who}{deputy}於 {duration(value.within)}內核准，逾時{ACTION_LABELS[value.otherwise]}（{value.by}）"


def exemption(value: Exemption) -> str:
    when = []
    if value.channels:
        when.append("、".join(CHANNEL_LABELS[c] for c in value.channels))
    if value.to:
        when.append(f"送往{destinations(value.to)}")
    if value.from_:
        when.append(f"由{'、'.join(value.from_)}寄出")
    if value.unit:
        when.append(f"單位為{'、'.join(value.unit)}")
    return f"{'，'.join(when)}時改為{ACTION_LABELS[value.then]}；理由：{value.why}；至 {roc(value.until)} 止；{value.added_by}加註"


def size(size_bytes: int) -> str:
    for unit, number in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size_bytes % number == 0:
            return f"{size_bytes // number}{unit}"
    return f"{size_bytes} 位元組"


def schedule(value: Schedule) -> str:
    days = "、".join(DAY_LABELS[d] for d in value.days) or "每日"
    return f"{value.name}：{days} {value.start} 至 {value.stop}，掃描 {'、'.join(value.scan)}"


def reason(value: NotReadReason) -> str:
    return NOT_READ_LABELS[value]


def rule_lines(rule: Rule, policy: PolicySet) -> list[tuple[str, str]]:
    """Everything a rule says, as (heading, sentence).  Nothing of a rule may be missing here: tests change each field."""
    lines = [("依據", "；".join(rule.why)), ("重要程度", LEVEL_LABELS[rule.level])]
    if rule.mode != "enforce":
        lines.append(("狀態", MODE_LABELS[rule.mode]))
    scope = []
    if rule.to:
        scope.append(f"送往{destinations(rule.to)}")
    if rule.from_:
        scope.append(f"由{'、'.join(rule.from_)}寄出")
    if rule.unit:
        scope.append(f"單位為{'、'.join(rule.unit)}")
    if rule.size_over:
        scope.append(f"大小達 {size(rule.size_over)}")
    if scope:
        lines.append(("適用", "，".join(scope)))
    if rule.find:
        lines.append(("情形", find(rule.find, policy.groups)))
    lines.append(("處置", actions(rule.then)))
    if rule.to_trusted:
        lines.append(("信任的機關", actions(rule.to_trusted)))
    if rule.to_inside:
        lines.append(("機關內部", actions(rule.to_inside)))
    lines += [(f"級距{numeral(n)}", step(s)) for n, s in enumerate(rule.steps, 1)]
    if rule.approve:
        lines.append(("核准", approve(rule.approve, policy)))
    if rule.tell:
        lines.append(("告知", rule.tell))
    if rule.fix:
        lines.append(("改法", rule.fix))
    lines += [(f"例外{numeral(n)}", exemption(e)) for n, e in enumerate(rule.exemptions, 1)]
    if rule.ignore:
        lines.append(("不計入", "、".join(rule.ignore)))
    lines += [(f"修改{numeral(n)}", why) for n, why in enumerate(rule.changed, 1)]
    return lines
