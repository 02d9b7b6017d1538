import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/people",
  title: "console.people.title",
  nav: { group: "organisation", order: 25, icon: "calendar", keys: "p" },
  permission: "governance.read",
  load: () => import("./People"),
};
