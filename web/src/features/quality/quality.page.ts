import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/quality",
  title: "console.quality.title",
  nav: { group: "organisation", order: 15, icon: "check", keys: "y" },
  permission: "governance.read",
  load: () => import("./Quality"),
};
