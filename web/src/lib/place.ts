// Where the person is: the address bar is the page's state, so that a reload or a sent link shows the same.
import { useCallback, useMemo, useSyncExternalStore } from "react";

const watchers = new Set<() => void>();
const leaving = new Set<() => boolean>();

/** React refuses the 51st update in a row that comes before what an earlier one left to do, as quick keys on a slow
    machine make, and then counts anew: told once more, nobody stays behind. */
function tell() {
  for (const watcher of [...watchers])
    try {
      watcher();
    } catch {
      watcher();
    }
}
addEventListener("popstate", () => {
  clearTimeout(barTimer);
  barTimer = undefined;
  here = location.pathname + location.search;
  tell();
});

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

// Browsers refuse more than some 200 changes of the address in half a minute, which a held key or quick typing makes:
// `here` is the truth, and changes that replace each other reach the address bar at most this often.
const bar_ms_min = 200;
let here = location.pathname + location.search;
let barAt = 0;
let barTimer: ReturnType<typeof setTimeout> | undefined;

/** Brings the address bar up to where we are. */
function writeBar() {
  clearTimeout(barTimer);
  barTimer = undefined;
  barAt = Date.now();
  if (here !== location.pathname + location.search) history.replaceState(null, "", here);
}

function replaceBar() {
  const wait = barAt + bar_ms_min - Date.now();
  if (wait <= 0) writeBar();
  else barTimer ??= setTimeout(writeBar, wait);
}
addEventListener("pagehide", writeBar);

const snapshot = () => here;
const pathNow = () => here.split("?")[0]!;

/** Goes to an address of the console. `replace`: the way back skips where we are. */
export function go(to: string, how: { replace?: boolean } = {}) {
  if (to === snapshot()) return;
  const leaves = to.split("?")[0] !== pathNow();
  if (leaves && [...leaving].some((asks) => !asks())) return;
  if (how.replace) {
    here = to;
    replaceBar();
  } else {
    writeBar();
    here = to;
    history.pushState(null, "", to);
  }
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

/** The path alone: who asks only for it is not drawn again when the query changes. */
export function usePath(): string {
  return useSyncExternalStore(watch, pathNow);
}

/** The query as it is now; the address bar may be a moment behind. */
export function searchNow(): URLSearchParams {
  return new URLSearchParams(here.slice(pathNow().length));
}

/** Values of the address's query, and how to change some of them; undefined or "" takes one away. */
export function useSearch(): [URLSearchParams, (changes: Record<string, string | undefined>, how?: { push?: boolean }) => void] {
  const { search } = usePlace();
  const values = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback((changes: Record<string, string | undefined>, how: { push?: boolean } = {}) => {
    const next = searchNow();
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined || value === "") next.delete(key);
      else next.set(key, value);
    }
    const text = next.toString();
    go(pathNow() + (text ? `?${text}` : ""), { replace: !how.push });
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
