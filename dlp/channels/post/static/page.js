"use strict";
// The page: check while typing, number places in text and list, apply safe versions, undo, ask for approval, report a false
// alarm.  Text from the server is only ever put into the page as text, never as markup, and nothing is kept in the browser.
const $ = (id) => document.getElementById(id);
const WORDS = JSON.parse($("words").textContent);
const T = (word, values = {}) => (WORDS[word] || word).replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
const QUERY = document.documentElement.lang === "en" ? "lang=en" : "";
const RANK = { allow: 0, log: 1, warn: 2, justify: 3, hold: 4, block: 5 };
const LABEL = { block: T("攔截"), hold: T("留置待核准"), justify: T("請說明理由"), warn: T("提醒") };
const TYPING_MS = 600, APART_MS = 2100, WARN_BYTES = 50_000_000;
const text = $("text"), list = $("findings"), marked = $("marked");
let refocus = 0, file = null, shown = null, history = [], slip = null, asked = 0, timer = 0, last = -1e9, running = null;

document.querySelectorAll("[data-js]").forEach((node) => { node.hidden = false; });

const channel = () => document.querySelector("input[name=channel]:checked").value;
const style = (action) => (RANK[action] >= 4 ? "stop" : "ask");

function element(tag, content, className) {
  const node = document.createElement(tag);
  if (content) node.textContent = content;
  if (className) node.className = className;
  return node;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), use = document.createElementNS(space, "use");
  svg.setAttribute("class", "icon"); svg.setAttribute("aria-hidden", "true"); svg.setAttribute("viewBox", "0 0 24 24");
  use.setAttribute("href", `/static/icons.svg#${name}`); svg.append(use);
  return svg;
}

function say(message, kind = "") {
  $("banner").className = `banner ${kind}`;
  $("banner-icon").replaceChildren(...(kind ? [icon(kind)] : []));
  $("banner-text").textContent = message;
}

// --- asking the server

function body(extra = {}) {
  if (!file) return [JSON.stringify({ text: text.value, channel: channel(), ...extra }), { "Content-Type": "application/json" }];
  const form = new FormData();
  form.append("channel", channel());
  for (const [name, value] of Object.entries(extra)) form.append(name, value);
  form.append("file", file);
  return [form, {}];
}

const UNREACHED = T("連不到檢查服務，沒有完成。請稍後再試。");

const tellLayout = (kept) => { if (file) $("download-hint").textContent = kept ? T("這份遮蔽版保留了版面；註解、追蹤修訂、隱藏內容、連結與圖片已拿掉。") : T("這份遮蔽版只有文字，沒有保留版面；註解、追蹤修訂、隱藏內容與圖片不納入。"); };

async function post(path, extra) {
  const [content, headers] = body(extra);
  try {
    const answer = await fetch(path, { method: "POST", body: content, headers });
    const value = answer.headers.get("content-type").includes("json") ? await answer.json() : await answer.blob();
    return answer.ok ? { value, layout: answer.headers.get("x-dlp-layout") } : { error: value.error ? value.error.message : UNREACHED, status: answer.status, wait: Number(answer.headers.get("retry-after")) };
  } catch { return { error: UNREACHED, status: 0 }; }
}

function soon(wait) { clearTimeout(timer); timer = setTimeout(check, wait); }

async function check() {
  clearTimeout(timer);
  if (!file && !text.value.trim()) { asked++; reset(); say(T("貼上文字後會自動檢查。")); return; }
  const mine = ++asked;
  last = performance.now();
  const source = file ? null : text.value;
  const answer = file ? await upload() : await quietly(post(`/v1/check?masked=1&${QUERY}`));
  if (mine !== asked) return;
  if (answer.status === 429) { say(T("檢查太頻繁，{seconds} 秒後自動再檢查。", { seconds: answer.wait || 2 })); soon((answer.wait || 2) * 1000); return; }
  if (answer.error) { reset(); say(answer.error, "ask"); return; }
  render(answer.value, source);
}

