import assert from "node:assert/strict";
import { undo_ms, visible } from "../browser.mjs";

async function take_an_alert({ page, url, look_at }) {
  await page.goto(`${url}/queue?view=new`);
  await visible(page, ".grid .row");
  await page.keyboard.press("j");
  await visible(page, ".alert .explained .selection.holds, .alert .correlated li");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.querySelector('.grid .row[aria-selected="true"]')?.getAttribute("aria-rowindex") === "2");
  await visible(page, ".event-fields");
  await look_at("alert-beside-queue");
  await page.keyboard.press("a");
  await visible(page, ".toast");
  await page.keyboard.press("z");
  await page.waitForFunction(() => !document.querySelector(".toast"));
  await page.waitForFunction(() => [...document.querySelectorAll(".queue-side .button kbd")].some((key) => key.textContent === "A")); // as it was
  const acknowledged = page.waitForResponse((r) => r.url().includes("/acknowledge") && r.status() === 200, { timeout: undo_ms + 20_000 });
  await page.keyboard.press("a");
  await acknowledged;
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname.startsWith("/alerts/"));
  await visible(page, ".event-fields mark");
  await visible(page, ".explained mark, .correlated li"); // why it fired: the values that met the rule
  await look_at("alert");
  const hover = await page.getAttribute("time[title]", "title");
  assert.match(hover, /UTC/, "a time tells the other zone on hover");
}
take_an_alert.wide_only = true;

export default [take_an_alert];
