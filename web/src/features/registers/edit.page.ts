import type { Page } from "@/lib/page";

export const page: Page = { path: "/registers/:type/:id/edit", title: "console.registers.edit", load: () => import("./RecordForm") };