// «檢查中» is only said when it takes a moment, so that the result does not flicker while typing.
async function quietly(promise) {
  const late = setTimeout(() => say(T("檢查中…")), 250);
  try { return await promise; } finally { clearTimeout(late); }
}

function upload() {
  return new Promise((done) => {
    const [content] = body(), request = new XMLHttpRequest(), bar = $("progress"), began = performance.now();
    const label = (word, values) => { $("progress-label").textContent = T(word, values); };
    running = request; $("working").hidden = false; bar.value = 0; say(T("檢查檔案中…")); reset();
    request.upload.onprogress = (e) => { if (e.lengthComputable) { bar.value = (e.loaded / e.total) * 100; label(T("上傳中，{percent}%"), { percent: Math.round(bar.value) }); } };
    const tick = setInterval(() => {
      if (request.readyState >= 1 && (bar.value >= 100 || !bar.hasAttribute("value"))) {
        bar.removeAttribute("value"); label(T("讀取並檢查中，已 {seconds} 秒"), { seconds: Math.round((performance.now() - began) / 1000) });
      }
    }, 500);
    request.onloadend = () => {
      clearInterval(tick); $("working").hidden = true; running = null;
      let value = null;
      try { value = JSON.parse(request.responseText); } catch { /* no answer, or none of ours */ }
      if (request.status === 200 && value) done({ value });
      else done({ error: request.cancelled ? T("已取消，沒有完成檢查。") : value && value.error ? value.error.message : UNREACHED, status: request.status, wait: Number(request.getResponseHeader("retry-after")) });
    };
    request.open("POST", `/v1/check?${QUERY}`); request.send(content);
  });
}

// --- showing the result

function reset() {
  shown = null; list.replaceChildren(); marked.hidden = true; marked.replaceChildren();
  $("coverage").textContent = ""; $("tools").hidden = true; $("approved").hidden = true;
}

function render(result, source) {
  reset();
  const stop = RANK[result.action] >= 4, some = RANK[result.action] >= 2;
  say(result.banner, stop ? "stop" : some || !result.complete ? "ask" : "ok");
  $("coverage").textContent = result.coverage;
  const items = result.items.map((item) => ({ ...item, finding: result.findings[item.finding], rule: result.rules.find((r) => r.id === item.rule) }));
  shown = { result, source, items };
  items.forEach((item, index) => list.append(entry(item, index + 1)));
  for (const rule of result.rules) if (!rule.findings.length && RANK[rule.action] >= 2) list.append(looseRule(rule));
  if (source !== null && items.length) mark(source, items);
  const masked = result.masked !== undefined && items.length > 0;
  $("tools").hidden = false;
  $("apply-all").hidden = $("copy").hidden = !masked;
  $("downloads").hidden = !(items.length && (source === null || masked));
  $("download-hint").hidden = source !== null || $("downloads").hidden;
  if ($("ask")) $("ask").hidden = !(RANK[result.action] >= 3 || !result.complete);
  if (slip) compareSlip();
  if (refocus) {  // the button that was pressed is gone: go on with what stands in its place now
    const next = list.children[Math.min(refocus, list.children.length) - 1] || text;
    refocus = 0; next.focus();
  }
}

function head(action, label, rule) {
  const node = element("p", "", `head ${style(action)}`);
  node.append(icon(style(action)), element("strong", LABEL[action]), ` ${label}`, element("span", ` ${rule}`, "rule"));
  return node;
}

