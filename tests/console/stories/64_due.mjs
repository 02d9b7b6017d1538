// What is owed: handed over along a link, overdue on the cycle and in the list, opened by keyboard.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";

async function see_what_is_owed({ page, url, look, look_at }) {
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const hand = (body) => page.request.post(`${url}/api/v1/records/referral`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { body } });
  const what = `Watch the isolated host (${look.lang} ${look.theme} ${look.size[0]})`;
  for (const body of [{ from_role: "D-4", to_role: "B", kind: "notifies", what, due_at: "2026-01-01T00:00:00Z" }, { from_role: "F-1", to_role: "G-2", kind: "feeds", what: "New indicators" }]) {
    const made = await hand(body);
    assert.equal(made.status(), 201, await made.text());
  }
  await page.goto(`${url}/due`);
  await visible(page, ".due-table tbody tr");
  await visible(page, ".ring .edge.over");
  await look_at("due");
  await page.goto(`${url}/due?kind=handed&function=D`);
  await page.waitForFunction((said) => [...document.querySelectorAll(".due-table tbody tr")].some((row) => row.textContent.includes(said)), what);
  assert.ok(!(await page.innerText(".due-table")).includes("New indicators"), "a function shows what is its own");
  if (look.phone) return;
  await page.keyboard.press("j");
  await visible(page, ".due-table .taken");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname.startsWith("/registers/referral/"));
  await visible(page, ".record-fields");
}

export default [see_what_is_owed];
