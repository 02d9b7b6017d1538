import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/audit",
  title: "console.audit.title",
  nav: { group: "system", order: 4, icon: "audit", keys: "j" },
  permission: "journal.read",
  load: () => import("./Audit"),
};
