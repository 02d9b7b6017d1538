import { keptStore } from "@/lib/store";

export const theme = keptStore<"light" | "dark">("yagura.theme", ["light", "dark"], document.documentElement.dataset.theme === "dark" ? "dark" : "light");
theme.watch(() => {
  document.documentElement.dataset.theme = theme.get();
});