function entry(item, number) {
  const li = element("li"), { finding, rule } = item;
  li.id = `finding-${number}`; li.tabIndex = -1;
  li.append(head(item.action, finding.label, rule.id));
  if (shown.source === null || finding.part !== "body") li.append(element("p", `${item.place}：「${item.snippet}」`, "where-found"));
  if (rule.tell) li.append(element("p", rule.tell));
  const fix = element("p", "", "fix");
  fix.append(T("改成："), element("b", finding.masked));
  if (shown.source !== null && finding.part === "body") fix.append(" ", button(T("套用"), T("套用第 {number} 處", { number }), () => apply(item, number)));
  if ($("appeal-dialog")) fix.append(" ", button(T("這是誤判"), T("第 {number} 處是誤判", { number }), () => openAppeal(item, number), "quiet"));
  li.append(fix);
  if (finding.fix) li.append(element("p", finding.fix, "hint"));
  const why = element("details"), reasons = element("ul");
  why.append(element("summary", T("為什麼？")), reasons);
  for (const reason of finding.reasons) reasons.append(element("li", reason.message));
  for (const law of rule.why.length ? rule.why : finding.law) reasons.append(element("li", T("依據：{law}", { law })));
  for (const also of item.also) reasons.append(element("li", T("同一處也是：{label}（{rule}）", also)));
  li.append(why);
  return li;
}

function looseRule(rule) {
  const li = element("li");
  li.append(head(rule.action, rule.name, rule.id));
  if (rule.tell) li.append(element("p", rule.tell));
  return li;
}

function button(label, spoken, act, className = "small") {
  const node = element("button", label, className);
  node.type = "button"; node.addEventListener("click", act);
  if (spoken) node.setAttribute("aria-label", spoken);
  return node;
}

// Offsets are code points; JavaScript strings count UTF-16 units: the server sends both.
function mark(source, items) {
  const spans = items.map((item, index) => ({ start: item.finding.utf16[0], end: item.finding.utf16[1], number: index + 1, item }))
    .filter((span) => span.item.finding.part === "body").sort((a, b) => a.start - b.start || b.end - a.end);
  let at = 0;
  for (const span of spans) {
    const start = Math.max(span.start, at);
    if (start >= span.end) continue;
    marked.append(source.slice(at, start));
    const node = element("mark", source.slice(start, span.end), style(span.item.action));
    node.prepend(element("sup", `${span.number}`)); marked.append(node); at = span.end;
  }
  marked.append(source.slice(at)); marked.hidden = false;
}

// --- changing the text

function remember() { if (text.value) { history.push(text.value); $("undo").disabled = false; } }

function replaceText(value) { remember(); text.value = value; check(); }

function fresh() { if (shown && (shown.source === null || shown.source === text.value)) return true; check(); return false; }

function apply(item, number) {
  if (!fresh()) return;
  const [start, end] = item.finding.utf16;
  refocus = number;
  replaceText(text.value.slice(0, start) + item.finding.masked + text.value.slice(end));
}

