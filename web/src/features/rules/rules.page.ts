import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/rules",
  title: "console.rules.title",
  nav: { group: "hunt", order: 2, icon: "rules", keys: "r" },
  permission: "alert.read",
  load: () => import("./Rules"),
};
