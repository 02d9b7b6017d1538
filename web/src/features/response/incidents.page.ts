import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/incidents",
  title: "console.incidents.title",
  nav: { group: "respond", order: 1, icon: "incident", keys: "i" },
  permission: "incident.read",
  load: () => import("./Incidents"),
};
