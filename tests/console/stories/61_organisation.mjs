// The board of the 54 roles: what nobody performs is plain, evidence is one click away, a pattern says what it would move.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { choose, reach, write } from "../keyboard.mjs";

async function see_who_does_what({ page, url, look, look_at }) {
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const shift = { team: "SOC", starts_at: "2026-11-23T00:00:00Z", ends_at: "2026-11-23T08:00:00Z", person: "admin" };
  const made = await page.request.post(`${url}/api/v1/records/shift`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { body: shift } });
  assert.equal(made.status(), 201, await made.text());
  await page.goto(`${url}/organisation`);
  await visible(page, ".role-card");
  assert.equal(await page.locator(".role-card").count(), 54);
  assert.ok(await page.locator(".role-card.missing").count() > 0, "roles that nobody performs are shown as such");
  await look_at("organisation");
  await page.goto(`${url}/organisation?standing=missing`);
  await visible(page, ".role-card.missing");
  await page.keyboard.press("j");
  await visible(page, ".role-side .nobody");
  await page.goto(`${url}/organisation?at=A-6${look.phone ? "&by=team" : ""}`);
  await visible(page, ".role-side .evidence a");
  await look_at("organisation-role");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector(".role-side"));
}

async function assign_a_role({ page, url, look }) {
  await page.goto(`${url}/organisation?at=A-6`);
  await visible(page, ".role-side .facts");
  const mine = page.locator('[aria-pressed="true"] .nobody, [aria-pressed="true"] .quiet');
  if (look.lang !== "ja" || (await mine.count()) === 0) return;
  await reach(page, page.locator(".role-side .panel header .button", { hasText: /担当/ }));
  await page.keyboard.press("Enter");
  await visible(page, ".record-form");
  assert.equal(await page.inputValue('[data-field="role"] input'), "A-6");
  await choose(page, '[data-field="sourcing"] select', "own");
  await write(page, '[data-field="owner"] input', "admin");
  await write(page, '[data-field="from"] input', "2026-01-01");
  await page.keyboard.press("Control+Enter");
  await visible(page, ".record-fields");
  await page.goto(`${url}/organisation?at=A-6`);
  await page.waitForFunction(() => document.querySelector('[data-role="A-6"]')?.textContent.includes("admin"));
}

async function aim_at_a_pattern({ page, url, look_at }) {
  await page.goto(`${url}/organisation?view=areas`);
  await visible(page, ".areas-drawing");
  await reach(page, page.locator(".patterns .button").nth(1));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.search.includes("target=2"));
  await visible(page, '.patterns [aria-pressed="true"]');
  await look_at("organisation-areas");
}

assign_a_role.wide_only = true;
export default [see_who_does_what, assign_a_role, aim_at_a_pattern];
