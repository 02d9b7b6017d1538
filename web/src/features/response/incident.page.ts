import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/incidents/:id",
  title: "console.incident.title",
  permission: "incident.read",
  load: () => import("./Incident"),
};
