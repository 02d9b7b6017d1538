// Accounts, tokens, audit trail, backup, sources: what an administrator does, and what a colleague does with the own account.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { visible } from "../browser.mjs";
import { choose, push, reach, write } from "../keyboard.mjs";

const step_seconds = 30;

/** The code of an authenticator (RFC 6238) for a key in base32, `ahead` steps from now. */
function code_of(key, ahead = 0) {
  const bits = [...key.replace(/\s/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / step_seconds) + ahead));
  const mac = createHmac("sha1", secret).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

const closed = (page) => page.waitForFunction(() => !document.querySelector("dialog[open]"));
const keep = async (page) => {
  await page.keyboard.press("Space"); // "I have put it in a safe place"
  await page.waitForFunction(() => !document.querySelector("dialog[open] footer .primary").disabled);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await closed(page);
};

async function sign_out(page) {
  await push(page, ".person");
  await push(page, '.menu [role="menu"] button:last-child');
  await visible(page, "input[type=password]");
}

async function sign_in_as(page, login, password) {
  await write(page, "input[autocomplete=username]", login);
  await write(page, "input[type=password]", password);
  await page.keyboard.press("Enter");
}

const state = {};

async function make_a_colleague({ page, url, look, look_at }) {
  state.login = `sato.${look.lang}.${look.theme}`;
  await page.goto(`${url}/users`);
  await visible(page, ".grid .row");
  await look_at("users");
  await page.keyboard.press("n");
  await visible(page, "dialog[open] select");
  await look_at("user-new");
  await page.keyboard.press("Tab");
  await page.keyboard.type(state.login);
  await page.keyboard.press("Tab");
  await page.keyboard.type("佐藤 花子");
  state.first = await page.inputValue("dialog[open] input.mono");
  assert.ok(state.first.length >= 20, "a password is offered");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] pre.once");
  assert.equal(await page.textContent("dialog[open] pre.once"), state.first);
  await look_at("user-password-once");
  await page.keyboard.press("Escape");
  assert.ok(await page.$("dialog[open] pre.once"), "what is shown once does not go before it is kept");
  await keep(page);
  await page.keyboard.press("Enter");
  await page.waitForFunction((login) => location.pathname === `/users/${login}`, state.login);
  await visible(page, ".acts .button");
  await look_at("user");
  await page.goto(`${url}/users?tab=roles`);
  await visible(page, ".role-cards .panel");
  await look_at("roles");
}
make_a_colleague.wide_only = true;

async function protect_the_own_account({ page, url, password, look_at }) {
  await sign_out(page);
  await sign_in_as(page, state.login, state.first);
  await visible(page, "input[autocomplete=new-password]");
  state.password = `${state.first}-mine`;
  for (let i = 0; i < (await page.locator("input[autocomplete=new-password]").count()); ++i) await write(page, page.locator("input[autocomplete=new-password]").nth(i), state.password);
  await page.keyboard.press("Enter");
  await visible(page, ".person");
  await page.goto(`${url}/account`);
  await visible(page, "table.sessions");
  await look_at("account");
  await reach(page, "#main .primary");
  await page.keyboard.press("Enter");
  await visible(page, "dialog[open] input[type=password]");
  await page.keyboard.type(state.password);
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] svg.qr path");
  await look_at("second-factor");
  const key = await page.textContent("dialog[open] pre.once");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await visible(page, "dialog[open] .notice.bad");
  await write(page, "dialog[open] input[autocomplete=one-time-code]", code_of(key));
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("dialog[open] pre.once")?.textContent.split("\n").length === 10);
  const codes = (await page.textContent("dialog[open] pre.once")).split("\n");
  await look_at("recovery-codes");
  await keep(page);
  await visible(page, "#factor-title + .badge.good");
  await sign_out(page);
  await sign_in_as(page, state.login, state.password);
  await visible(page, "input[autocomplete=one-time-code]");
  await look_at("sign-in-code");
  await page.keyboard.type("123456");
  await page.keyboard.press("Enter");
  await visible(page, "[aria-invalid=true]");
  await write(page, "input[autocomplete=one-time-code]", code_of(key, 1)); // the code of now was spent by the confirmation
  await page.keyboard.press("Enter");
  await visible(page, ".person");
  await sign_out(page);
  await sign_in_as(page, state.login, state.password);
  await visible(page, "input[autocomplete=one-time-code]");
  await push(page, ".form .line .plain >> nth=1");
  await page.waitForFunction(() => !document.querySelector("input[autocomplete=one-time-code]"));
  await page.keyboard.type(codes[0]);
  await page.keyboard.press("Enter");
  await visible(page, ".person");
  await page.goto(`${url}/account`);
  await visible(page, "table.sessions");
  assert.match(await page.textContent("#factor-title >> xpath=../.."), /9/, "nine recovery codes are left");
  await look_at("account-protected");
  await sign_out(page);
  await sign_in_as(page, "admin", password);
  await visible(page, ".person");
}
protect_the_own_account.wide_only = true;

