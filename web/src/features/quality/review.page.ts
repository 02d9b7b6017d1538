import type { Page } from "@/lib/page";

export const page: Page = { path: "/quality/:id", title: "console.quality.review", permission: "governance.read", load: () => import("./Review") };
