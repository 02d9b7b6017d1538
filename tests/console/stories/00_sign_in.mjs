import { visible } from "../browser.mjs";

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

export default [sign_in];
