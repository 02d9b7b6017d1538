// A person hunts: writes a query with help, narrows time and values, looks at an event, keeps and shares the search.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { push, reach } from "../keyboard.mjs";

const box = "input[role=combobox]";
const rows = ".hunt .grid .row";
const param = (page, name) => page.evaluate((wanted) => new URLSearchParams(location.search).get(wanted), name);
const asked = (page, text) => page.waitForFunction((wanted) => new URLSearchParams(location.search).get("q") === wanted, text);

/** Events as somebody hostile would write them. */
async function send_hostile({ page, url }) {
  const { csrf_token } = await (await page.request.get(`${url}/api/v1/session`)).json();
  const lines = [
    { time: new Date().toISOString(), host: "evil01", marker: "hostile7", message: "<script>window.__owned = 1</script><img src=x onerror=\"window.__owned = 1\">" },
    { time: new Date().toISOString(), host: "evil01", marker: "hostile7", message: "\u202egpj.exe\u202c \u001b[31mred\u001b[0m \u0007 \u200bzero", "<b>field</b>": "=HYPERLINK(\"http://evil\")" },
    { time: new Date().toISOString(), host: "evil01", marker: "hostile7", message: "A".repeat(1_000_000) },
  ];
  const answer = await page.request.post(`${url}/api/v1/ingest?format=json&source=walk`, {
    headers: { "X-CSRF-Token": csrf_token, "Content-Type": "application/octet-stream" }, data: lines.map((one) => JSON.stringify(one)).join("\n"),
  });
  assert.equal(answer.status(), 200, await answer.text());
}

async function write_a_query(at) {
  const { page, url, look, look_at } = at;
  at.refused = /400 \(Bad Request\)/; // half a query is no query
  await page.goto(`${url}/hunt?q=host%3Anowhere77&range=15m`);
  await visible(page, ".hunt .empty .button"); // nothing there: the latest events are one press away
  await look_at("hunt-empty");
  await page.keyboard.press("/");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("proc");
  await page.waitForFunction(() => {
    const offers = [...document.querySelectorAll(".offers [role=option]")];
    return offers.length > 0 && !offers.some((offer) => offer.textContent.includes("provider")); // of the whole word, not of its beginning
  });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  assert.match(await page.inputValue(box), /^process:$/);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("hots:web01");
  await visible(page, ".query-fault mark");
  assert.match(await page.textContent(".query-fault"), /host/, "the slip is told, and the nearest name");
  assert.match(await page.textContent(".query-fault"), look.lang === "ja" ? /項目を持つイベントはありません/ : /no event has a field/, "in the person's language");
  await look_at("hunt-fault");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("cmd:*vssadmin*");
  await page.waitForFunction(() => !document.querySelector(".query-fault"));
  await page.keyboard.press("Enter");
  await asked(page, "cmd:*vssadmin*");
  await page.goto(`${url}/hunt?q=cmd%3A*vssadmin*&range=365d`);
  await visible(page, rows);
  if (!look.phone) await visible(page, ".bars-bar");
  await look_at("hunt");
  at.refused = undefined;
}

