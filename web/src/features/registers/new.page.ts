import type { Page } from "@/lib/page";

export const page: Page = { path: "/registers/:type/new", title: "console.registers.new", load: () => import("./RecordForm") };
