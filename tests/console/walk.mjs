// Walks the console as a person would: signs in, takes an alert, sees why it fired, acts by keyboard alone; in
// both languages, light and dark, wide and on a phone; axe-core finds nothing on any page, the browser reports no
// error and the page's policy refuses nothing; and every write that a page made on the way is in the OpenAPI document.
//
//   node walk.mjs PROGRAM ROOT [SCREENSHOTS_FOLDER [FILE...]]
//
// The stories are what the files of stories/ list, in the order of the files' names. A file begins with somebody signed in,
// wherever; its stories begin each where the one before ended. FILE (as "20_alert"): only these, after signing in.
// WALK_LOOKS=0 in the environment: only the first of the looks below.
// Whoever never leaves the keyboard can do all of it: but for a phone's touch, a mouse that draws over a picture and the
// system's own window for files, a story has no other hands than keyboard.mjs, and one that has is a failure.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, startServer, violations } from "./browser.mjs";
import { watchWrites } from "./documented.mjs";

const [program, root, pictures, ...only] = process.argv.slice(2);
const folder = new URL("./stories/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".mjs")).sort();
const chapters = [];
for (const name of files)
  if (only.length === 0 || name.startsWith("00_") || only.includes(name.replace(".mjs", "")))
    chapters.push({ name, stories: (await import(new URL(name, folder))).default });
const looks = [
  { lang: "ja", theme: "light", size: [1280, 800] },
  { lang: "en", theme: "dark", size: [1280, 800] },
  { lang: "ja", theme: "dark", size: [390, 844], phone: true },
  // A wall of pixels: what is read most, to see that lines stay readable and nothing gapes.
  { lang: "en", theme: "light", size: [2560, 1440], only: ["sign_in", "see_the_queue", "take_an_alert", "escalate", "read_the_rules", "see_what_is_covered", "see_who_does_what", "aim_at_a_pattern", "read_what_is_in_force", "see_what_is_owed", "see_the_measures", "look_after_people", "find_a_register", "see_the_reviews"] },
];
const other_hands = /\.(click|dblclick|fill|focus|selectOption|check|uncheck|dispatchEvent|setChecked)\(/;
const { browser, axe } = await startBrowser(root);
const server = await startServer(program, root);
const failures = [];
const written = new Set(); // the operations that the pages wrote with
for (const name of files)
  readFileSync(new URL(name, folder), "utf8").split("\n").forEach((line, i) => other_hands.test(line) && failures.push(`${name}:${i + 1} does not keep to the keyboard: ${line.trim()}`));
if (pictures) mkdirSync(pictures, { recursive: true });

async function open(look) {
  const context = await browser.newContext({ viewport: { width: look.size[0], height: look.size[1] }, timezoneId: "Asia/Tokyo", reducedMotion: "reduce", hasTouch: !!look.phone });
  await context.addInitScript(([lang, theme]) => {
    localStorage.setItem("yagura.lang", lang);
    localStorage.setItem("yagura.theme", theme);
  }, [look.lang, look.theme]);
  const where = `${look.lang}/${look.theme}/${look.size[0]}`;
  const writes = watchWrites(context, server.url, (line) => failures.push(`${where}: ${line}`));
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => failures.push(`${where}: ${error.message}`));
  page.on("console", (message) => {
    // A browser reports refusals by itself: the first question who is signed in, and what a story gets refused on purpose
    // (others than these it names in `refused`).
    if (message.type() === "error" && !/status of (401|409|422) \(/.test(message.text()) && !at.refused?.test(message.text())) failures.push(`${where}: ${message.text()}`);
  });
  let shots = 0;
  /** The page stands: nothing is missing in it, axe finds nothing, and it is kept as a picture. `page`: another person's. */
  const look_at = async (name, page = at.page) => {
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    const text = await page.evaluate(() => document.body.innerText);
    const missing = text.match(/\[console\.[a-z0-9_.]+\]/g);
    if (missing) failures.push(`${where} ${name}: no text for ${[...new Set(missing)].join(", ")}`);
    for (const found of await violations(page, axe)) failures.push(`${where} ${name}: ${found}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) failures.push(`${where} ${name}: the page is ${wide} px wider than the window`);
    const cut = await page.evaluate(() => [...document.querySelectorAll(".panel table")].filter((table) => {
      const panel = table.closest(".panel");
      for (let box = table.parentElement; box !== panel; box = box.parentElement) if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return false;
      return table.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1 && !/auto|scroll/.test(getComputedStyle(panel).overflowX);
    }).map((table) => table.innerText.slice(0, 40).replaceAll("\n", " ")));
    for (const table of cut) failures.push(`${where} ${name}: a table is wider than its panel: ${table}`);
    if (pictures) await page.screenshot({ path: join(pictures, `${look.lang}-${look.theme}-${look.size[0]}-${String(++shots).padStart(2, "0")}-${name}.png`) });
  };
  const at = { page, look, look_at, url: server.url, password: server.password, close: async () => { for (const operation of await writes.finish()) written.add(operation); await context.close(); } };
  return at;
}

let walked = 0;
try {
  for (const look of looks.filter((_, i) => !process.env.WALK_LOOKS || process.env.WALK_LOOKS.includes(i))) {
    const at = await open(look);
    let signed_in = true;
    for (const chapter of chapters) {
      for (const story of signed_in ? chapter.stories : []) {
        if ((story.wide_only && look.phone) || (look.only && !look.only.includes(story.name))) continue;
        try {
          await story(at);
          ++walked;
        } catch (error) {
          failures.push(`${look.lang}/${look.theme}/${look.size[0]} ${story.name}: ${error.stack}`);
          if (pictures) await at.page.screenshot({ path: join(pictures, `failed-${look.lang}-${look.theme}-${look.size[0]}-${story.name}.png`) });
          signed_in = chapter !== chapters[0]; // without it nothing else can be walked
          break; // the next story of the chapter begins where this one ends
        }
      }
    }
    await at.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
if (walked === 0) failures.push("nothing was walked");
if (failures.length === 0 && only.length === 0 && written.size < 30) failures.push(`the pages wrote by ${written.size} operations only: were their writes seen?`);
console.log(failures.length ? failures.join("\n") : `walked ${walked} stories, which wrote by ${written.size} of the documented operations: ${[...written].sort().join(" ")}`);
process.exit(failures.length ? 1 : 0);
