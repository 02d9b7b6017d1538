import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/users",
  title: "console.users.title",
  nav: { group: "system", order: 2, icon: "people", keys: "u" },
  permission: "user.manage",
  load: () => import("./Users"),
};
