import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/staffing",
  title: "console.staffing.title",
  nav: { group: "organisation", order: 20, icon: "pulse", keys: "f" },
  permission: "governance.read",
  load: () => import("./Staffing"),
};
