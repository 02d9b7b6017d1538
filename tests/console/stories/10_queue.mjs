import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { write } from "../keyboard.mjs";

async function see_the_queue({ page, look, look_at }) {
  await visible(page, ".grid .row");
  await look_at("queue");
  await page.keyboard.press("/");
  await page.keyboard.type("web01");
  await page.waitForFunction(() => location.search.includes("text=web01") && [...document.querySelectorAll(".grid .row")].every((row) => row.textContent.includes("web01")));
  await page.reload();
  await visible(page, ".grid .row");
  assert.equal(await page.inputValue("input[type=search]"), "web01", "a reload shows the same");
  // What a page's start asked for is asked for before its program is there, the next time, and once.
  const asked = [];
  const note = (request) => asked.push(request.url());
  page.on("request", note);
  await page.reload();
  await visible(page, ".grid .row");
  page.off("request", note);
  const rows = asked.filter((one) => /\/alerts\?.*text=web01.*limit=80/.test(one));
  assert.equal(rows.length, 1, `the rows are asked for once: ${rows}`);
  // The program runs when the page has been read to its end.
  const [began, read] = await page.evaluate((url) => [performance.getEntriesByType("resource").find((one) => one.name === url).startTime, performance.getEntriesByType("navigation")[0].domInteractive], rows[0]);
  assert.ok(began <= read, `the rows are asked for at ${began} ms, the page was read at ${read} ms`);
  await write(page, "input[type=search]", "nothing is called so");
  await visible(page, ".empty");
  await look_at("queue-empty");
  await write(page, "input[type=search]", "");
  await visible(page, ".grid .row");
  if (look.phone) return;
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await visible(page, "dialog[open]");
  await look_at("keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await visible(page, "dialog.palette");
  await page.keyboard.type("web01");
  await visible(page, "[role=option]");
  await look_at("palette");
  await page.keyboard.press("Escape");
}

export default [see_the_queue];
