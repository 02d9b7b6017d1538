import type { Page } from "@/lib/page";

export const page: Page = { path: "/registers/:type", title: "console.registers.title", load: () => import("./Register") };
