// A person looks for a rule, reads it, writes one with the checks beside it, tries it on samples, and sees what is covered.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { paste, push, reach, write } from "../keyboard.mjs";

const rows = ".rules .grid .row";
const lines = ".code-host .cm-line"; // in a shadow root, which these selectors see through

async function read_the_rules({ page, url, look, look_at }) {
  await page.goto(`${url}/rules`);
  await visible(page, rows);
  await look_at("rules");
  if (!look.phone) {
    const first = await page.innerText(rows);
    await push(page, ".rules .grid .head [role=columnheader]:nth-child(2) button");
    await page.waitForFunction((was) => document.querySelector(".rules .grid .row").innerText !== was && /sort=title/.test(location.search), first);
    await visible(page, ".rules .grid .head [role=columnheader]:nth-child(2)[aria-sort=ascending]");
    await push(page, ".rules .grid .head [role=columnheader]:nth-child(1) button");
    await page.waitForFunction(() => !/sort=title/.test(location.search));
  }
  await page.keyboard.press("/");
  await page.keyboard.type("lsass memory");
  await page.waitForFunction(() => /memory/.test(location.search) && document.querySelectorAll(".rules .grid .row").length < 10); // the address comes after the typing
  await page.keyboard.press("Escape");
  await page.reload();
  await page.waitForFunction(() => { const n = document.querySelectorAll(".rules .grid .row").length; return n > 0 && n < 10; });
  if (look.phone) {
    await page.tap(rows); // a phone has no keys
  } else {
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
  }
  await page.waitForFunction(() => /^\/rules\/.+/.test(location.pathname));
  await visible(page, ".rule-columns .raw");
  await page.waitForSelector(".rule-columns .notice", { timeout: 90_000 }); // every rule's samples are run again when the set has changed
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
  await push(page, ".rule-editor-side [role=tab] >> nth=1");
  await write(page, ".rule-editor-side textarea", "must_match:\n  - {CommandLine: an example here}\nmust_not_match:\n  - {CommandLine: an example that should not be found}\n");
  await push(page, ".rule-editor-panel .button.primary");
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
  await push(page, ".picture-box header button:last-child");
  await visible(page, ".sheet-table tbody tr");
  await look_at("attack-as-table");
  await push(page, ".picture-box header button:last-child");
  if (look.phone) return;
  await reach(page, ".attack a");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname === "/rules" && location.search.includes("technique="));
  await visible(page, rows);
}

const own_rule = (title, id, image) => `title: ${title}
id: ${id}
status: test
tags: [attack.execution]
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: '\\\\${image}'
  condition: selection
level: high
`;

/** The whole text is another one, as pasted. */
async function write_all(page, text) {
  await visible(page, lines);
  await page.keyboard.press("i");
  await page.keyboard.press("Control+A");
  await paste(page, text);
}

async function give_the_reason(page, why) {
  // Out of what is offered, then out of the text.
  for (let i = 0; i < 3 && (await page.evaluate(() => document.activeElement?.matches(".code-host"))); ++i) await page.keyboard.press("Escape");
  await visible(page, ".page-head .button.primary:not(:disabled)");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type(why);
  await page.keyboard.press("Control+Enter");
}

