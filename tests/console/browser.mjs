// A server over an empty data folder with the sample, and a browser in front of it.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const skipped = 77;
export const undo_ms = 5000; // how long an act waits to be taken back: web/src/lib/acts.ts
const start_ms_max = 240_000;

/** Does the server of this folder answer? Its control file may be one that an earlier server left. */
async function answers(data) {
  try {
    return (await fetch(`${JSON.parse(readFileSync(join(data, "control.json"), "utf8")).url}/api/v1/openapi.json`)).ok;
  } catch {
    return false;
  }
}

export const visible = (page, selector) => page.waitForSelector(selector, { state: "visible" });

/** A server over an empty folder, with the sample or without, or over `filled`, which stays when it stops; nobody has
    signed in to it yet, or `known`: somebody has, and no password is shown any more. */
export async function startServer(program, root, { filled, sample = !filled, port = 0, known = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "yagura-walk-"));
  writeFileSync(join(folder, "config.yaml"), `listen: 127.0.0.1:${port}\nsyslog: {udp: [], tcp: []}\n`);
  const data = filled ?? join(folder, "data");
  // The product's catalogue and one register more, that nothing else knows of (60_registers walks it).
  const catalog = join(folder, "catalog");
  cpSync(join(root, "catalog"), catalog, { recursive: true, dereference: true });
  cpSync(join(root, "tests/console/catalog"), catalog, { recursive: true });
  const server = spawn(program, ["--lang", "en", "serve", "--catalog", catalog, "--data", data, "--config", join(folder, "config.yaml"), ...(sample ? ["--sample", join(root, "sample/logs")] : [])]);
  let said = "";
  server.stdout.on("data", (piece) => (said += piece));
  server.stderr.on("data", (piece) => (said += piece));
  const until = Date.now() + start_ms_max;
  const stands = async () => existsSync(join(data, "control.json")) && (known ? await answers(data) : /admin \/ \S+/.test(said));
  while (!(await stands())) {
    if (server.exitCode !== null || Date.now() > until) throw new Error(`the server did not start:\n${said}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  const url = JSON.parse(readFileSync(join(data, "control.json"), "utf8")).url;
  const stop = () =>
    new Promise((done) => {
      server.once("exit", () => {
        rmSync(folder, { recursive: true, force: true });
        done();
      });
      server.kill("SIGTERM");
    });
  return { url, password: /admin \/ (\S+)/.exec(said)?.[1], said: () => said, stop };
}

/** Chromium by Debian's own package; exits as skipped where it is not installed. */
export async function startBrowser(root) {
  const modules = createRequire(resolve(root, "web/package.json"));
  const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
  let playwright;
  try {
    playwright = modules("playwright-core");
  } catch {
    console.log("skipped: web/node_modules is missing (tools/build-console.sh --modules)");
    process.exit(skipped);
  }
  if (!chromium) {
    console.log("skipped: Chromium is not installed (apt-get install chromium)");
    process.exit(skipped);
  }
  const browser = await playwright.chromium.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
  return { browser, axe: readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8") };
}

/** Every violation that axe-core finds on the page as it stands, as lines. */
export async function violations(page, axe) {
  // evaluate() runs past the page's policy, which refuses inline scripts.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: { region: { enabled: false } } });
    return result.violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} ${n.any.map((a) => a.message).join("; ")}`.slice(0, 300)).join("\n    ")}`);
  });
}
