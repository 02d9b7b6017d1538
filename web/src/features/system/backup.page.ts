import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/backup",
  title: "console.backup.title",
  nav: { group: "system", order: 5, icon: "copy", keys: "b" },
  permission: "system.manage",
  load: () => import("./Backup"),
};