$("form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
text.addEventListener("paste", () => setTimeout(check));
text.addEventListener("input", (event) => {
  if (file) choose(null);
  if (event.inputType !== "insertFromPaste") soon(Math.max(TYPING_MS, last + APART_MS - performance.now()));
});
document.querySelectorAll("input[name=channel]").forEach((radio) => radio.addEventListener("change", check));
$("apply-all").addEventListener("click", () => { if (fresh()) { replaceText(shown.result.masked); text.focus(); } });
$("undo").addEventListener("click", () => {
  if (history.length) text.value = history.pop();
  $("undo").disabled = !history.length; if (!history.length) text.focus();
  choose(null); check();
});
$("clear").addEventListener("click", () => { remember(); text.value = ""; choose(null); slip = null; check(); text.focus(); });
$("copy").addEventListener("click", async () => {
  if (!fresh()) return;
  try { await navigator.clipboard.writeText(shown.result.masked); note($("copy"), T("已複製")); } catch { say(T("瀏覽器不允許複製，請改用下載。"), "ask"); }
});

function note(node, word) {
  const before = node.textContent;
  node.textContent = word; setTimeout(() => { node.textContent = before; }, 2000);
}

function save(blob, name) {
  const link = element("a");
  link.href = URL.createObjectURL(blob); link.download = name; link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

document.querySelectorAll("[data-format]").forEach((node) => node.addEventListener("click", async () => {
  if (!fresh()) return;
  node.disabled = true;
  const answer = await post(`/v1/mask?listed=1&format=${node.dataset.format}`);
  node.disabled = false;
  if (answer.error) { say(answer.error, "ask"); return; }
  save(answer.value, `${T("遮蔽版")}.${node.dataset.format}`); note(node, T("已下載"));
  tellLayout(answer.layout === "kept");
}));

// --- files

function choose(chosen) {
  if (running) { running.cancelled = true; running.abort(); }
  file = chosen; $("file").value = ""; $("chosen").hidden = !chosen; text.hidden = Boolean(chosen);
  $("chosen-name").textContent = chosen ? chosen.name : "";
}

async function take(files) {
  let draft = null;
  for (const one of files) {
    if (await isSlip(one)) { slip = one; } else { draft = one; }
  }
  if (draft && draft.size > WARN_BYTES) { say(T("檔案超過 50 MB，無法檢查。"), "ask"); return; }
  if (draft) { remember(); text.value = ""; choose(draft); check(); } else if (slip) {
    if (shown) compareSlip(); else say(T("已讀入檢核單。請貼上或放入要核對的稿件。"));
  }
}

async function isSlip(one) {
  if (!$("slip-dialog") || one.size > 100_000 || !one.name.toLowerCase().endsWith(".json")) return false;
  try { return JSON.parse(await one.text()).form === "dlp-slip-1"; } catch { return false; }
}

$("pick").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", (event) => take([...event.target.files]));
$("unchoose").addEventListener("click", () => { choose(null); check(); text.focus(); });
$("cancel").addEventListener("click", () => { if (running) { running.cancelled = true; running.abort(); } });
const drop = $("drop");
drop.addEventListener("dragover", (event) => { if ([...event.dataTransfer.types].includes("Files")) { event.preventDefault(); drop.classList.add("over"); } });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { drop.classList.remove("over"); if (event.dataTransfer.files.length) { event.preventDefault(); take([...event.dataTransfer.files]); } });

// --- dialogs

document.querySelectorAll("[data-close]").forEach((node) => node.addEventListener("click", () => node.closest("dialog").close()));

function openDialog(dialog) {
  dialog.querySelectorAll(".error").forEach((node) => { node.textContent = ""; });
  dialog.showModal();
  const first = dialog.querySelector("input:not([type=checkbox]), textarea, button.primary");
  if (first) first.focus();
}

// Sends a dialog's fields; the dialog stays open, with the reason, when the server refuses.
function onSend(dialog, act) {
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    if (!event.submitter || event.submitter.value !== "send") return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target)), error = dialog.querySelector(".error");
    error.textContent = ""; event.submitter.disabled = true;
    const problem = await act(fields);
    event.submitter.disabled = false;
    if (problem) error.textContent = problem;
  });
}

function receipt(value) {
  $("receipt-message").textContent = value.message; $("receipt-id").textContent = value.id; $("receipt-code").textContent = value.code;
  openDialog($("receipt-dialog"));
}