async function help_and_disable_a_colleague({ page, url, look_at }) {
  await page.goto(`${url}/users/${state.login}`);
  await visible(page, ".acts .danger");
  await look_at("user-protected");
  const dangers = page.locator(".acts .danger");
  assert.equal(await dangers.count(), 2, "take the second factor away, and disable");
  await push(page, dangers.nth(1));
  await visible(page, "dialog[open]");
  await page.keyboard.press("Control+Enter");
  await closed(page);
  await page.waitForFunction(() => document.querySelectorAll(".acts .danger").length === 1);
}
help_and_disable_a_colleague.wide_only = true;

async function break_the_glass({ page, url, look, password, look_at }) {
  const login = `glass.${look.lang}`;
  await page.goto(`${url}/users`);
  await visible(page, ".grid .row");
  await page.keyboard.press("n");
  await visible(page, "dialog[open] select");
  await choose(page, "dialog[open] select", "glass");
  await write(page, "dialog[open] input[maxlength='64']", login);
  await write(page, "dialog[open] input[maxlength='200']", "非常用");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] pre.once");
  const sealed = await page.textContent("dialog[open] pre.once");
  await keep(page);
  await sign_out(page);
  await sign_in_as(page, login, sealed);
  await visible(page, ".person");
  await sign_out(page);
  await sign_in_as(page, "admin", password);
  await visible(page, ".person");
  await page.goto(`${url}/queue?text=${login}`);
  await visible(page, ".grid .row");
  await page.keyboard.press("j");
  await visible(page, ".rule-says");
  await look_at("break-glass-alert");
  await page.goto(`${url}/users/${login}`);
  await visible(page, ".page-head .badge.critical");
  await look_at("break-glass-used");
  await push(page, ".acts li:first-child .button");
  await visible(page, "dialog[open]");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] pre.once");
  assert.notEqual(await page.textContent("dialog[open] pre.once"), sealed, "a new password");
  await keep(page);
  await visible(page, ".page-head .badge.good");
}
break_the_glass.wide_only = true;

async function make_and_revoke_a_token({ page, url, look, look_at }) {
  await page.goto(`${url}/tokens`);
  await visible(page, "main h1");
  const name = `collector ${look.lang} ${look.theme} ${look.size[0]}`;
  await page.keyboard.press("n");
  await visible(page, "dialog[open] fieldset");
  await page.keyboard.type(name);
  await push(page, "dialog[open] label:has-text('event.ingest') input");
  await look_at("token-new");
  await page.keyboard.press("Control+Enter");
  await visible(page, "dialog[open] pre.once");
  const secret = await page.textContent("dialog[open] pre.once");
  assert.match(secret, /^ygr_/);
  await look_at("token-once");
  await keep(page);
  const asks = (path) => page.evaluate(async ([path, secret]) => (await fetch(path, { credentials: "omit", headers: { Authorization: `Bearer ${secret}` } })).status, [path, secret]);
  assert.equal(await asks("/api/v1/session"), 200, "the token is good");
  await look_at("tokens");
  await push(page, `tr:has-text("${name}") .danger`);
  await visible(page, "dialog[open]");
  await page.keyboard.press("Control+Enter");
  await closed(page);
  await page.waitForFunction((name) => ![...document.querySelectorAll("tr")].some((row) => row.textContent.includes(name) && row.querySelector(".danger")), name);
  // Asked from beside the page: a refusal there is a line in the browser's console.
  assert.equal((await page.context().request.get(`${url}/api/v1/session`, { headers: { Authorization: `Bearer ${secret}` } })).status(), 401, "it is refused now");
}

