"use strict";
// The page: check while typing, number findings in text and list, apply safe versions, undo.  Text from the server is only
// ever put into the page as text, never as markup.
const $ = (id) => document.getElementById(id);
const text = $("text"), banner = $("banner"), list = $("findings"), marked = $("marked");
const LABEL = { block: "⛔ 攔截", hold: "⛔ 留置待核准", justify: "⚠ 請說明理由", warn: "⚠ 提醒", log: "ℹ 參考", allow: "放行" };
const RANK = { allow: 0, log: 1, warn: 2, justify: 3, hold: 4, block: 5 };
const WAIT_MS = 350;
let timer = 0, asked = 0, shown = null, history = [];

const channel = () => document.querySelector("input[name=channel]:checked").value;
const style = (action) => (RANK[action] >= 4 ? "stop" : RANK[action] >= 2 ? "ask" : "log");

function say(message, kind = "") { banner.textContent = message; banner.className = `banner ${kind}`; }

async function ask(body, headers) {
  const mine = ++asked;
  say("檢查中…");
  try {
    const answer = await fetch("/v1/check", { method: "POST", body, headers });
    const result = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) { reset(); say(result.error ? result.error.message : "檢查沒有完成。", "ask"); return; }
    render(result, headers ? text.value : null);
  } catch { if (mine === asked) { reset(); say("連不到檢查服務，沒有完成檢查。請稍後再試。", "ask"); } }
}

function check() {
  clearTimeout(timer);
  if (!text.value.trim()) { asked++; reset(); say("貼上文字後會自動檢查。"); return; }
  ask(JSON.stringify({ text: text.value, channel: channel() }), { "Content-Type": "application/json" });
}

function reset() {
  shown = null; list.textContent = ""; marked.hidden = true; marked.textContent = ""; $("coverage").textContent = "";
  for (const id of ["apply-all", "copy", "save"]) $(id).disabled = true;
}

function actionOf(result, index) {
  let best = "log", rule = null;
  for (const r of result.rules) if (r.findings.includes(index) && RANK[r.action] >= RANK[best]) { best = r.action; rule = r; }
  return [best, rule];
}

function render(result, source) {
  reset();
  const stop = RANK[result.action] >= 4, some = RANK[result.action] >= 2;
  say(result.banner, stop ? "stop" : some || !result.complete ? "ask" : "ok");
  $("coverage").textContent = result.coverage;
  const entries = result.findings.map((finding, index) => ({ finding, index, pair: actionOf(result, index) })).filter((e) => RANK[e.pair[0]] >= 2);
  entries.forEach((entry, number) => list.append(item(entry, number + 1, source)));
  shown = { result, source, entries };
  if (source !== null && entries.length) { mark(source, entries); for (const id of ["apply-all", "copy", "save"]) $(id).disabled = false; }
}

function element(tag, content, className) { const node = document.createElement(tag); if (content) node.textContent = content; if (className) node.className = className; return node; }

function item({ finding, index, pair: [action, rule] }, number, source) {
  const li = element("li"); li.id = `finding-${number}`; li.tabIndex = -1;
  li.append(element("span", `${LABEL[action]}　${finding.label}　〔${rule.id}〕`, `head ${style(action)}`));
  if (rule.tell) li.append(element("p", rule.tell, "fix"));
  const fix = element("p", `改成：「${finding.masked}」`, "fix");
  if (source !== null && finding.part === "body") {
    const button = element("button", "套用"); button.type = "button"; button.setAttribute("aria-label", `套用第 ${number} 項的建議`);
    button.addEventListener("click", () => apply([index])); fix.append(" ", button);
  }
  li.append(fix);
  if (finding.fix) li.append(element("p", finding.fix, "fix"));
  const why = element("details"); why.append(element("summary", "為什麼？"));
  const reasons = element("ul");
  for (const reason of finding.reasons) reasons.append(element("li", reason.message));
  for (const law of rule.why.length ? rule.why : finding.law) reasons.append(element("li", `依據：${law}`));
  why.append(reasons); li.append(why);
  return li;
}