if ($("ask")) {
  let reported = null;
  $("ask").addEventListener("click", async () => {
    if (!fresh()) return;
    const select = $("ask-approver");
    if (select.length === 1) try {
      for (const one of await (await fetch("/v1/approvers")).json()) { const option = element("option", one.name); option.value = one.id; select.append(option); }
    } catch { /* the policy's approver it is */ }
    openDialog($("ask-dialog"));
  });
  onSend($("ask-dialog"), async (fields) => {
    if (!fields.sender.trim()) { $("ask-sender").focus(); return T("請填寫您的公務電子郵件或帳號。"); }
    if (fields.reason.trim().length < 4) { $("ask-reason").focus(); return T("請寫明為什麼需要發布（至少 4 字）。"); }
    const answer = await post("/v1/requests", fields);
    if (answer.error) return answer.error;
    $("ask-dialog").close(); receipt(answer.value);
  });
  window.openAppealFor = (item, number) => {
    reported = item;
    $("appeal-what").textContent = T("第 {number} 處：{label}（{rule}）", { number, label: item.finding.label, rule: item.rule.id });
    openDialog($("appeal-dialog"));
  };
  onSend($("appeal-dialog"), async (fields) => {
    const { part, start, end, kind } = reported.finding;
    const answer = await post("/v1/appeals", { ...fields, context: fields.context ? "true" : "false", part, start: `${start}`, end: `${end}`, kind });
    if (answer.error) return answer.error;
    $("appeal-dialog").close(); receipt(answer.value);
  });
  $("open-status").addEventListener("click", () => { $("status-answer").hidden = true; openDialog($("status-dialog")); });
  onSend($("status-dialog"), async (fields) => {
    const withDraft = file || text.value.trim();
    const answer = withDraft ? await post("/v1/requests/status", fields) : await post2("/v1/requests/status", fields);
    const shownAt = $("status-answer");
    shownAt.hidden = Boolean(answer.error);
    if (answer.error) return answer.error;
    const { id, label, message, unchanged, state } = answer.value;
    const same = unchanged === undefined ? "" : unchanged ? T("目前的內容與送審時相同。") : T("目前的內容與送審時不同，核准不適用。");
    shownAt.textContent = `${id}　${label}。${message}${same}`;
    shownAt.className = `banner ${state === "released" && unchanged !== false ? "ok" : "ask"}`;
    if (state === "released" && unchanged) { $("approved").textContent = T("{id} 已核准：可以發布目前這份內容。", { id }); $("approved").className = "banner ok"; $("approved").hidden = false; }
  });
  $("receipt-copy").addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(`${$("receipt-id").textContent} ${$("receipt-code").textContent}`); note($("receipt-copy"), T("已複製")); } catch { /* it can be written down */ }
  });
}

function openAppeal(item, number) { if (fresh()) window.openAppealFor(item, number); }

async function post2(path, fields) {
  try {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify(fields), headers: { "Content-Type": "application/json" } }), value = await answer.json();
    return answer.ok ? { value, layout: answer.headers.get("x-dlp-layout") } : { error: value.error.message };
  } catch { return { error: UNREACHED }; }
}

// --- 檢核單

let slipText = "";
function showSlip(lines, outcome) {
  $("slip-lines").textContent = lines.join("\n");
  $("slip-outcome").hidden = !outcome; $("slip-save").hidden = $("slip-print").hidden = Boolean(outcome);
  if (outcome) { $("slip-outcome").textContent = outcome.label; $("slip-outcome").className = `banner ${outcome.outcome === "changed" ? "stop" : "ok"}`; }
  openDialog($("slip-dialog"));
}

if ($("slip")) {
  $("slip").addEventListener("click", async () => {
    if (!fresh()) return;
    const answer = await post("/v1/slip");
    if (answer.error) { say(answer.error, "ask"); return; }
    slipText = answer.value.slip; showSlip(answer.value.lines, null);
  });
  $("slip-print").addEventListener("click", () => window.print());
  $("slip-save").addEventListener("click", () => { save(new Blob([slipText], { type: "application/json" }), `${T("檢核單")}.json`); note($("slip-save"), T("已下載")); });
}

async function compareSlip() {
  const given = slip; slip = null;
  const answer = await post("/v1/slip/verify", { slip: await given.text() });
  if (answer.error) { say(answer.error, "ask"); return; }
  showSlip(answer.value.lines, answer.value);
}

// --- keys

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); check(); }
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const items = [...list.children];
    if (!items.length) return;
    const now = items.indexOf(document.activeElement.closest("#findings > li"));
    const step = event.key === "ArrowDown" ? now + 1 : now < 0 ? items.length - 1 : now - 1;
    event.preventDefault(); items[(step + items.length) % items.length].focus();
  }
});
