import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/sources",
  title: "console.sources.title",
  nav: { group: "system", order: 1, icon: "sources", keys: "s" },
  permission: "event.read",
  load: () => import("./Sources"),
};
