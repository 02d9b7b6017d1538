import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/organisation",
  title: "console.organisation.title",
  nav: { group: "organisation", order: 1, icon: "people", keys: "o" },
  permission: "governance.read",
  load: () => import("./Organisation"),
};
