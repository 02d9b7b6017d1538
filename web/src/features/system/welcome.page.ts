import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/welcome",
  title: "console.welcome.title",
  nav: { group: "system", order: 6, icon: "hand" },
  permission: "system.manage",
  load: () => import("./Welcome"),
};
