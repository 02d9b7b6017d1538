// Criteria are proposed, checked, held against the past and approved by another person.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { choose, reach, write } from "../keyboard.mjs";

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

propose_check_and_replay.wide_only = approve_as_another_person.wide_only = true;
export default [read_what_is_in_force, propose_check_and_replay, approve_as_another_person];
