import type { Page } from "@/lib/page";

export const page: Page = {
  path: "/tokens",
  title: "console.tokens.title",
  nav: { group: "system", order: 3, icon: "key", keys: "k" },
  load: () => import("./Tokens"),
};
