import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/hunt",
  title: "console.hunt.title",
  nav: { group: "hunt", order: 1, icon: "search", keys: "h" },
  permission: "event.read",
  load: () => import("./Hunt"),
};
