// Each picture, wherever it is: copied as an image that shows something, copied as data that a table program takes, and
// read as a table.
import assert from "node:assert/strict";
import { visible } from "../browser.mjs";
import { push } from "../keyboard.mjs";

const pages = async (page, url) => {
  const { records } = await (await page.request.get(`${url}/api/v1/incidents?limit=1`)).json();
  return [
    ["/hunt?q=cmd%3A*vssadmin*&range=365d", 1], // time histogram
    ["/attack", 1], // heat map of techniques
    [`/incidents/${records[0].id}?tab=timeline`, 1], // the attack over hosts
    [`/incidents/${records[0].id}?tab=graph`, 1], // entities
    ["/staffing", 1], // curves
    ["/measures", 2], // over periods
    ["/due", 1], // the cycle of links between functions, with what is due on each
    ["/organisation?view=areas", 1],
    ["/sources", 1],
  ];
};

/** What lies on the clipboard: the kinds, the text, and how many colours an image has. */
const clipboard = (page) => page.evaluate(async () => {
  const [item] = await navigator.clipboard.read();
  const out = { types: item.types, text: "", colours: 0 };
  if (item.types.includes("text/plain")) out.text = await (await item.getType("text/plain")).text();
  if (item.types.includes("image/png")) {
    const image = await createImageBitmap(await item.getType("image/png"));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    out.colours = seen.size;
  }
  return out;
});

async function copy_each_picture({ page, url }) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  for (const [address, count] of await pages(page, url)) {
    await page.goto(`${url}${address}`);
    await visible(page, "section.picture-box svg.drawing");
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    for (let nth = 0; nth < count; ++nth) {
      const buttons = page.locator("section.picture-box").nth(nth).locator("> header .line.tight > button");
      assert.equal(await buttons.count(), 3, `${address}: an image, data and a table`);
      const told = async (button) => {
        await page.evaluate(() => navigator.clipboard.writeText("nothing yet"));
        await push(page, buttons.nth(button));
        for (let i = 0; i < 100; ++i) {
          const there = await clipboard(page).catch(() => null); // it changed while it was read
          if (there && (there.types.includes("image/png") || there.text !== "nothing yet")) return there;
          await page.waitForTimeout(100);
        }
        throw new Error(`${address}: nothing was copied`);
      };
      const image = await told(0);
      assert.ok(image.types.includes("image/png") && image.colours > 3, `${address}: the image shows something: ${JSON.stringify(image)}`);
      const { text } = await told(1);
      const lines = text.trimEnd().split("\n");
      assert.ok(lines.length > 1 && lines.every((line) => line.split("\t").length === lines[0].split("\t").length), `${address}: the data are a table: ${text.slice(0, 200)}`);
      await push(page, buttons.nth(2));
      const table = page.locator("section.picture-box").nth(nth).locator(".sheet-table");
      await table.waitFor();
      const heads = await table.locator("thead th").allInnerTexts();
      assert.deepEqual(heads.map((one) => one.trim()), lines[0].split("\t").map((one) => one.trim()), `${address}: the table says what the data say`);
      await push(page, page.locator("section.picture-box").nth(nth).locator("> header .line.tight > button").last());
    }
  }
  await page.context().clearPermissions();
}

copy_each_picture.wide_only = true;
export default [copy_each_picture];
