import type { Page } from "@/lib/page";

export const page: Page = { path: "/rules/editor", title: "console.rules.editor", permission: "alert.read", load: () => import("./Editor") };
