import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/due",
  title: "console.due.title",
  nav: { group: "organisation", order: 2, icon: "clock", keys: "d" },
  load: () => import("./DuePage"),
};
