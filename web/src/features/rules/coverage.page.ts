import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/attack",
  title: "console.attack.title",
  nav: { group: "hunt", order: 3, icon: "board", keys: "c" },
  permission: "alert.read",
  load: () => import("./Coverage"),
};
