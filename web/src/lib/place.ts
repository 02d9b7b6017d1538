// Where the person is: the address bar is the page's state, so that a reload or a sent link shows the same.
import { useCallback, useMemo, useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
const leaving = new Set<() => boolean>();

function tell() {
  for (const watcher of [...watchers]) watcher();
}
addEventListener("popstate", tell);

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

const snapshot = () => location.pathname + location.search;

/** Goes to an address of the console. `replace`: the way back skips where we are. */
export function go(to: string, how: { replace?: boolean } = {}) {
  if (to === snapshot()) return;
  const leaves = to.split("?")[0] !== location.pathname;
  if (leaves && [...leaving].some((asks) => !asks())) return;
  if (how.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  tell();
  if (leaves) document.querySelector("main")?.scrollTo(0, 0);
}

/** Asks before the page is left; the answer false stays. */
export function beforeLeaving(asks: () => boolean) {
  leaving.add(asks);
  return () => void leaving.delete(asks);
}

export function usePlace(): { path: string; search: string } {
  const place = useSyncExternalStore(watch, snapshot);
  return useMemo(() => {
    const cut = place.indexOf("?");
    return cut < 0 ? { path: place, search: "" } : { path: place.slice(0, cut), search: place.slice(cut) };
  }, [place]);
}

/** Values of the address's query, and how to change some of them; undefined or "" takes one away. */
export function useSearch(): [URLSearchParams, (changes: Record<string, string | undefined>, how?: { push?: boolean }) => void] {
  const { search } = usePlace();
  const values = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback((changes: Record<string, string | undefined>, how: { push?: boolean } = {}) => {
    const next = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined || value === "") next.delete(key);
      else next.set(key, value);
    }
    const text = next.toString();
    go(location.pathname + (text ? `?${text}` : ""), { replace: !how.push });
  }, []);
  return [values, change];
}

/** The values of "/alerts/:id" in a path, or nothing when it does not fit. */
export function fit(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const there = path.replace(/\/+$/, "").split("/");
  if (wanted.length !== there.length && !(pattern === "/" && path === "/")) return null;
  const out: Record<string, string> = {};
  for (let i = 0; i < wanted.length; ++i) {
    const part = wanted[i] ?? "";
    if (part.startsWith(":")) out[part.slice(1)] = decodeURIComponent(there[i] ?? "");
    else if (part !== (there[i] ?? "")) return null;
  }
  return out;
}