async function narrow_it({ page, look_at }) {
  // Time, by the keys of the histogram.
  await reach(page, ".time-bars-area");
  await page.keyboard.press("ArrowLeft");
  for (let i = 0; i < 90 && !(await page.$(".bars-part")); ++i) await page.waitForTimeout(20);
  for (let i = 0; i < 30; ++i) await page.keyboard.press("ArrowLeft");
  for (let i = 0; i < 29; ++i) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => new URLSearchParams(location.search).get("from"));
  await visible(page, rows);
  // The same by dragging over it.
  const area = await (await page.$(".time-bars-area")).boundingBox();
  const before = await param(page, "from");
  const bar = await (await page.$(".bars-bar")).boundingBox();
  await page.mouse.move(Math.max(area.x + 2, bar.x - 40), area.y + 40);
  await page.mouse.down();
  await page.mouse.move(Math.min(area.x + area.width - 2, bar.x + 60), area.y + 40, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction((was) => new URLSearchParams(location.search).get("from") !== was, before);
  await visible(page, rows);
  // A field's values, a column, one value.
  await push(page, '.field-list button.field-name:has(code:text-is("host"))');
  await visible(page, ".field-values li");
  await push(page, '.field-list li:has(code:text-is("process.name")) button[aria-pressed]');
  await page.waitForFunction(() => new URLSearchParams(location.search).get("cols")?.includes("process.name"));
  await look_at("hunt-fields");
  await push(page, ".field-values .value");
  await page.waitForFunction(() => /host:/.test(new URLSearchParams(location.search).get("q")));
  await visible(page, rows);
  await push(page, ".picture-box button:last-child");
  await visible(page, ".sheet-table tbody tr");
  await look_at("hunt-as-table");
  await push(page, ".picture-box button:last-child");
  // The picture for a report: as an image, and its numbers.
  await push(page, ".picture-box .button >> nth=0");
  await visible(page, ".toast.good");
  await page.waitForFunction(() => !document.querySelector(".toast.good")); // it goes by itself
  await push(page, ".picture-box .button >> nth=1");
  await visible(page, ".toast.good");
  await page.waitForFunction(() => !document.querySelector(".toast.good")); // it goes by itself
  // An event, by keyboard; from it another condition.
  await page.keyboard.press("j");
  await visible(page, ".hunt-side .event-fields");
  await look_at("hunt-event");
  const here = await page.url();
  await page.reload();
  await visible(page, rows);
  assert.equal(page.url(), here, "a reload shows the same");
}

async function keep_and_share({ page, look, look_at }) {
  await page.keyboard.press("s");
  await visible(page, "dialog[open] input");
  await page.keyboard.type(`バックアップの破壊 ${look.lang} ${look.theme}`);
  await look_at("hunt-save");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await page.keyboard.press("l");
  await visible(page, ".saved-list li");
  await look_at("hunt-saved");
  await push(page, ".saved-list li a");
  await visible(page, rows);
}

async function hostile_text({ page, url, look, look_at }) {
  await send_hostile({ page, url });
  await page.goto(`${url}/hunt?q=hostile7&range=1h&cols=message`);
  await visible(page, rows);
  if (look.phone) {
    await page.tap(rows); // a phone has no keys
    await visible(page, ".hunt-side .event-fields");
    await look_at("hunt-hostile");
    return;
  }
  for (let i = 0; i < 3; ++i) {
    await page.keyboard.press("j");
    await visible(page, ".hunt-side .event-fields");
    await page.waitForTimeout(50);
  }
  assert.equal(await page.evaluate(() => window.__owned), undefined, "nothing of a log runs");
  assert.equal(await page.$(".hunt img, .hunt script"), null, "nothing of a log becomes an element");
  const shown = await page.evaluate(() => document.body.innerText);
  assert.doesNotMatch(shown, /[\u202e\u001b\u0007]/, "nothing of a log steers the screen");
  await look_at("hunt-hostile");
}

async function make_a_rule({ page, url, look, look_at }) {
  await page.goto(`${url}/hunt?q=cmd%3A*vssadmin*&range=365d`);
  await visible(page, rows);
  const found = await page.$$eval(rows, (all) => all.length);
  assert.ok(found >= 7, "the sample has seven, and what other stories sent");
  await page.keyboard.press("u");
  await visible(page, "dialog[open] input");
  await page.keyboard.type(`vssadmin ${look.lang}`);
  assert.match(await page.inputValue("dialog[open] select >> nth=0"), /windows/, "the log source is guessed from the events");
  await look_at("hunt-to-rule");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => location.pathname === "/rules/editor");
  await visible(page, ".code-host .cm-line"); // in a shadow root, which these selectors see through
  await visible(page, ".rule-editor-side .notice.good");
  // What would it have found?
  await push(page, ".rule-editor-side [role=tab] >> nth=2");
  await visible(page, ".rule-editor-panel form .button.primary");
  await reach(page, ".rule-editor-panel form .button.primary");
  await page.keyboard.press("Enter");
  await visible(page, ".past-matches tbody tr");
  await page.waitForFunction((n) => document.querySelectorAll(".past-matches tbody tr").length === n, found); // what the search found
  await look_at("rule-past");
  await reach(page, ".past-matches a");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname === "/hunt");
  await visible(page, ".hunt-side .event-fields");
}

for (const story of [narrow_it, keep_and_share, make_a_rule]) story.wide_only = true;

export default [write_a_query, narrow_it, keep_and_share, make_a_rule, hostile_text];
