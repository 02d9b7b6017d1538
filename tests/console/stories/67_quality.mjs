// Closed work is judged again by somebody who does not see the first verdict; then the two are compared and corrected.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { choose, push, reach, write } from "../keyboard.mjs";

const password = "see far and notice early 2";
const closed = (page) => page.waitForFunction(() => !document.querySelector("dialog[open]"));

/** A few alerts that admin dismisses, so that there is something to judge again, and somebody to do it. */
async function prepare(page, url, login) {
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const headers = { "X-CSRF-Token": who.csrf_token, Origin: url };
  const open = await (await page.request.get(`${url}/api/v1/alerts?state=new,acknowledged&limit=100`)).json();
  const some = open.records.filter((alert) => alert.body.host !== "web01").slice(0, 4); // 10_queue looks for web01's
  assert.ok(some.length >= 2, "there are alerts to close");
  for (const [i, alert] of some.entries()) {
    if (alert.state === "new") assert.equal((await page.request.post(`${url}/api/v1/alerts/${alert.id}/acknowledge`, { headers, data: {} })).status(), 200);
    const done = await page.request.post(`${url}/api/v1/alerts/${alert.id}/dismiss`, { headers, data: { verdict: i % 2 ? "benign" : "false_positive", reason: "the first verdict" } });
    assert.equal(done.status(), 200, await done.text());
  }
  const made = await page.request.post(`${url}/api/v1/users`, { headers, data: { login, name: login, roles: ["manager"], password } });
  assert.equal(made.status(), 201, await made.text());
}

async function see_the_reviews({ page, url, look_at }) {
  await page.goto(`${url}/quality`);
  await visible(page, ".quality-reviews, .empty");
  await look_at("quality");
}

async function judge_again({ page, url, look, look_at }) {
  const login = `reviewer-${look.lang}-${look.theme}`;
  await prepare(page, url, login);
  await page.goto(`${url}/quality`);
  await visible(page, ".quality-reviews, .empty");
  await page.keyboard.press("n");
  await visible(page, "dialog[open] select");
  await choose(page, "dialog[open] select", "alerts");
  await write(page, "dialog[open] input[list]", login);
  await write(page, "dialog[open] input[type=number]", "4");
  await look_at("quality-draw");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => location.pathname.startsWith("/quality/QRV-"));
  await visible(page, ".quality-head + .page-body .notice");
  await look_at("quality-waits");
  const here = page.url();
  const other = await page.context().browser().newContext({ viewport: { width: look.size[0], height: look.size[1] }, reducedMotion: "reduce" });
  await other.addInitScript(([lang, theme]) => { localStorage.setItem("yagura.lang", lang); localStorage.setItem("yagura.theme", theme); }, [look.lang, look.theme]);
  const theirs = await other.newPage();
  try {
    await theirs.goto(here);
    await visible(theirs, "input[type=password]");
    await theirs.keyboard.type(login);
    await theirs.keyboard.press("Tab");
    await theirs.keyboard.type(password);
    await theirs.keyboard.press("Enter");
    await theirs.waitForSelector(".judging, .sign-in input[autocomplete=new-password]");
    if (await theirs.locator(".judging").count() === 0) {
      for (const nth of [0, 1]) await write(theirs, theirs.locator(".sign-in input[type=password]").nth(nth), `${password} mine`);
      await theirs.keyboard.press("Enter");
    }
    await visible(theirs, ".judging .facts dd");
    assert.ok(!(await theirs.innerText("main")).includes("the first verdict"), "nothing of the first verdict is told");
    const items = await theirs.locator(".judging-list li").count();
    for (let i = 0; i < items; ++i) {
      if (i === 1) {
        await reach(theirs, ".judging textarea");
        await theirs.keyboard.type("It was as the rule says");
        await push(theirs, theirs.locator('.judging [role="group"] .button').first());
      } else await theirs.keyboard.press("3");
      await theirs.waitForFunction((n) => document.querySelectorAll(".judging-list .icon").length === n, i + 1);
    }
    await look_at("quality-judging", theirs);
    await theirs.evaluate(() => document.activeElement.blur());
    await theirs.keyboard.press("c");
    await visible(theirs, ".quality-matrix");
  } finally {
    await other.close();
  }
  await page.reload();
  await visible(page, ".quality-matrix");
  assert.match(await page.innerText(".quality-columns"), /%/, "how far the two agree is told");
  await look_at("quality-compared");
}

async function correct_and_conclude({ page, url, look_at }) {
  await push(page, ".quality-both .button");
  await visible(page, "dialog[open] input");
  await page.keyboard.type("The rule's description misleads");
  await look_at("quality-correct");
  await page.keyboard.press("Control+Enter");
  await closed(page);
  await visible(page, ".quality-found li");
  await push(page, ".quality-head .button.primary");
  await visible(page, "dialog[open] textarea");
  await page.keyboard.type("The two agree well enough. 次回は夜間の判断を見る。");
  await page.keyboard.press("Control+Enter");
  await closed(page);
  await visible(page, ".page-body .prose");
  await page.keyboard.press("Escape");
  await visible(page, ".quality-trend");
  await look_at("quality-reviews");
  await page.keyboard.press("2");
  await visible(page, "table.plain tbody tr");
  await look_at("quality-corrective");
  await page.keyboard.press("3");
  await visible(page, "table.plain tbody tr, .empty");
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const said = await page.request.post(`${url}/api/v1/records/service_feedback`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { body: { organisation: "営業部", received_at: new Date().toISOString(), kind: "complaint", body: "The report came late.", satisfaction: 2 } } });
  assert.equal(said.status(), 201, await said.text());
  await page.goto(`${url}/quality?view=feedback`);
  await visible(page, "table.plain tbody tr");
  await look_at("quality-feedback");
}

judge_again.wide_only = correct_and_conclude.wide_only = true;
export default [see_the_reviews, judge_again, correct_and_conclude];
