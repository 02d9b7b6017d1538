// Every page that there is: each features/<feature>/<name>.page.ts says its own.
import { fit } from "@/lib/place";
import type { Group, Page } from "@/lib/page";

const found = import.meta.glob<{ page: Page }>("../features/*/*.page.ts", { eager: true });

export const pages: Page[] = Object.values(found).map((module) => module.page);

export const groups: Group[] = ["watch", "respond", "hunt", "organisation", "system"];

export function inGroup(group: Group): Page[] {
  return pages.filter((page) => page.nav?.group === group).sort((a, b) => a.nav!.order - b.nav!.order);
}

/** The page of a path; one whose path has fewer names is the better fit. */
export function pageAt(path: string): { page: Page; params: Record<string, string> } | null {
  const all = pages.flatMap((page) => {
    const params = fit(page.path, path);
    return params ? [{ page, params }] : [];
  });
  return all.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0] ?? null;
}
