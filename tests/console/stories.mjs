// What a person does, one story after another; each begins where the one before ended. By keyboard wherever it says so.
import assert from "node:assert/strict";

const undo_ms = 5000;
const visible = (page, selector) => page.waitForSelector(selector, { state: "visible" });

async function sign_in({ page, url, password, look_at }) {
  await page.goto(`${url}/queue`);
  await visible(page, "input[type=password]");
  await look_at("sign-in");
  await page.keyboard.type("admin");
  await page.keyboard.press("Tab");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await visible(page, "[aria-invalid=true]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await visible(page, ".grid .row");
  await page.waitForSelector(".live-live", { state: "attached" });
}

async function see_the_queue({ page, look, look_at }) {
  await visible(page, ".grid .row");
  await look_at("queue");
  await page.keyboard.press("/");
  await page.keyboard.type("web01");
  await page.waitForFunction(() => location.search.includes("text=web01") && [...document.querySelectorAll(".grid .row")].every((row) => row.textContent.includes("web01")));
  await page.reload();
  await visible(page, ".grid .row");
  assert.equal(await page.inputValue("input[type=search]"), "web01", "a reload shows the same");
  await page.fill("input[type=search]", "nothing is called so");
  await visible(page, ".empty");
  await look_at("queue-empty");
  await page.fill("input[type=search]", "");
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
see_the_queue.wide_only = false;

async function take_an_alert({ page, url, look_at }) {
  await page.goto(`${url}/queue?view=new`);
  await visible(page, ".grid .row");
  await page.keyboard.press("j");
  await visible(page, ".alert .matched mark, .alert .inside .quiet");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.querySelector('.grid .row[aria-selected="true"]')?.getAttribute("aria-rowindex") === "2");
  await visible(page, ".event-fields");
  await look_at("alert-beside-queue");
  await page.keyboard.press("a");
  await visible(page, ".toast");
  await page.keyboard.press("z");
  await page.waitForFunction(() => !document.querySelector(".toast"));
  const acknowledged = page.waitForResponse((r) => r.url().includes("/acknowledge") && r.status() === 200, { timeout: undo_ms + 20_000 });
  await page.keyboard.press("a");
  await acknowledged;
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname.startsWith("/alerts/"));
  await visible(page, ".event-fields mark");
  await look_at("alert");
}
take_an_alert.wide_only = true;

export const stories = Object.entries({ sign_in, see_the_queue, take_an_alert });
