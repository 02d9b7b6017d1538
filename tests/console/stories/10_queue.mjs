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
