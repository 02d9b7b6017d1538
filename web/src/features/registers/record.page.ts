import type { Page } from "@/lib/page";

export const page: Page = { path: "/registers/:type/:id", title: "console.registers.record", load: () => import("./RecordPage") };
