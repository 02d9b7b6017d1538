import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/alerts/:id",
  title: "console.alert.title",
  permission: "alert.read",
  load: () => import("./AlertPage"),
};
