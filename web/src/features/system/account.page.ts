import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/account",
  title: "console.account_page.title",
  load: () => import("./Account"),
};
