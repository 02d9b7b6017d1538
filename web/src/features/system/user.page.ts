import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/users/:login",
  title: "console.user.title",
  permission: "user.manage",
  load: () => import("./User"),
};