async function put_it_in_force(at) {
  const { page, url, look, look_at } = at;
  const title = `Odd tool (${look.lang} ${look.theme})`;
  const id = await page.evaluate(() => crypto.randomUUID());
  await page.goto(`${url}/rules`);
  await visible(page, rows);
  await page.keyboard.press("n");
  await page.waitForFunction(() => location.pathname === "/rules/editor" && !location.search.includes("new"));
  // A broken one can't even be sent.
  await write_all(page, own_rule(title, id, "odd.exe").replace("condition: selection", "condition: nothing"));
  await visible(page, ".rule-editor-side .fault-list li");
  await visible(page, ".page-head .button.primary:disabled");
  const fault = await page.innerText(".rule-editor-side .fault-list li");
  assert.match(fault, look.lang === "ja" ? /検索識別子.*「nothing」/ : /asks for 'nothing'/, "what is wrong is told in the person's language");
  assert.match(fault, look.lang === "ja" ? /\d+ 行/ : /line \d+/, "with its place");
  await look_at("rule-fault");
  // One that does not stand its own samples is refused, and stays in the editor.
  await write_all(page, own_rule(title, id, "odd.exe"));
  await visible(page, ".rule-editor-side .notice.good");
  await push(page, ".rule-editor-side [role=tab] >> nth=1");
  await write(page, ".rule-editor-side textarea", "must_match:\n  - {Image: 'C:\\even.exe'}\n");
  await give_the_reason(page, "It was seen on web01.");
  await visible(page, "dialog[open] .notice.bad li");
  assert.match(await page.innerText("dialog[open] .notice.bad"), look.lang === "ja" ? /サンプルに合いません/ : /sample fails/i);
  await look_at("rule-refused");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await write(page, ".rule-editor-side textarea", "");
  await push(page, ".rule-editor-side [role=tab] >> nth=0");
  await visible(page, ".rule-editor-side .notice.good");
  await give_the_reason(page, "It was seen on web01. 再発に備える。");
  await page.waitForFunction(() => /own=ORU-/.test(location.search));
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await look_at("rule-put-in-force");
  const answer = await page.request.get(`${url}/api/v1/rules/${id}`);
  assert.equal(answer.status(), 200, "it is in force");
  const own = await page.evaluate(() => new URLSearchParams(location.search).get("own"));
  assert.equal((await answer.json()).own, own);
  at.own = { id, title, record: own };
}

/** What is written is checked among the rules in force: an id that is taken, a correlation of others. */
async function among_the_others({ page, url, look, own, look_at }) {
  await page.goto(`${url}/rules/editor?new=1`);
  await write_all(page, own_rule("Again", own.id, "odd.exe"));
  await visible(page, ".rule-editor-side .fault-list li");
  assert.match(await page.innerText(".rule-editor-side .fault-list li"), look.lang === "ja" ? /IDは別の適用中のルール/ : /the id is that of a rule/);
  await write_all(page, `title: Many odd tools\nid: ${await page.evaluate(() => crypto.randomUUID())}\nlevel: high\ncorrelation: {type: event_count, rules: [${own.id}], group-by: [User], timespan: 5m, condition: {gte: 3}}\n`);
  await visible(page, ".rule-editor-side .notice.good");
  await visible(page, ".page-head .button.primary:not(:disabled)");
  await look_at("rule-correlation");
}

/** A rule that nobody wrote here, that no correlation asks for, and that none of our own stands for. */
async function shipped_rule(page, url, nth) {
  const { rules } = await (await page.request.get(`${url}/api/v1/rules?limit=1000`)).json();
  const asked = new Set(rules.flatMap((rule) => rule.correlation?.rules ?? []));
  return rules.filter((rule) => !rule.own && !rule.correlation && !asked.has(rule.id) && !asked.has(rule.title))[nth];
}

async function tune_a_shipped_rule({ page, url, look_at }) {
  const shipped = await shipped_rule(page, url, 3);
  await page.goto(`${url}/rules/${shipped.id}`);
  await visible(page, ".rule-columns .raw");
  await page.keyboard.press("e");
  await page.waitForFunction(() => location.pathname === "/rules/editor" && !location.search.includes("keep"));
  await visible(page, lines);
  await visible(page, ".rule-editor-side .notice:not(.good)"); // it says whose place it takes
  await look_at("rule-tune");
  await page.keyboard.press("i");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\n# without our scanner\n");
  await give_the_reason(page, "Our scanner does this every night.");
  await page.waitForFunction(() => /own=ORU-/.test(location.search) && !document.querySelector("dialog[open]"));
  const now = await (await page.request.get(`${url}/api/v1/rules/${shipped.id}`)).json();
  assert.match(now.own, /^ORU-/, "our version is in force");
  await page.goto(`${url}/rules/${shipped.id}`);
  await visible(page, ".rule-columns .raw");
  await page.waitForFunction((file) => document.body.innerText.includes(file), shipped.file);
  await look_at("rule-tuned");
  await page.keyboard.press("x");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("The shipped one is better now");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => location.pathname === "/rules/own");
  const back = await (await page.request.get(`${url}/api/v1/rules/${shipped.id}`)).json();
  assert.equal(back.own, undefined, "the shipped one is in force again");
}

