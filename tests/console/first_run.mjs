// The first quarter of an hour: an empty data folder, the link that the terminal shows, the first administrator, the
// first source, the first alert on the screen. A server of its own for each look, since a first run is one.
//
//   node first_run.mjs PROGRAM ROOT [SCREENSHOTS_FOLDER]
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, startServer, violations, visible } from "./browser.mjs";
import { watchWrites } from "./documented.mjs";
import { push, write } from "./keyboard.mjs";

const [program, root, pictures] = process.argv.slice(2);
const { browser, axe } = await startBrowser(root);
const failures = [];
if (pictures) mkdirSync(pictures, { recursive: true });

async function walk(look) {
  const server = await startServer(program, root, { sample: false });
  const where = `${look.lang}/${look.theme}`;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: "Asia/Tokyo", reducedMotion: "reduce" });
  await context.addInitScript(([lang, theme]) => {
    localStorage.setItem("yagura.lang", lang);
    localStorage.setItem("yagura.theme", theme);
  }, [look.lang, look.theme]);
  const writes = watchWrites(context, server.url, (line) => failures.push(`${where}: ${line}`));
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => failures.push(`${where}: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && !/40[13] \(/.test(message.text()) && failures.push(`${where}: ${message.text()}`));
  let shots = 0;
  const look_at = async (name) => {
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    const missing = (await page.evaluate(() => document.body.innerText)).match(/\[console\.[a-z0-9_.]+\]/g);
    if (missing) failures.push(`${where} ${name}: no text for ${missing.join(", ")}`);
    for (const found of await violations(page, axe)) failures.push(`${where} ${name}: ${found}`);
    if (pictures) await page.screenshot({ path: join(pictures, `first-run-${look.lang}-${look.theme}-${++shots}-${name}.png`) });
  };
  try {
    const link = /http:\S+\/first-run#\S+/.exec(server.said())?.[0];
    assert.ok(link, "the terminal shows a link");
    await page.goto(link);
    await visible(page, "input[autocomplete=name]");
    assert.equal(await page.evaluate(() => location.hash), "", "the secret does not stay in the address");
    await look_at("administrator");
    await page.keyboard.type("佐藤 花子");
    await page.keyboard.press("Tab");
    await page.keyboard.type("sato");
    for (const password of ["far from the tower", "far from the towel"]) {
      await page.keyboard.press("Tab");
      await page.keyboard.type(password);
    }
    await page.keyboard.press("Enter");
    await visible(page, "[aria-invalid=true]");
    await write(page, page.locator("input[autocomplete=new-password]").nth(1), "far from the tower");
    await page.keyboard.press("Enter");
    await visible(page, ".way .step");
    await page.waitForSelector(".live-live", { state: "attached" });
    await page.waitForFunction(() => document.querySelectorAll(".step.done").length === 2); // the administrator and the rules
    await look_at("empty-house");
    await page.goto(`${server.url}/queue`);
    await visible(page, ".empty");
    await look_at("empty-queue");
    await page.goto(`${server.url}/sources`);
    await visible(page, ".empty .button");
    await look_at("empty-sources");
    await push(page, ".empty .button");
    await visible(page, ".way .step");
    await page.setInputFiles("input[type=file]", { name: "auth.log", mimeType: "text/plain", buffer: Buffer.from("<38>Nov 23 12:00:00 web01 sshd[811]: Accepted publickey for sato from 192.0.2.10 port 50122 ssh2\n") });
    await page.waitForFunction(() => document.querySelectorAll(".step.done").length === 3);
    await push(page, ".step:last-child button");
    await page.waitForFunction(() => document.querySelectorAll(".step.done").length === 4);
    await look_at("first-alert");
    await push(page, ".step:last-child .primary");
    await visible(page, ".grid .row");
    await page.keyboard.press("j");
    await visible(page, ".event-fields mark");
    await look_at("alert");
    const again = await browser.newContext();
    const other = await again.newPage();
    await other.goto(link);
    await visible(other, "input[autocomplete=name]");
    await write(other, "input[autocomplete=name]", "Mallory");
    await write(other, "input[autocomplete=username]", "mallory");
    for (const nth of [0, 1]) await write(other, other.locator("input[autocomplete=new-password]").nth(nth), "long enough for anybody");
    await other.keyboard.press("Enter");
    await visible(other, ".empty");
    assert.equal(await other.$("input[autocomplete=name]"), null, "the link opens nothing a second time");
    await again.close();
    const refused = await page.context().request.post(`${server.url}/api/v1/session`, { data: { login: "admin", password: server.password } });
    assert.equal(refused.status(), 401, "the generated account is closed");
    assert.ok((await writes.finish()).has("beginFirstRun"), "the first administrator was made by the documented API");
  } catch (error) {
    failures.push(`${where}: ${error.stack}`);
    if (pictures) await page.screenshot({ path: join(pictures, `first-run-failed-${look.lang}.png`) });
  } finally {
    await context.close();
    await server.stop();
  }
}

try {
  await walk({ lang: "ja", theme: "light" });
  await walk({ lang: "en", theme: "dark" });
} finally {
  await browser.close();
}
console.log(failures.length ? failures.join("\n") : "the first run was walked in both languages");
process.exit(failures.length ? 1 : 0);
