// What eight hours do to a console: the server is restarted, the session ended elsewhere, a key held down, the page
// reloaded and left and come back to. Nothing is lost and nobody has to press reload.
//
//   node steady.mjs PROGRAM ROOT
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser, startServer, visible } from "./browser.mjs";

const [program, root] = process.argv.slice(2);
const { browser } = await startBrowser(root);
const data = mkdtempSync(join(tmpdir(), "yagura-steady-"));
let server = await startServer(program, root, { filled: data, sample: true });
const { url, password } = server;
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
await context.addInitScript(() => localStorage.setItem("yagura.lang", "en"));
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const broken = [];
let scene_now = "";
page.on("pageerror", (error) => broken.push(`${scene_now}: ${error.stack}`));

async function sign_in() {
  await visible(page, "input[type=password]");
  await page.fill("input[autocomplete=username]", "admin");
  await page.fill("input[type=password]", password);
  await page.keyboard.press("Enter");
  await visible(page, ".grid .row");
  await page.waitForSelector(".live-live", { state: "attached" });
}

/** The API as somebody else's session of the same account: what happens there is news to the page. */
async function elsewhere() {
  const other = await browser.newContext();
  const came = await (await other.request.post(`${url}/api/v1/session`, { data: { login: "admin", password } })).json();
  return {
    act: (method, path, body) => other.request.fetch(`${url}${path}`, { method, headers: { "X-CSRF-Token": came.csrf_token, "Content-Type": "application/json" }, ...(body ? { data: JSON.stringify(body) } : {}) }),
    close: () => other.close(),
  };
}

const at = () => page.evaluate(() => document.querySelector(".grid .row[aria-selected=true]")?.id.slice(4));
const state_of = (id, has) => page.waitForFunction(([row, word]) => {
  const there = document.getElementById(`row-${row}`);
  return there ? there.textContent.includes(word) : false;
}, [id, has]);
const row_ids = () => page.evaluate(() => [...document.querySelectorAll(".grid .row")].map((row) => row.id.slice(4)));

const scenes = {
  async a_page_keeps_its_place_over_reload_back_and_forward() {
    await page.goto(`${url}/queue?view=all&sort=last_seen`);
    await sign_in();
    for (let i = 0; i < 3; ++i) await page.keyboard.press("j");
    await visible(page, ".queue-side");
    const taken = await at();
    assert.ok(taken);
    await page.waitForFunction((id) => new URLSearchParams(location.search).get("at") === id, taken);
    const place = page.url();
    await page.reload();
    await visible(page, ".queue-side");
    assert.equal(page.url(), place);
    assert.equal(await at(), taken, "a reload shows the same alert");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${url}/alerts/${taken}`);
    await page.goBack();
    await visible(page, ".queue-side");
    assert.equal(page.url(), place);
    assert.equal(await at(), taken, "the way back leads to the place that was left");
    await page.goForward();
    await page.waitForURL(`${url}/alerts/${taken}`);
    await page.goBack();
  },

  async a_page_is_there_however_late_its_program_comes() {
    const slow = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", storageState: await context.storageState() });
    const other = await slow.newPage();
    const devtools = await slow.newCDPSession(other);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    let wait = 0;
    await other.route(/assets\/(Queue|Incidents)-.*\.js/, async (route) => {
      await new Promise((done) => setTimeout(done, wait));
      await route.continue();
    });
    for (let i = 0; i < 20; ++i) {
      wait = i * 12;
      await other.goto(`${url}/queue`, { waitUntil: "commit" });
      await visible(other, ".grid .row");
    }
    await slow.close();
  },

  async a_key_held_down_goes_on() {
    await page.goto(`${url}/queue?view=all`);
    await visible(page, ".grid .row");
    await page.keyboard.press("j");
    const first = await at();
    // Browsers stop listening to changes of the address at some 200 in a few seconds, and React at 50 in a row.
    for (let i = 0; i < 110; ++i) {
      await page.keyboard.press("j");
      await page.keyboard.press("k");
    }
    assert.equal(await at(), first);
    await page.keyboard.press("j");
    const second = await at();
    assert.notEqual(second, first, "the 222nd press still moves");
    await page.waitForFunction((id) => new URLSearchParams(location.search).get("at") === id, second);
    await page.keyboard.press("k");
    for (let i = 0; i < 40; ++i) await page.keyboard.down("j"); // one press, held
    await page.keyboard.up("j");
    assert.notEqual(await at(), first, "a key held down goes on");
    await page.keyboard.press("Escape");
    await page.focus("input[type=search]");
    const typed = "web".repeat(90);
    await page.keyboard.type(typed);
    assert.equal(await page.inputValue("input[type=search]"), typed, "every letter of a long text arrives");
    await page.waitForFunction((text) => new URLSearchParams(location.search).get("text") === text, typed);
  },

  async news_come_by_themselves_and_after_a_restart() {
    const other = await elsewhere(); // its sign-in is a fact too: before the page listens
    await page.goto(`${url}/queue`);
    await visible(page, ".grid .row");
    await page.waitForSelector(".live-live", { state: "attached" });
    const [first, second, third] = await row_ids();
    for (const [id, restart] of [[first, true], [second, false], [third, true]]) {
      // first: the stream breaks before it told anything; third: after it told something
      if (restart) {
        await server.stop();
        await page.waitForSelector(".live-connecting", { state: "attached" });
        server = await startServer(program, root, { filled: data, port: Number(new URL(url).port), known: true });
        assert.equal(server.url, url);
      }
      const answer = await other.act("POST", `/api/v1/alerts/${id}/acknowledge`, {});
      assert.ok(answer.ok(), `${answer.status()} ${await answer.text()}`);
      await state_of(id, "Acknowledged");
    }
    await page.waitForSelector(".live-live", { state: "attached" });
    await other.close();
  },

  async a_session_ended_elsewhere_asks_who_is_there_and_leads_back() {
    const place = `${url}/queue?view=all&level=medium`;
    await page.goto(place);
    await visible(page, ".grid .row");
    const other = await elsewhere();
    const { sessions } = await (await other.act("GET", "/api/v1/sessions")).json();
    for (const session of sessions) if (!session.this_one) assert.ok((await other.act("DELETE", `/api/v1/sessions/${session.id}`)).ok());
    await sign_in(); // the stream ends without a key being pressed, and the page asks
    assert.equal(page.url(), place, "whoever comes back is where they were");
    await other.close();
  },
};

let failed = 0;
try {
  for (const [name, scene] of Object.entries(scenes)) {
    try {
      scene_now = name;
      await scene();
    } catch (error) {
      ++failed;
      console.log(`${name}: ${error.stack}`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
if (broken.length) console.log(broken.join("\n"));
console.log(failed || broken.length ? `${failed} of ${Object.keys(scenes).length} scenes failed` : `${Object.keys(scenes).length} scenes hold`);
process.exit(failed || broken.length ? 1 : 0);
