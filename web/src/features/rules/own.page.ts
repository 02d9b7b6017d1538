import type { Page } from "@/lib/page";

export const page: Page = { path: "/rules/own", title: "console.rules.own", permission: "tooling.read", load: () => import("./OwnRules") };
