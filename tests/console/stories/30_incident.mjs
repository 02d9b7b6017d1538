// An alert becomes an incident, the incident is worked through, told of in two editions and closed: by keyboard.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { choose, push, reach, write } from "../keyboard.mjs";

const texts_of = (page, selector) => page.$$eval(selector, (all) => all.map((one) => one.textContent));
const tab_is = (page, tab) => page.waitForFunction((wanted) => new URLSearchParams(location.search).get("tab") === wanted, tab);
const send = async (page) => {
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
};

async function escalate({ page, url, look_at }) {
  await page.goto(`${url}/queue?view=new`);
  await visible(page, ".grid .row");
  await page.keyboard.press("j");
  await visible(page, ".event-fields");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname.startsWith("/alerts/"));
  await visible(page, ".act-bar .button");
  await page.keyboard.press("e");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("外部への接続を確認。A reverse shell from the server.");
  await look_at("escalate");
  await page.keyboard.press("Control+Enter");
  await visible(page, '.act-bar a[href^="/incidents/INC-"]');
  await page.keyboard.press("i");
  await page.waitForFunction(() => location.pathname.startsWith("/incidents/INC-"));
  await visible(page, ".steps .here");
  await visible(page, ".history li");
  for (const said of await texts_of(page, ".history li")) assert.doesNotMatch(said, /incident\.|alert\./, "history is told in words");
  await look_at("incident");
}

async function work_the_case({ page, look_at }) {
  await page.keyboard.press("s"); // the next step: investigate
  await page.waitForFunction(() => document.querySelectorAll(".steps .past").length === 1);
  await page.keyboard.press("2");
  await tab_is(page, "timeline");
  await page.keyboard.press("t");
  await visible(page, "dialog[open] textarea");
  await write(page, "dialog[open] textarea", "サーバーを切り離した。Isolated the server.");
  await send(page);
  await visible(page, ".thread .entry");
  await look_at("incident-timeline");
  await page.keyboard.press("3");
  await tab_is(page, "graph");
  await visible(page, ".graph-node[role=button]");
  await reach(page, ".graph-node[role=button]");
  await page.keyboard.press("Enter");
  await visible(page, ".graph-detail li, .graph-detail a");
  await look_at("incident-graph");
  await push(page, ".picture-box header button:last-child");
  await visible(page, ".sheet-table tbody tr");
  await look_at("incident-graph-as-table");
  await page.keyboard.press("4");
  await tab_is(page, "tasks");
  await visible(page, ".rows > li");
  await look_at("incident-tasks");
  const roles = await texts_of(page, ".rows > li .quiet");
  assert.ok(roles.length > 0 && roles.every((said) => !/system_owner|handler\b/.test(said) || /Incident handler/.test(said)), "roles are told by title");
  const tasks = await page.$$eval(".rows > li", (all) => all.length);
  for (let done = 0; done < tasks; ++done) {
    if (done > 0) await page.keyboard.press("j");
    await page.keyboard.press("f");
    await visible(page, "dialog[open] textarea");
    await send(page);
    await page.waitForFunction((n) => document.querySelectorAll(".rows > li.over").length === n, done + 1);
  }
  await page.keyboard.press("5");
  await tab_is(page, "evidence");
  await visible(page, "table.plain a[href^='/alerts/']");
  await look_at("incident-evidence");
}

async function mend_what_is_missing({ page, look_at }) {
  await page.keyboard.press("7");
  await tab_is(page, "closure");
  await visible(page, ".todo");
  await look_at("incident-closure");
  // Each that can be mended in place: the analysis, field by field, then the measure and the feedback.
  for (;;) {
    const next = await page.$$eval(".rows > li", (all) => all.findIndex((li) => li.querySelector("button") && /「|analysis/i.test(li.textContent)));
    if (next < 0) break;
    const before = await page.$$eval(".rows > li", (all) => all.length);
    await reach(page, `.rows > li:nth-child(${next + 1}) button`);
    await page.keyboard.press("Enter");
    await visible(page, "dialog[open]");
    if (await page.$("dialog[open] select")) await choose(page, "dialog[open] select", 1);
    else if (await page.$("dialog[open] input[type=datetime-local]")) await write(page, "dialog[open] input", "2026-10-15T02:00");
    else await write(page, "dialog[open] textarea", "公開サーバーの脆弱な部品から侵入された。\n\n- 設定の誤り\n- 更新の遅れ");
    await send(page);
    await page.waitForFunction((n) => document.querySelectorAll(".rows > li").length < n, before);
  }
  await page.keyboard.press("1");
  await page.waitForFunction(() => !location.search.includes("tab="));
  await push(page, `section[aria-label] header button:has-text("${await page.evaluate(() => (document.documentElement.lang === "ja" ? "対策を追加" : "Add a measure"))}")`);
  await visible(page, "dialog[open] textarea");
  await write(page, "dialog[open] textarea", "サーバーの隔離 / Isolation of the server");
  await send(page);
  await reach(page, ".rows input[type=checkbox]");
  await page.keyboard.press("Space");
  await visible(page, ".rows .done");
  await look_at("incident-analysed");
}