async function take_a_shipped_rule_out_of_force(at) {
  const { page, url, look_at } = at;
  at.refused = /404 \(Not Found\)/; // a rule that is out of force is asked for
  const shipped = await shipped_rule(page, url, 5);
  await page.goto(`${url}/rules/${shipped.id}`);
  await visible(page, ".rule-columns .raw");
  await page.keyboard.press("x");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("Too loud here. 当社では誤検知しかない。");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => location.pathname === "/rules/own" && /state=shipped/.test(location.search) && /at=RWD-/.test(location.search));
  await visible(page, rows);
  await look_at("rules-shipped-out");
  assert.equal((await page.request.get(`${url}/api/v1/rules/${shipped.id}`)).status(), 404, "it is out of force");
  const record = await page.evaluate(() => new URLSearchParams(location.search).get("at"));
  await page.goto(`${url}/rules`);
  await visible(page, ".rules-status .badge.outline"); // the list says that some are out of force
  await page.goto(`${url}/rules/${shipped.id}`);
  await page.waitForFunction(() => document.body.innerText.includes("当社では誤検知しかない"));
  await visible(page, ".rule-columns .raw"); // its text can still be read
  await look_at("rule-out-of-force");
  await page.keyboard.press("x");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("The scanner is excluded now");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await visible(page, ".rule-columns .notice, .rule-columns .facts");
  assert.equal((await page.request.get(`${url}/api/v1/rules/${shipped.id}`)).status(), 200, "it is in force again");
  const facts = await (await page.request.get(`${url}/api/v1/facts?subject=${record}&limit=100`)).json();
  const told = facts.facts.filter((fact) => fact.kind.startsWith("rule.")).map((fact) => fact.body.why);
  assert.deepEqual(told.slice(0, 2), ["The scanner is excluded now", "Too loud here. 当社では誤検知しかない。"], "the journal tells why");
  at.refused = undefined;
}

async function two_people_at_one_rule({ page, url, look_at, own }) {
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const theirs = await page.request.post(`${url}/api/v1/own-rules/${own.record}/replace`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { yaml: own_rule(own.title, own.id, "theirs.exe"), why: "Another name", version: 1 } });
  assert.equal(theirs.status(), 200, await theirs.text());
  await write_all(page, own_rule(own.title, own.id, "mine.exe"));
  await visible(page, ".rule-editor-side .notice.good");
  await give_the_reason(page, "Mine");
  await visible(page, ".rule-editor-side .notice.warn");
  assert.match(await page.innerText(".rule-editor-side .notice.warn"), /Another name/, "who was quicker and why is told");
  await look_at("rule-quicker");
  await push(page, ".rule-editor-side .notice.warn .button >> nth=1");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("Both looked at it");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => new URLSearchParams(location.search).get("v") === "3");
  const source = await (await page.request.get(`${url}/api/v1/rules/${own.id}/source`)).json();
  assert.match(source.yaml, /mine\.exe/);
}

async function take_it_out_of_force({ page, url, look_at, own }) {
  await page.goto(`${url}/rules/${own.id}`);
  await visible(page, ".rule-columns .raw");
  await look_at("rule-own");
  await page.keyboard.press("x");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("Too loud");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => location.pathname === "/rules/own");
  await visible(page, rows);
  assert.equal((await page.request.get(`${url}/api/v1/rules/${own.id}`)).status(), 404, "it is out of force");
  await look_at("rules-own");
  await page.keyboard.press("x");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("The noise is filtered now");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  assert.equal((await page.request.get(`${url}/api/v1/rules/${own.id}`)).status(), 200, "it is in force again");
  const facts = await (await page.request.get(`${url}/api/v1/facts?subject=${own.record}&limit=100`)).json();
  const told = facts.facts.filter((fact) => fact.kind.startsWith("rule.")).map((fact) => fact.body.why);
  assert.deepEqual(told.slice(0, 2), ["The noise is filtered now", "Too loud"], "the journal tells why");
}

for (const story of [write_a_rule, try_it, put_it_in_force, among_the_others, tune_a_shipped_rule, take_a_shipped_rule_out_of_force, two_people_at_one_rule, take_it_out_of_force]) story.wide_only = true;

export default [read_the_rules, write_a_rule, try_it, put_it_in_force, two_people_at_one_rule, take_it_out_of_force, among_the_others, tune_a_shipped_rule, take_a_shipped_rule_out_of_force, see_what_is_covered];
