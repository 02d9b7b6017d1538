import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/measures",
  title: "console.measures.title",
  nav: { group: "organisation", order: 30, icon: "report", keys: "m" },
  permission: "governance.read",
  load: () => import("./Measures"),
};
