// A staffing is tried with sliders; what comes of it is a curve, a table and a comparison.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { reach } from "../keyboard.mjs";

const whole_curve_ms = 120_000;

async function try_a_staffing({ page, url, look, look_at }) {
  await page.goto(`${url}/staffing?demand=catalogue`);
  await page.waitForFunction(() => document.querySelectorAll(".curve-dot").length === 6, null, { timeout: whole_curve_ms });
  await look_at("staffing");
  if (look.phone) return;
  const before = await page.innerText(".verdict b");
  const slider = page.locator('.team-sliders input[type="range"]').first();
  await reach(page, slider);
  for (let i = 0; i < 4; ++i) await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => location.search.includes("teams="));
  await page.waitForFunction((had) => document.querySelector(".verdict b") && document.querySelector(".verdict b").textContent !== had && document.querySelectorAll(".curve-dot").length === 6, before, { timeout: whole_curve_ms });
  await visible(page, ".curve-line.before");
  const more = await page.innerText(".verdict b");
  assert.ok(parseFloat(more) < parseFloat(before), `more people miss less: ${more} < ${before}`);
  await reach(page, page.locator(".do-variants"));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".variants li", { timeout: whole_curve_ms });
  await look_at("staffing-changed");
  await reach(page, page.locator(".picture-box header .button", { hasText: /table|表/ }).first());
  await page.keyboard.press("Enter");
  await visible(page, ".sheet-table");
  assert.equal(await page.locator(".sheet-table tbody tr").count(), 6, "the curve can be read as a table");
}

export default [try_a_staffing];
