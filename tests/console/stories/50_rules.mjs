// A person looks for a rule, reads it, and writes one with the checks beside it.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";

const rows = ".rules .grid .row";
const lines = ".code-host .cm-line"; // in a shadow root, which these selectors see through

async function read_the_rules({ page, url, look, look_at }) {
  await page.goto(`${url}/rules`);
  await visible(page, rows);
  await look_at("rules");
  await page.keyboard.press("/");
  await page.keyboard.type("shadow cop");
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
  await visible(page, ".rule-columns .facts");
  await look_at("rule");
}

async function write_a_rule({ page, look_at }) {
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => location.pathname === "/rules");
  await page.keyboard.press("n");
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

write_a_rule.wide_only = true;

export default [read_the_rules, write_a_rule];
