// Every page that there is: each features/<feature>/<name>.page.ts says its own.
import type { ComponentType } from "react";
import { fit } from "@/lib/place";
import type { Group, Page, PageProps } from "@/lib/page";

const found = import.meta.glob<{ page: Page }>("../features/*/*.page.ts", { eager: true });

export const pages: Page[] = Object.values(found).map((module) => module.page);

export const groups: Group[] = ["watch", "respond", "hunt", "organisation", "system"];

export function inGroup(group: Group): Page[] {
  return pages.filter((page) => page.nav?.group === group).sort((a, b) => a.nav!.order - b.nav!.order);
}

const bodies = new Map<string, ComponentType<PageProps>>();

/** The page's program, when it has come. */
export function bodyOf(page: Page): ComponentType<PageProps> | undefined {
  return bodies.get(page.path);
}

/** Brings the page's program. Rejects when it can't be had, as after the server was replaced by a newer one. */
export async function loadBody(page: Page): Promise<void> {
  if (!bodies.has(page.path)) bodies.set(page.path, (await page.load()).default);
}

/** The page of a path; one whose path has fewer names is the better fit. */
export function pageAt(path: string): { page: Page; params: Record<string, string> } | null {
  const all = pages.flatMap((page) => {
    const params = fit(page.path, path);
    return params ? [{ page, params }] : [];
  });
  return all.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0] ?? null;
}
