// Rosters with what is wrong in them, paths, skills that are missing and the cycles of improvement.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { reach } from "../keyboard.mjs";

async function look_after_people({ page, url, look, look_at }) {
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const make = async (type, body) => {
    const made = await page.request.post(`${url}/api/v1/records/${type}`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { body } });
    assert.equal(made.status(), 201, await made.text());
  };
  const day = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  await make("shift", { team: "SOC", starts_at: `${day}T00:00:00Z`, ends_at: `${day}T08:00:00Z`, person: `ken-${look.lang}-${look.theme}` });
  await make("shift", { team: "SOC", starts_at: `${day}T08:00:00Z`, ends_at: `${day}T16:00:00Z` });
  await make("improvement", { title: `Quicker first look (${look.lang} ${look.theme})`, cycle: "short", role: "B-1", why: "Alerts wait too long at night." });
  await make("person", { name: `Ken ${look.lang} ${look.theme}` });
  await page.goto(`${url}/people`);
  await visible(page, ".roster .shift.bad");
  assert.ok((await page.innerText("main")).includes(look.lang === "ja" ? "担当なし" : "Nobody"), "a shift without anybody is told");
  await look_at("people-roster");
  await page.keyboard.press("4");
  await visible(page, ".ageing .shift");
  await look_at("people-cycles");
  await page.keyboard.press("2");
  await visible(page, ".paths .as-link");
  await reach(page, page.locator(".paths .as-link").first());
  await page.keyboard.press("Enter");
  await visible(page, ".path li");
  await look_at("people-paths");
  await page.keyboard.press("3");
  await visible(page, ".empty, table.plain");
  await look_at("people-skills");
}

export default [look_after_people];