// Offsets are code points; JavaScript strings count UTF-16 units: the server sends both.
function mark(source, entries) {
  const spans = entries.map((e, i) => ({ start: e.finding.utf16[0], end: e.finding.utf16[1], number: i + 1, action: e.pair[0], part: e.finding.part }))
    .filter((s) => s.part === "body").sort((a, b) => a.start - b.start || b.end - a.end);
  let at = 0;
  for (const span of spans) {
    if (span.start < at) continue;
    marked.append(source.slice(at, span.start));
    const node = element("mark", source.slice(span.start, span.end), style(span.action));
    node.prepend(element("sup", `${span.number}`)); marked.append(node); at = span.end;
  }
  marked.append(source.slice(at)); marked.hidden = false;
}

function masked(indexes) {
  const wanted = shown.entries.filter((e) => e.finding.part === "body" && (!indexes || indexes.includes(e.index)))
    .map((e) => e.finding).sort((a, b) => a.utf16[0] - b.utf16[0] || b.utf16[1] - a.utf16[1]);
  let out = "", at = 0;
  for (const f of wanted) { if (f.utf16[0] < at) continue; out += shown.source.slice(at, f.utf16[0]) + f.masked; at = f.utf16[1]; }
  return out + shown.source.slice(at);
}

function apply(indexes) {
  if (!shown || shown.source !== text.value) { check(); return; }
  history.push(text.value); $("undo").disabled = false;
  text.value = masked(indexes); check();
}

$("form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, WAIT_MS); });
document.querySelectorAll("input[name=channel]").forEach((radio) => radio.addEventListener("change", check));
$("apply-all").addEventListener("click", () => apply(null));
$("undo").addEventListener("click", () => { if (history.length) text.value = history.pop(); $("undo").disabled = !history.length; check(); });
$("clear").addEventListener("click", () => { if (text.value) { history.push(text.value); $("undo").disabled = false; } text.value = ""; $("file").value = ""; check(); text.focus(); });
$("copy").addEventListener("click", async () => { try { await navigator.clipboard.writeText(masked(null)); say("已複製遮蔽版。", "ok"); } catch { say("瀏覽器不允許複製，請改用下載。", "ask"); } });
$("save").addEventListener("click", () => {
  const link = element("a"); link.href = URL.createObjectURL(new Blob([masked(null)], { type: "text/plain;charset=utf-8" })); link.download = "遮蔽版.txt"; link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

function upload(file) {
  if (!file) return;
  text.value = ""; const form = new FormData(); form.append("channel", channel()); form.append("file", file);
  const mine = ++asked, bar = $("progress"), request = new XMLHttpRequest();
  bar.hidden = false; bar.value = 0; say("上傳並檢查中…");
  request.upload.onprogress = (e) => { if (e.lengthComputable) bar.value = (e.loaded / e.total) * 100; };
  request.onloadend = () => {
    bar.hidden = true; if (mine !== asked) return;
    let result = null; try { result = JSON.parse(request.responseText); } catch { /* no answer */ }
    if (request.status === 200 && result) render(result, null);
    else { reset(); say(result && result.error ? result.error.message : "連不到檢查服務，沒有完成檢查。請稍後再試。", "ask"); }
  };
  request.open("POST", "/v1/check"); request.send(form);
}
$("file").addEventListener("change", (e) => upload(e.target.files[0]));
const drop = $("drop");
for (const target of [drop, text]) {
  target.addEventListener("dragover", (e) => { if ([...e.dataTransfer.types].includes("Files")) { e.preventDefault(); drop.classList.add("over"); } });
  target.addEventListener("dragleave", () => drop.classList.remove("over"));
  target.addEventListener("drop", (e) => { drop.classList.remove("over"); if (e.dataTransfer.files.length) { e.preventDefault(); upload(e.dataTransfer.files[0]); } });
}
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey && e.key === "Enter") { e.preventDefault(); check(); }
  if (e.altKey && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
    const items = [...list.children]; if (!items.length) return;
    const now = items.indexOf(document.activeElement.closest("li")); e.preventDefault();
    items[(now + (e.key === "ArrowDown" ? 1 : items.length - 1) + items.length) % items.length].focus();
  }
});
