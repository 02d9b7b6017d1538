// What hands do that never leave the keyboard: from where the focus is, by Tab, arrows, Space and Enter alone. What can't
// be reached so can't be reached by many people.
const steps_max = 400;

async function handle_of(page, target) {
  const locator = typeof target === "string" ? page.locator(target).first() : target.first();
  await locator.waitFor({ state: "attached" });
  return locator.elementHandle();
}

/** Where the focus is seen from the element: "here", "before", "after", or "out" when it stands nowhere. */
const seen_from = (element) => {
  const at = document.activeElement;
  if (!element.isConnected) return "gone";
  if (at === element || element.contains(at)) return "here";
  if (!at || at === document.body) return "out";
  return at.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING ? "before" : "after";
};

/** Goes by Tab alone, there or back, to what the selector or locator names (or into it). */
export async function reach(page, target) {
  const element = await handle_of(page, target);
  return reach_handle(page, element, target);
}

/** Does what a press on it does: of tabs and ways to look, of headings that sort, of boxes, buttons and links. */
export async function push(page, target) {
  const element = await handle_of(page, target);
  const role = await element.getAttribute("role");
  if (role === "tab") {
    const list = await element.evaluateHandle((tab) => tab.closest("[role=tablist]").querySelector("[aria-selected=true]"));
    await reach_handle(page, list.asElement());
    for (let i = 0; i < 20 && (await element.getAttribute("aria-selected")) !== "true"; ++i) {
      const before = await element.evaluate((tab) => !!(tab.compareDocumentPosition(tab.closest("[role=tablist]").querySelector("[aria-selected=true]")) & Node.DOCUMENT_POSITION_FOLLOWING));
      await page.keyboard.press(before ? "ArrowLeft" : "ArrowRight");
    }
    return;
  }
  if (role?.startsWith("menuitem")) {
    for (let i = 0; i < 30 && (await element.evaluate(seen_from)) !== "here"; ++i) await page.keyboard.press("ArrowDown");
    return page.keyboard.press("Enter");
  }
  if (await element.evaluate((one) => !!one.closest("[role=columnheader]"))) {
    // Of the headings that sort one is a stop for Tab; the arrows go to the others.
    await reach_handle(page, (await element.evaluateHandle((one) => one.closest("[role=row]").querySelector("button[tabindex='0']"))).asElement());
    for (let i = 0; i < 20; ++i) {
      const where = await element.evaluate(seen_from);
      if (where === "here") break;
      await page.keyboard.press(where === "before" ? "ArrowLeft" : "ArrowRight");
    }
    if ((await element.evaluate(seen_from)) !== "here") throw new Error(`the arrows do not come to the heading ${target}`);
    return page.keyboard.press("Enter");
  }
  const there = await reach_handle(page, element, target);
  const box = await there.evaluate((one) => one.matches("input[type=checkbox], input[type=radio]"));
  await page.keyboard.press(box ? "Space" : "Enter");
}

async function reach_handle(page, element, target) {
  for (let i = 0; i < steps_max; ++i) {
    const where = await element.evaluate(seen_from);
    if (where === "here") return element;
    // The page drew itself anew meanwhile.
    if (where === "gone" && target) element = await handle_of(page, target);
    else await page.keyboard.press(where === "before" ? "Shift+Tab" : "Tab");
  }
  throw new Error(`Tab does not come to ${target ?? "it"}`);
}

/** Writes into a field in the place of what stands there. Days are written as "2026-11-23", times as "2026-11-23T14:05". */
export async function write(page, target, text) {
  const element = await reach(page, target);
  const kind = await element.getAttribute("type");
  if (kind === "date" || kind === "datetime-local") {
    // The browser's parts of a date: month, day, year, and hour, minute, half of the day.
    const [, year, month, day, hour, minute] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/.exec(text);
    await page.keyboard.type(`${month}${day}${year}`);
    if (hour !== undefined) {
      await page.keyboard.press("ArrowRight");
      const twelve = Number(hour) % 12 || 12;
      await page.keyboard.type(`${String(twelve).padStart(2, "0")}${minute}${Number(hour) < 12 ? "A" : "P"}`);
    }
    return;
  }
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}

/** Chooses of a select by its value, or by its place from 0. */
export async function choose(page, target, wanted) {
  const element = await reach(page, target);
  await page.keyboard.press("Home");
  const stands = () => element.evaluate((select, value) => (typeof value === "number" ? select.selectedIndex === value : select.value === value), wanted);
  for (let i = 0; i < 100 && !(await stands()); ++i) await page.keyboard.press("ArrowDown");
  if (!(await stands())) throw new Error(`${wanted} can't be chosen in ${target}`);
}

/** Brings a text from elsewhere, as one does with Ctrl+V, to where the focus is. */
export async function paste(page, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((what) => navigator.clipboard.writeText(what), text);
  await page.keyboard.press("Control+V");
  await page.context().clearPermissions();
}
