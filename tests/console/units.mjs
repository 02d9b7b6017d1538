// The console's small parts that decide something, each by itself: what a query's caret asks for, how a value is written
// into one, what leaves as a table, where the things of a graph lie, which address fits which page.
//
//   node units.mjs ROOT
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { skipped } from "./browser.mjs";

const root = resolve(process.argv[2] ?? ".");
let esbuild;
try {
  esbuild = createRequire(join(root, "web/package.json"))("esbuild");
} catch {
  console.log("skipped: web/node_modules is missing (tools/build-console.sh --modules)");
  process.exit(skipped);
}

async function load(path) {
  const made = await esbuild.build({ entryPoints: [join(root, "web/src", path)], bundle: true, write: false, format: "esm", alias: { "@": join(root, "web/src") }, logLevel: "silent" });
  return import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].text).toString("base64")}`);
}

const units = {
  async a_caret_asks_for_a_field_or_a_value() {
    const { wordAt } = await load("features/hunt/names.ts");
    assert.deepEqual(wordAt("ho", 2), { from: 0, to: 2, name: "ho" });
    assert.deepEqual(wordAt("a:b -proc", 9), { from: 5, to: 9, name: "proc" });
    assert.deepEqual(wordAt("(host:we", 8), { from: 6, to: 8, name: "host", value: "we" });
    assert.deepEqual(wordAt("host:web01", 7), { from: 5, to: 10, name: "host", value: "we" }, "what stands behind the caret goes too");
    assert.deepEqual(wordAt("備考", 2), { from: 0, to: 2, name: "備考" });
    assert.equal(wordAt('title:"two wo', 13), null, "a phrase is not completed");
    assert.deepEqual(wordAt("", 0), { from: 0, to: 0, name: "" });
  },
  async a_value_goes_into_a_query_as_it_is() {
    const { narrowed, written } = await load("features/hunt/names.ts");
    assert.equal(written("web01"), "web01");
    assert.equal(written("佐藤"), "佐藤");
    assert.equal(written("C:\\Windows\\a b.exe"), '"C:\\\\Windows\\\\a b.exe"');
    assert.equal(written('say "x"'), '"say \\"x\\""');
    for (const sign of ["*", "-x", "OR", "(", "a:b", ""]) assert.match(written(sign), /^".*"$/, `${sign} means something else by itself`);
    assert.equal(narrowed("", "host", "web01", false), "host:web01");
    assert.equal(narrowed("cmd:*x*", "user", "a b", true), 'cmd:*x* -user:"a b"');
    assert.equal(narrowed("a OR b", "host", "w", false), "(a OR b) host:w", "an OR keeps together");
  },
  async an_event_tells_its_values_by_every_name() {
    const { gist, valueOf } = await load("features/hunt/names.ts");
    const event = { event_uid: "1", time: "", host: "web01", ocsf: { "user.name": "sato", "process.cmd_line": "whoami" }, fields: { CommandLine: "whoami", n: 4 }, raw: "<Event/>" };
    assert.equal(valueOf(event, "host"), "web01");
    assert.equal(valueOf(event, "user"), "sato");
    assert.equal(valueOf(event, "user.name"), "sato");
    assert.equal(valueOf(event, "n"), "4");
    assert.equal(valueOf(event, "nothing"), "");
    assert.match(gist(event), /whoami.*user=sato/);
    assert.equal(gist({ event_uid: "2", time: "", fields: { Version: "1", ServiceName: "evil", Start: "auto" }, raw: "<Event>" }), "ServiceName=evil  Start=auto");
  },
  async no_cell_of_a_table_is_a_formula() {
    let copied = "";
    globalThis.getComputedStyle = () => ({});
    Object.defineProperty(globalThis, "navigator", { value: { clipboard: { writeText: async (text) => void (copied = text) } }, configurable: true });
    const { handData } = await load("lib/handout.ts");
    assert.equal(await handData({ columns: ["a", "b"], rows: [["=1+1", 5], ['say "x"\ty', -2], ["@x", "plain"]] }, "n"), "copied");
    assert.equal(copied, 'a\tb\n\'=1+1\t5\n"say ""x""\ty"\t-2\n\'@x\tplain\n');
  },
  async things_of_a_graph_do_not_lie_over_each_other() {
    const { lay } = await load("features/response/layout.ts");
    const joined = Array.from({ length: 60 }, (_, i) => ({ from: i % 5, to: (i * 7 + 5) % 40 })).filter((one) => one.from !== one.to);
    const at = lay(40, joined, 1000, 560);
    assert.deepEqual(at, lay(40, joined, 1000, 560), "the same graph lies the same");
    for (const [i, a] of at.entries()) {
      assert.ok(a.x >= 0 && a.x <= 1000 && a.y >= 0 && a.y <= 560, `thing ${i} is in the picture`);
      for (const b of at.slice(i + 1)) assert.ok(Math.abs(a.x - b.x) > 20 || Math.abs(a.y - b.y) > 16, "none lies over another");
    }
    assert.equal(lay(0, [], 1000, 560).length, 0);
    assert.deepEqual(lay(1, [], 1000, 560), [{ x: 500, y: 280 }]);
  },
};

let failed = 0;
for (const [name, unit] of Object.entries(units)) {
  try {
    await unit();
  } catch (error) {
    ++failed;
    console.log(`${name}: ${error.stack}`);
  }
}
console.log(failed ? `${failed} of ${Object.keys(units).length} failed` : `${Object.keys(units).length} units hold`);
process.exit(failed ? 1 : 0);
