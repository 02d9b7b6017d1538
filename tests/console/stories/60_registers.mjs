// A register that one file of tests/console/catalog declares has everything, without a line of TypeScript for it.
import assert from "node:assert/strict";
import { undo_ms, visible } from "../browser.mjs";
import { reach, write } from "../keyboard.mjs";

const at_path = (page, start) => page.waitForFunction((wanted) => location.pathname.startsWith(wanted) || location.search.includes(wanted), start);

async function type_into(page, field, text) {
  await reach(page, `[data-field="${field}"] :is(input, textarea)`);
  await page.keyboard.type(text);
}

/** Somebody else changes the record meanwhile. */
async function meanwhile(page, url, id, changes) {
  const who = await (await page.request.get(`${url}/api/v1/session`)).json();
  const record = await (await page.request.get(`${url}/api/v1/records/parcel/${id}`)).json();
  const answer = await page.request.patch(`${url}/api/v1/records/parcel/${id}`, { headers: { "X-CSRF-Token": who.csrf_token, Origin: url }, data: { version: record.version, changes } });
  assert.equal(answer.status(), 200, await answer.text());
}

async function find_a_register({ page, url, look, look_at }) {
  await page.goto(`${url}/registers`);
  await visible(page, ".register-card");
  await look_at("registers");
  await page.keyboard.press("/");
  await page.keyboard.type("parcel");
  await page.waitForFunction(() => document.querySelectorAll(".register-card").length === 1);
  await reach(page, ".register-card");
  await page.keyboard.press("Enter");
  await at_path(page, "/registers/parcel");
  await visible(page, ".empty, .grid .row");
  if (!look.phone) await look_at("register-first");
}

async function fill_in_a_form({ page, look, look_at }) {
  await page.keyboard.press("n");
  await visible(page, ".record-form [data-field]");
  await page.keyboard.press("Control+Enter");
  await visible(page, ".record-form [role=alert]");
  assert.deepEqual(await page.$$eval("[data-field]:has([aria-invalid=true])", (all) => all.map((one) => one.dataset.field)), ["label", "kind"], "what is missing is said at the field");
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-field]")?.dataset.field), "label", "and the first of them has the focus");
  await page.keyboard.type(`Box of ${look.lang} ${look.theme} ${look.size[0]}`);
  await reach(page, '[data-field="kind"] select');
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await reach(page, '[data-field="handed_on"] input');
  // Today as the browser has it, not as this machine does.
  await write(page, '[data-field="handed_on"] input', await page.evaluate(() => new Date().toLocaleDateString("sv")));
  await type_into(page, "keeper", "admin");
  await type_into(page, "asset", "AST-2026-9999");
  await type_into(page, "weight", "99999");
  await type_into(page, "travels", look.lang === "ja" ? "1日2時間" : "1d 2h");
  await reach(page, '[data-field="marks"] input');
  await page.keyboard.press("Space");
  await type_into(page, "tags", "red\nblue");
  await reach(page, '[data-field="stops"] button');
  await page.keyboard.press("Enter");
  await reach(page, '[data-field="stops"] td input');
  await page.keyboard.type("Osaka");
  await type_into(page, "note", "Handle **with care**");
  await page.keyboard.press("Control+Enter");
  await visible(page, '[data-field="weight"] [aria-invalid=true]');
  await look_at("register-form-wrong");
  await write(page, '[data-field="weight"] input', "900");
  await page.keyboard.press("Control+Enter");
  // Only the server knows which assets there are.
  await visible(page, '[data-field="asset"] [aria-invalid=true]');
  await write(page, '[data-field="asset"] input', "");
  await page.keyboard.press("Control+Enter");
  await visible(page, ".record-fields");
  const shown = await page.innerText(".record-fields");
  for (const part of ["900", "Osaka", look.lang === "ja" ? "1日 2時間" : "1d 2h", "blue", "with care"]) assert.ok(shown.includes(part), `${part} is shown`);
  await look_at("register-record");
}

