import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/criteria",
  title: "console.criteria.title",
  nav: { group: "organisation", order: 10, icon: "table", keys: "c" },
  permission: "criteria.read",
  load: () => import("./Criteria"),
};
