// Measures over periods: computed from what was worked, a picture each that can be read as a table.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { reach } from "../keyboard.mjs";

async function see_the_measures({ page, url, look, look_at }) {
  // Something has to have been worked before it can be measured.
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const open = await (await page.request.get(`${url}/api/v1/alerts?state=new&limit=3`)).json();
  for (const alert of open.records) {
    const done = await page.request.post(`${url}/api/v1/alerts/${alert.id}/acknowledge`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: {} });
    assert.equal(done.status(), 200, await done.text());
  }
  await page.goto(`${url}/measures`);
  await visible(page, ".measure-cards .chart");
  assert.ok(await page.locator(".measure-cards > li").count() >= 15, "every measure has its picture");
  await look_at("measures");
  await page.goto(`${url}/measures?by=class&period=week`);
  await visible(page, ".chart-legend li");
  await look_at("measures-by-class");
  if (look.phone) return;
  await reach(page, page.locator(".picture-box header .button", { hasText: /table|表/ }).first());
  await page.keyboard.press("Enter");
  await visible(page, ".sheet-table tbody tr");
}

export default [see_the_measures];