async function two_people_at_one_record({ page, url, look_at }) {
  const id = await page.evaluate(() => location.pathname.split("/").pop());
  await page.keyboard.press("e");
  await visible(page, ".record-form [data-field]");
  await write(page, '[data-field="label"] input', "Mine");
  await write(page, '[data-field="tags"] textarea', "green");
  await meanwhile(page, url, id, { label: "Theirs", weight: 1200 });
  await page.keyboard.press("Control+Enter");
  await visible(page, ".conflict table");
  const told = await page.innerText(".conflict");
  assert.ok(told.includes("Theirs") && told.includes("Mine"), "both versions are shown");
  assert.equal(await page.inputValue('[data-field="label"] input'), "Mine", "what was typed is still there");
  assert.equal(await page.inputValue('[data-field="weight"] input'), "1200", "what only they changed is taken over");
  await look_at("register-conflict");
  await reach(page, ".conflict .choices button");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue('[data-field="label"] input'), "Theirs");
  await page.keyboard.press("Control+Enter");
  await visible(page, ".record-fields");
  const shown = await page.innerText("main");
  for (const part of ["Theirs", "green", "1,200"]) assert.ok(shown.includes(part), `${part} is kept`);
}

async function move_on_a_board({ page, url, look_at }) {
  const name = await page.evaluate(() => location.pathname.split("/").pop());
  await page.keyboard.press("Escape");
  await page.keyboard.press("2");
  await visible(page, ".board-card");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.activeElement?.classList.contains("card-link"));
  await reach(page, `[data-record="${name}"]`);
  const moved = page.waitForResponse((r) => r.url().endsWith("/move") && r.status() === 200, { timeout: undo_ms + 20_000 });
  await page.keyboard.press("m");
  await visible(page, ".toast");
  await page.waitForFunction((id) => document.querySelectorAll(".board-column")[1].querySelector(`[data-record="${id}"]`), name);
  await moved;
  await page.waitForFunction(() => !document.querySelector(".toast"));
  await look_at("register-board");
  await reach(page, `[data-record="${name}"]`);
  await page.keyboard.press("m");
  await visible(page, "dialog[open]");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog [aria-invalid=true]");
  await look_at("register-move");
  await reach(page, '[data-field="receipt"] input');
  await page.keyboard.type("R-1");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction((id) => document.querySelectorAll(".board-column")[2].querySelector(`[data-record="${id}"]`), name);
  await page.goto(`${url}/registers/parcel/${name}`);
  await visible(page, ".history .changes");
  await look_at("register-record-done");
}

async function see_days_and_files({ page, url, look_at }) {
  await page.goto(`${url}/registers/parcel?view=calendar&by=handed_on`);
  await visible(page, ".day-entry");
  await look_at("register-calendar");
  await page.keyboard.press("[");
  await page.waitForFunction(() => location.search.includes("month="));
  await page.keyboard.press("t");
  await visible(page, ".day-entry");
  const filter = encodeURIComponent(JSON.stringify([{ field: "kind", op: "equals", value: "device" }]));
  await page.goto(`${url}/registers/parcel?filter=${filter}&sort=label&order=asc&columns=label,kind,weight,state`);
  await visible(page, ".filter-chip");
  await visible(page, ".grid .row");
  await look_at("register-table");
  assert.equal(await page.locator('[role="columnheader"]').count(), 4, "the address holds the columns");
  const [file] = await Promise.all([page.waitForEvent("download"), (async () => {
    await reach(page, '.page-head [aria-haspopup="menu"]');
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
  })()]);
  assert.equal(file.suggestedFilename(), "parcel.csv");
}

async function load_a_file({ page, look, look_at }) {
  const file = (rows) => ({ name: "parcels.csv", mimeType: "text/csv", buffer: Buffer.from(`label,kind,weight\n${rows.join("\n")}\n`) });
  await reach(page, '.page-head [aria-haspopup="menu"]');
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await visible(page, "dialog input[type=file]");
  await page.setInputFiles("dialog input[type=file]", file(["A,device,5", "B,elephant,7", "C,letter,0"]));
  await visible(page, "dialog .notice.bad");
  assert.equal(await page.locator("dialog .import-report tbody tr").count(), 2, "each broken row is told");
  await look_at("register-import");
  await page.setInputFiles("dialog input[type=file]", file([`${look.lang} A,device,5`, `${look.lang} B,letter,7`]));
  await visible(page, "dialog .notice.good");
  await reach(page, "dialog footer .primary");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await page.waitForFunction((name) => [...document.querySelectorAll(".grid .row")].some((row) => row.textContent.includes(name)), `${look.lang} A`);
}

for (const story of [fill_in_a_form, two_people_at_one_record, move_on_a_board, see_days_and_files, load_a_file]) story.wide_only = story !== fill_in_a_form;

export default [find_a_register, fill_in_a_form, two_people_at_one_record, move_on_a_board, see_days_and_files, load_a_file];
