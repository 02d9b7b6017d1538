// Criteria are proposed, checked, held against the past and approved by another person.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { choose, push, reach, write } from "../keyboard.mjs";

async function read_what_is_in_force({ page, url, look, look_at }) {
  await page.goto(`${url}/criteria`);
  await visible(page, ".editions .current");
  await look_at("criteria");
  await page.goto(`${url}/criteria?kind=naming`);
  await visible(page, ".editions .current a");
  await reach(page, page.locator(".editions .current a"));
  await page.keyboard.press("Enter");
  await visible(page, ".lines");
  await look_at("criteria-naming");
  await page.goto(`${url}/criteria?kind=policy`);
  await visible(page, ".editions .current");
  if (look.phone) return;
  await page.keyboard.press("n");
  await visible(page, ".part .lines input");
  await visible(page, ".notice.good");
  await reach(page, page.locator(".lines td:nth-child(3) input").first());
  await page.keyboard.press("Control+A");
  await page.keyboard.type("10");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+Enter");
  await visible(page, ".toast");
  await visible(page, ".notice.good");
  assert.equal(await page.locator(".lines td:nth-child(3) input").first().inputValue(), "10");
  await look_at("criteria-policy");
}

async function what_is_done_about_vulnerabilities({ page, url, look_at }) {
  await page.goto(`${url}/criteria?kind=policy`);
  await visible(page, ".editions .current");
  await page.keyboard.press("v");
  await page.waitForFunction(() => location.search.includes("set=vulnerability"));
  await visible(page, ".editions .current");
  await look_at("criteria-policy-vulnerability");
  await page.keyboard.press("n");
  await visible(page, ".part .lines input");
  await visible(page, ".notice.good");
  const id = new URL(page.url()).pathname.split("/").pop();
  const made = await (await page.request.get(`${url}/api/v1/action-policies/${id}`)).json();
  assert.equal(made.body.set, "vulnerability", "the new edition is of the same set");
  await look_at("criteria-policy-vulnerability-edit");
}

async function two_people_at_one_edition({ page, url, look_at }) {
  await page.goto(`${url}/criteria`);
  await visible(page, ".editions .current");
  await page.keyboard.press("n");
  await visible(page, ".criteria-rows");
  const id = new URL(page.url()).pathname.split("/").pop();
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const read = await (await page.request.get(`${url}/api/v1/criteria/${id}`)).json();
  const { edition, in_force_from, approved_by, rejected_reason, ...table } = read.body;
  const rows = table.rows.map((row, i) => (i === 1 ? { ...row, reason_en: "Theirs" } : row));
  const theirs = await page.request.patch(`${url}/api/v1/criteria/${id}`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { table: { ...table, title_en: "Their title", rows }, version: read.version } });
  assert.equal(theirs.status(), 200, await theirs.text());
  // What both changed is asked; what only one changed is that one's.
  await write(page, ".more-fields .input >> nth=1", "My title");
  await write(page, ".criteria-rows tbody tr:nth-child(1) .reasons textarea >> nth=1", "Mine");
  await page.keyboard.press("Control+Enter");
  await visible(page, "table.stale tbody tr");
  assert.equal(await page.locator("table.stale tbody tr").count(), 3, "every part that either changed is told");
  await look_at("criteria-two-people");
  await push(page, page.locator("table.stale").locator("xpath=ancestor::section").locator(".button").first());
  await page.waitForFunction(() => !document.querySelector("table.stale"));
  await page.keyboard.press("Control+Enter");
  await visible(page, ".toast");
  const both = (await (await page.request.get(`${url}/api/v1/criteria/${id}`)).json()).body;
  assert.deepEqual([both.title_en, both.rows[0].reason_en, both.rows[1].reason_en], ["My title", "Mine", "Theirs"], "nobody's work is lost");
}

async function propose_check_and_replay({ page, url, look_at }) {
  await page.goto(`${url}/criteria`);
  await visible(page, ".editions .current");
  await page.keyboard.press("n");
  await visible(page, ".criteria-rows");
  await visible(page, ".page-body > .notice:not(.bad)");
  // A gap: the first row decides nothing for one stage any more.
  await reach(page, page.locator(".criteria-rows tbody tr:first-child .value-picks").nth(2).locator("button[aria-pressed=true]").first());
  await page.keyboard.press("Space");
  await page.keyboard.press("Control+Enter");
  await visible(page, ".notice.bad li");
  await look_at("criteria-faults");
  await reach(page, page.locator(".criteria-rows tbody tr:first-child .value-picks").nth(2).locator("button[aria-pressed=false]").nth(1));
  await page.keyboard.press("Space");
  const decision = page.locator(".criteria-rows tbody tr:first-child .decision select").first();
  await choose(page, decision, 1);
  const urgent = page.locator(".criteria-rows .decision select:nth-of-type(2)");
  for (let i = 0; i < (await urgent.count()); ++i) await choose(page, urgent.nth(i), "5");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => !document.querySelector(".do-replay").disabled && !document.querySelector(".notice.bad"));
  await page.keyboard.press("Control+i"); // from wherever in the table
  await visible(page, ".replay-sum");
  await visible(page, ".notice.good");
  await visible(page, ".shift-bar");
  await look_at("criteria-replayed");
}

async function approve_as_another_person({ page, url, look, look_at }) {
  // Whoever wrote it may not approve it.
  await page.keyboard.press("a");
  await visible(page, "dialog[open]");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] .notice.bad");
  await page.keyboard.press("Escape");
  const here = page.url();
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const login = `approver-${look.lang}-${look.theme}`;
  const password = "see far and notice early 1";
  const made = await page.request.post(`${url}/api/v1/users`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { login, name: login, roles: ["ciso", "manager"], password } });
  assert.equal(made.status(), 201, await made.text());
  const other = await page.context().browser().newContext({ viewport: { width: look.size[0], height: look.size[1] } });
  await other.addInitScript((lang) => localStorage.setItem("yagura.lang", lang), look.lang);
  const theirs = await other.newPage();
  try {
    await theirs.goto(here);
    await visible(theirs, "input[type=password]");
    await theirs.keyboard.type(login);
    await theirs.keyboard.press("Tab");
    await theirs.keyboard.type(password);
    await theirs.keyboard.press("Enter");
    await theirs.waitForSelector(".edition-head, .sign-in input[autocomplete=new-password]");
    if (await theirs.locator(".edition-head").count() === 0) {
      const fields = theirs.locator(".sign-in input[type=password]");
      for (const nth of [0, 1]) await write(theirs, fields.nth(nth), `${password} mine`);
      await theirs.keyboard.press("Enter");
    }
    await visible(theirs, ".edition-head");
    await visible(theirs, ".notice.good");
    await theirs.keyboard.press("a");
    await visible(theirs, "dialog[open]");
    await theirs.keyboard.press("Control+Enter");
    await theirs.waitForFunction(() => !document.querySelector("dialog[open]"));
  } finally {
    await other.close();
  }
  await page.goto(`${url}/criteria`);
  await visible(page, ".editions .current");
  assert.ok((await page.innerText(".editions .current")).includes(here.split("/").pop()), "what another person approved is in force");
}

what_is_done_about_vulnerabilities.wide_only = two_people_at_one_edition.wide_only = propose_check_and_replay.wide_only = approve_as_another_person.wide_only = true;
export default [read_what_is_in_force, what_is_done_about_vulnerabilities, two_people_at_one_edition, propose_check_and_replay, approve_as_another_person];