async function report_and_close({ page, look, look_at }) {
  await page.keyboard.press("1");
  await page.keyboard.press("s");
  await page.waitForFunction(() => document.querySelectorAll(".steps .past").length > 1);
  for (let i = 0; i < 4 && (await page.$$eval(".steps .past", (all) => all.length)) < 4; ++i) {
    const before = await page.$$eval(".steps .past", (all) => all.length);
    await page.keyboard.press("s");
    await page.waitForFunction((n) => document.querySelectorAll(".steps .past").length > n, before);
  }
  await page.keyboard.press("6");
  await tab_is(page, "reports");
  for (const edition of ["internal", "external"])
    for (const lang of ["ja", "en"]) {
      await push(page, `.choices >> nth=0 >> button >> nth=${edition === "internal" ? 0 : 1}`);
      await push(page, `.choices >> nth=1 >> button >> nth=${lang === "ja" ? 0 : 1}`);
      await page.waitForFunction((wanted) => document.querySelector(`.paper[lang=${wanted}][aria-busy=false] h2`), lang);
      const title = await page.textContent(".paper h2");
      assert.equal(/[ぁ-ん]/.test(title), lang === "ja", `the preview speaks ${lang}: ${title}`);
      if (lang === look.lang) await look_at(`incident-report-${edition}`);
    }
  await push(page, `.choices >> nth=1 >> button >> nth=${look.lang === "ja" ? 0 : 1}`);
  await push(page, ".incident-columns header .button:not(.primary)"); // the statement that the external edition is made of
  await visible(page, "dialog[open] textarea");
  const words = ["サービスの一時停止について", "10月15日に不正な接続を検知し、該当のサーバーを切り離しました。", "お客さまへの影響はありません。", "公開部品の更新の遅れ", "切り離しと更新", "更新の点検を毎週にします。", "窓口 03-0000-0000"];
  const fields = await page.$$("dialog[open] .input");
  for (let i = 0; i < fields.length; ++i) await write(page, page.locator("dialog[open] .input").nth(i), words[i] ?? words[0]);
  await send(page);
  await page.waitForFunction(() => document.querySelector(".paper[aria-busy=false]")?.textContent.includes("03-0000-0000"));
  // Feedback and measures change the case: the reports are issued last.
  await page.keyboard.press("7");
  await tab_is(page, "closure");
  await push(page, "section header .button:not(.primary)");
  await visible(page, "dialog[open] textarea");
  await write(page, "dialog[open] textarea", "規則は正しく検知した。The rule was right.");
  await look_at("incident-feedback");
  await send(page);
  for (const edition of ["internal", "external"]) {
    await page.keyboard.press("6");
    await tab_is(page, "reports");
    await push(page, `.choices >> nth=0 >> button >> nth=${edition === "internal" ? 0 : 1}`);
    const before = await page.$$eval(".rows > li", (all) => all.length);
    await page.keyboard.press("u");
    await visible(page, "dialog[open] input");
    await write(page, "dialog[open] input", "CISO, 監督官庁");
    await send(page);
    await page.waitForFunction((n) => document.querySelectorAll(".rows > li").length > n, before);
  }
  await look_at("incident-reports-issued");
  await page.keyboard.press("7");
  await page.waitForFunction(() => { const close = document.querySelector("section header .button.primary"); return close && !close.disabled; });
  await look_at("incident-ready");
  await reach(page, "section header .button.primary");
  await page.keyboard.press("Enter");
  await visible(page, ".notice.good");
  await page.keyboard.press("1");
  await visible(page, ".history li");
  await look_at("incident-closed");
}

for (const story of [escalate, work_the_case, mend_what_is_missing, report_and_close]) story.wide_only = true;

async function on_a_phone({ page, url, look, look_at }) {
  if (!look.phone) return;
  await page.goto(`${url}/incidents?view=all`);
  await visible(page, ".grid .row");
  await look_at("incidents");
  await page.tap(".grid .row"); // a phone has no keys
  await visible(page, ".steps .here, .steps .past");
  await look_at("incident");
}

export default [escalate, work_the_case, mend_what_is_missing, report_and_close, on_a_phone];
