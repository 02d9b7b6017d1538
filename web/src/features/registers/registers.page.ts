import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/registers",
  title: "console.registers.title",
  nav: { group: "organisation", order: 60, icon: "register", keys: "l" },
  load: () => import("./Registers"),
};
