import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState, type KeyboardEvent } from "react";
import { Dialog } from "@/components/Dialog";
import { Icon, type IconName } from "@/components/Icon";
import { call } from "@/lib/call";
import { activeKeys } from "@/lib/keys";
import { go } from "@/lib/place";
import { placeOf, typeOfId, useTypes } from "@/lib/records";
import { useWho } from "@/lib/session";
import { lang, speak, t, titleOf, useLang } from "@/lib/text";
import { pages } from "./pages";
import { theme } from "./theme";

type Entry = { id: string; says: string; note?: string; icon: IconName; run: () => void };

/** Does every word of what was typed occur? */
function fits(text: string, typed: string): boolean {
  const there = text.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => there.includes(word));
}

/** Everything by its name: pages, acts of this page, records by id or words. */
export function Palette({ onClose }: { onClose: () => void }) {
  useLang();
  const who = useWho();
  const types = useTypes();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [keys] = useState(activeKeys);
  const sought = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["palette", sought],
    enabled: sought.length > 1,
    staleTime: 10_000,
    queryFn: async ({ signal }) => {
      const query = { text: sought, limit: 5 };
      const [alerts, incidents] = await Promise.all([
        who.permissions.includes("alert.read") ? call("listAlerts", { query, signal }) : { records: [] },
        who.permissions.includes("incident.read") ? call("listIncidents", { query, signal }) : { records: [] },
      ]);
      return [...incidents.records, ...alerts.records] as { id: string; type: string; body: { title?: string; host?: string } }[];
    },
  });
  const entries = useMemo<Entry[]>(() => {
    const direct = /^[A-Z]{2,6}-\d{4}-\d+$/i.test(typed.trim()) ? typed.trim().toUpperCase() : "";
    const place = typeOfId(types, direct);
    const shown = pages.filter((page) => page.nav && (!page.permission || who.permissions.includes(page.permission)));
    const all: Entry[] = [
      ...keys.filter((k) => !k.keys.startsWith("g ") && !k.keys.startsWith("mod+")).map((k) => ({ id: `key-${k.keys}`, says: k.says, note: k.keys, icon: "right" as IconName, run: () => k.run(new KeyboardEvent("keydown")) })),
      ...shown.map((page) => ({ id: page.path, says: t(page.title), note: t("console.palette.page"), icon: page.nav!.icon, run: () => go(page.path) })),
      ...(types ?? []).filter((type) => typed.trim() && who.permissions.includes(type.permissions.read)).map((type) => ({ id: `/registers/${type.id}`, says: titleOf(type.title), note: t("console.palette.register"), icon: "register" as IconName, run: () => go(`/registers/${type.id}`) })),
      { id: "theme", says: theme.get() === "dark" ? t("console.theme.light") : t("console.theme.dark"), icon: "sun", run: () => theme.set(theme.get() === "dark" ? "light" : "dark") },
      { id: "lang", says: lang.get() === "ja" ? t("console.lang.en") : t("console.lang.ja"), icon: "globe", run: () => void speak(lang.get() === "ja" ? "en" : "ja") },
    ].filter((entry) => fits(`${entry.says} ${entry.id}`, typed.trim())) as Entry[];
    const records: Entry[] = (found.data ?? []).map((record) => ({
      id: record.id, says: record.body.title ?? record.id, note: [record.id, record.body.host].filter(Boolean).join(" · "),
      icon: record.type === "incident" ? "incident" : "alert", run: () => go(record.type === "incident" ? `/incidents/${record.id}` : `/alerts/${record.id}`),
    }));
    const straight: Entry[] = place ? [{ id: `go-${direct}`, says: direct, note: t("console.palette.open"), icon: "right", run: () => go(placeOf(place.id, direct)) }] : [];
    const hunt: Entry[] = typed.trim() && who.permissions.includes("event.read") && pages.some((p) => p.path === "/hunt")
      ? [{ id: "hunt", says: t("console.palette.hunt", { text: typed.trim() }), icon: "search", run: () => go(`/hunt?q=${encodeURIComponent(typed.trim())}`) }] : [];
    return [...straight, ...all, ...records, ...hunt].slice(0, 30);
  }, [typed, found.data, keys, who, types]);
  const taken = Math.min(at, Math.max(0, entries.length - 1));
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    setTimeout(entry.run, 0);
  };
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((taken + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      take(entries[taken]);
    }
  };
  return (
    <Dialog bare className="palette" title={t("console.palette.title")} onClose={onClose}>
      <input className="input" autoFocus role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label={t("console.palette.title")}
        aria-activedescendant={entries[taken] ? `palette-${taken}` : undefined} placeholder={t("console.palette.hint")} value={typed}
        onChange={(event) => { setTyped(event.target.value); setAt(0); }} onKeyDown={walk} />
      <div role="listbox" id="palette-list" aria-label={t("console.palette.title")} tabIndex={-1}>
        {entries.map((entry, i) => (
          <div key={entry.id} id={`palette-${i}`} role="option" aria-selected={i === taken} onMouseMove={() => setAt(i)} onClick={() => take(entry)}
            ref={i === taken ? (node) => node?.scrollIntoView({ block: "nearest" }) : undefined}>
            <Icon name={entry.icon} />
            <span className="grow cut">{entry.says}</span>
            {entry.note && <span className="quiet cut" style={{ maxWidth: "45%" }}>{entry.note}</span>}
          </div>
        ))}
        {entries.length === 0 && <div role="option" aria-selected="false" aria-disabled="true" className="quiet">{t("console.palette.none")}</div>}
      </div>
    </Dialog>
  );
}
