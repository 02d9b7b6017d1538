import type { Page } from "@/lib/page";

export const page: Page = { path: "/rules/:id", title: "console.rules.rule", permission: "alert.read", load: () => import("./RulePage") };
