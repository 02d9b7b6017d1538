// A person looks for a rule, reads it, writes one with the checks beside it, tries it on samples, and sees what is covered.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";

const rows = ".rules .grid .row";
const lines = ".code-host .cm-line"; // in a shadow root, which these selectors see through

async function read_the_rules({ page, url, look, look_at }) {
  await page.goto(`${url}/rules`);
  await visible(page, rows);
  await look_at("rules");
  await page.keyboard.press("/");
  await page.keyboard.type("lsass memory");
  await page.waitForFunction(() => location.search.includes("text=") && document.querySelectorAll(".rules .grid .row").length < 10);
  await page.keyboard.press("Escape");
  await page.reload();
  await visible(page, rows);
  if (look.phone) {
    await page.click(rows);
  } else {
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
  }
  await page.waitForFunction(() => /^\/rules\/.+/.test(location.pathname));
  await visible(page, ".rule-columns .raw");
  await visible(page, ".rule-columns .notice");
  await look_at("rule");
}

async function write_a_rule({ page, look_at }) {
  await page.keyboard.press("e");
  await page.waitForFunction(() => location.pathname === "/rules/editor");
  await visible(page, lines);
  await visible(page, ".rule-editor-side .notice.good");
  await look_at("rule-editor");
  // A slip is told as it is made, with its place; the way there is one press.
  await page.keyboard.press("i");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nlevel: sharp\n");
  await visible(page, ".rule-editor-side .fault-list li");
  await visible(page, ".code-host .cm-lintRange-error, .code-host .cm-lint-marker");
  await look_at("rule-editor-fault");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  const text = await page.evaluate(() => localStorage.getItem("yagura.rule.draft"));
  assert.match(text, /^title:/m, "the draft is kept");
  await page.keyboard.press("Escape"); // out of the text, not off the page
  await page.waitForFunction(() => location.pathname === "/rules/editor");
}

async function try_it({ page, url, look_at }) {
  await page.goto(`${url}/rules/editor?new=1`);
  await visible(page, lines);
  await visible(page, ".rule-editor-side .notice.good");
  await page.click(".rule-editor-side [role=tab] >> nth=1");
  await page.fill(".rule-editor-side textarea", "must_match:\n  - {CommandLine: an example here}\nmust_not_match:\n  - {CommandLine: an example that should not be found}\n");
  await page.click(".rule-editor-panel .button.primary");
  await visible(page, ".tried li");
  assert.equal(await page.$$eval(".tried .sign.bad", (all) => all.length), 1, "one sample fails, as it must");
  await look_at("rule-try");
  const draft = await page.evaluate(() => localStorage.getItem("yagura.rule.draft"));
  await page.reload();
  await visible(page, lines);
  assert.equal(await page.evaluate(() => localStorage.getItem("yagura.rule.draft")), draft, "a reload keeps what was written");
}

async function see_what_is_covered({ page, url, look, look_at }) {
  await page.goto(`${url}/attack`);
  await visible(page, ".attack-cell");
  await look_at("attack");
  await page.click(".picture-box header button:last-child");
  await visible(page, ".sheet-table tbody tr");
  await look_at("attack-as-table");
  await page.click(".picture-box header button:last-child");
  if (look.phone) return;
  await page.focus(".attack a");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname === "/rules" && location.search.includes("technique="));
  await visible(page, rows);
}

for (const story of [write_a_rule, try_it]) story.wide_only = true;

export default [read_the_rules, write_a_rule, try_it, see_what_is_covered];
