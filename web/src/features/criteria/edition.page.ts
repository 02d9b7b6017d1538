import type { Page } from "@/lib/page";

export const page: Page = { path: "/criteria/:kind/:id", title: "console.criteria.edition", permission: "criteria.read", load: () => import("./Edition") };
