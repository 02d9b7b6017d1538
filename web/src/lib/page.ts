// What a page is: one file features/<feature>/<name>.page.ts says it, and the frame finds it by itself.
import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType } from "react";
import type { IconName } from "@/components/Icon";

export type Group = "watch" | "respond" | "hunt" | "organisation" | "system";

export type PageProps = { params: Record<string, string> };

export type Page = {
  path: string; // "/alerts/:id"
  title: string; // the key of its text
  /** Its place in the side bar; a page without is reached from others. */
  nav?: { group: Group; order: number; icon: IconName; keys?: string };
  /** Who lacks it neither sees the entry nor the page. */
  permission?: string;
  /** Loaded when it is needed, so that the first page stays light. */
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  /** Asks for what the page shows first, while its program still comes; only for who was allowed to see it before. */
  ahead?: (client: QueryClient, params: Record<string, string>, search: URLSearchParams) => void;
};
