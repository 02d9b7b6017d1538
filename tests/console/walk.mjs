// Walks the console as a person would: signs in, takes an alert, sees why it fired, acts by keyboard alone; in
// both languages, light and dark, wide and on a phone; axe-core finds nothing on any page, the browser reports no
// error and the page's policy refuses nothing.
//
//   node walk.mjs PROGRAM ROOT [SCREENSHOTS_FOLDER]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, startServer, violations } from "./browser.mjs";
import { stories } from "./stories.mjs";

const [program, root, pictures] = process.argv.slice(2);
const looks = [
  { lang: "ja", theme: "light", size: [1280, 800] },
  { lang: "en", theme: "dark", size: [1280, 800] },
  { lang: "ja", theme: "dark", size: [390, 844], phone: true },
];
const { browser, axe } = await startBrowser(root);
const server = await startServer(program, root);
const failures = [];
if (pictures) mkdirSync(pictures, { recursive: true });

async function open(look) {
  const context = await browser.newContext({ viewport: { width: look.size[0], height: look.size[1] }, timezoneId: "Asia/Tokyo", reducedMotion: "reduce" });
  await context.addInitScript(([lang, theme]) => {
    localStorage.setItem("yagura.lang", lang);
    localStorage.setItem("yagura.theme", theme);
  }, [look.lang, look.theme]);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const where = `${look.lang}/${look.theme}/${look.size[0]}`;
  page.on("pageerror", (error) => failures.push(`${where}: ${error.message}`));
  page.on("console", (message) => {
    // The first question who is signed in is answered 401, which a browser reports by itself.
    if (message.type() === "error" && !/401 \(Unauthorized\)/.test(message.text())) failures.push(`${where}: ${message.text()}`);
  });
  let shots = 0;
  /** The page stands: nothing is missing in it, axe finds nothing, and it is kept as a picture. */
  const look_at = async (name) => {
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    const text = await page.evaluate(() => document.body.innerText);
    const missing = text.match(/\[console\.[a-z0-9_.]+\]/g);
    if (missing) failures.push(`${where} ${name}: no text for ${[...new Set(missing)].join(", ")}`);
    for (const found of await violations(page, axe)) failures.push(`${where} ${name}: ${found}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) failures.push(`${where} ${name}: the page is ${wide} px wider than the window`);
    if (pictures) await page.screenshot({ path: join(pictures, `${look.lang}-${look.theme}-${look.size[0]}-${String(++shots).padStart(2, "0")}-${name}.png`) });
  };
  return { page, look, look_at, url: server.url, password: server.password, close: () => context.close() };
}

let walked = 0;
try {
  for (const look of looks) {
    const at = await open(look);
    for (const [name, story] of stories) {
      if (story.wide_only && look.phone) continue;
      try {
        await story(at);
        ++walked;
      } catch (error) {
        failures.push(`${look.lang}/${look.theme}/${look.size[0]} ${name}: ${error.stack}`);
        if (pictures) await at.page.screenshot({ path: join(pictures, `failed-${look.lang}-${look.theme}-${look.size[0]}-${name}.png`) });
        break; // the next story begins where this one ends
      }
    }
    await at.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
if (walked === 0) failures.push("nothing was walked");
console.log(failures.length ? failures.join("\n") : `walked ${walked} stories`);
process.exit(failures.length ? 1 : 0);
