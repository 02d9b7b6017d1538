import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/queue",
  title: "console.queue.title",
  nav: { group: "watch", order: 1, icon: "alert", keys: "q" },
  permission: "alert.read",
  load: () => import("./Queue"),
};