async function prove_the_audit_trail({ page, url, look_at }) {
  await page.goto(`${url}/audit`);
  await visible(page, ".grid .row");
  await push(page, ".verify .primary");
  await visible(page, ".verify.sound");
  await look_at("audit-verified");
  await page.keyboard.press("/");
  await page.keyboard.type("token.*");
  await page.waitForFunction(() => location.search.includes("kind=token") && [...document.querySelectorAll(".grid .row")].every((row) => row.textContent.includes("token.")) && document.querySelector(".grid .row"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await visible(page, ".fact-detail pre");
  await look_at("audit-fact");
  assert.doesNotMatch(await page.textContent(".fact-detail"), /ygr_/, "no secret in the journal");
}

async function make_a_backup({ page, url, look_at }) {
  await page.goto(`${url}/backup`);
  await visible(page, "main h1");
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
  await page.keyboard.press("n");
  await visible(page, "dialog[open]");
  await page.keyboard.press("Control+Enter");
  await closed(page);
  await visible(page, "table .badge.good");
  await look_at("backup");
}

async function see_what_arrives({ page, url, look_at }) {
  await page.goto(`${url}/sources`);
  await visible(page, "table.arrivals svg.spark");
  await look_at("sources");
  await push(page, "[role=tab] >> nth=1");
  await visible(page, ".parts li");
  await visible(page, "table.plain code");
  assert.equal(await page.$(".parts .badge.critical"), null, "nothing is down");
  await look_at("health");
}

async function send_a_test_event({ page, url, look_at }) {
  await page.goto(`${url}/welcome`);
  await visible(page, ".step.done >> nth=3");
  await look_at("welcome");
  await push(page, ".step >> nth=3 >> button");
  await page.waitForFunction(() => /1/.test(document.querySelector(".step:last-child [role=status]").textContent));
}

async function log_in_anger({ page, url, look_at }) {
  // Hostile to whoever shows it: markup, escape codes, marks that turn the direction of writing, a field of a megabyte.
  const command = "vssadmin delete shadows <script>window.hacked=1</script><img src=x onerror=window.hacked=2>\u001b[31m\u001b]0;pwned\u0007 \u202etxt.exe\u2066\u200b";
  const event = { "@timestamp": new Date().toISOString(), host: { name: "hostile01" }, winlog: { channel: "Microsoft-Windows-Sysmon/Operational", provider_name: "Microsoft-Windows-Sysmon", event_id: 1, computer_name: "hostile01",
    event_data: { Image: "C:\\Windows\\System32\\vssadmin.exe", CommandLine: command, User: `EVIL\\<b>${Date.now()}</b>`, Description: "A".repeat(1 << 20) } } };
  const sent = await page.evaluate(async (body) => {
    const who = await (await fetch("/api/v1/session")).json();
    const reply = await fetch("/api/v1/ingest?source=%3Cscript%3E", { method: "POST", headers: { "X-CSRF-Token": who.csrf_token }, body });
    return { status: reply.status, ...(await reply.json()) };
  }, `${JSON.stringify(event)}\n`);
  assert.equal(sent.status, 200);
  assert.equal(sent.findings, 1);
  await page.goto(`${url}/queue?text=hostile01`);
  await visible(page, ".grid .row");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.pathname.startsWith("/alerts/"));
  await visible(page, ".event-fields .control");
  assert.match(await page.textContent(".event-fields"), /<script>window\.hacked=1<\/script>/, "markup is text");
  const controls = await page.$$eval(".event-fields .control", (all) => all.map((one) => one.textContent));
  for (const code of ["U+001B", "U+0007", "U+202E", "U+2066", "U+200B"]) assert.ok(controls.includes(code), `${code} is shown as what it is`);
  assert.ok((await page.textContent("main")).length < 200_000, "a megabyte is cut until it is wanted");
  assert.equal(await page.evaluate(() => window.hacked), undefined, "nothing of it ran");
  assert.equal(await page.$("main script, main img"), null);
  await look_at("hostile-alert");
  await page.goto(`${url}/sources`);
  await visible(page, "table.arrivals");
  assert.equal(await page.evaluate(() => window.hacked), undefined);
}
log_in_anger.wide_only = true;

export default [make_a_colleague, protect_the_own_account, help_and_disable_a_colleague, break_the_glass, make_and_revoke_a_token, prove_the_audit_trail, make_a_backup, see_what_arrives, send_a_test_event, log_in_anger];
