// Times: shown in the person's zone with the other on hover, stored and sent in UTC.
import { keptStore } from "./store";
import { lang, t } from "./text";

export type Zone = "local" | "utc";
export const zone = keptStore<Zone>("yagura.zone", ["local", "utc"], "local");
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(at: Date, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]));
}

/** "2026-10-15 01:09:30", seconds when wanted. */
export function clock(at: Date, which: Zone, seconds = true): string {
  const p = parts(at, which === "utc" ? "UTC" : localZone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}${seconds ? `:${p.second}` : ""}`;
}

export function zoneName(which: Zone): string {
  return which === "utc" ? "UTC" : localZone;
}

/** Both zones in one line, the person's first. */
export function bothZones(at: Date): string {
  const first = zone.get();
  const second: Zone = first === "utc" ? "local" : "utc";
  return `${clock(at, first)} ${zoneName(first)}\n${clock(at, second)} ${zoneName(second)}`;
}

/** `at` (ms) as a field of type datetime-local holds it, cut to the minute or the second: what stands after that is lost. */
export function fieldTime(at: number, to: "minute" | "second" = "minute"): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, to === "minute" ? 16 : 19);
}

/** The end of a time as such a field holds it: never before `at`, so that what came in its last second is inside. */
export function fieldEnd(at: number): string {
  return fieldTime(Math.ceil(at / 1000) * 1000, "second");
}

// A format costs more to make than a row of a table to draw.
const agos = { ja: new Intl.RelativeTimeFormat("ja", { numeric: "auto", style: "long" }), en: new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" }) };

/** "5 min ago", "in 3 h": the largest unit that says something. */
export function ago(at: Date, now = Date.now()): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  const size = Math.abs(seconds);
  const format = agos[lang.get()];
  if (size < 45) return t("console.time.now");
  if (size < 3600) return format.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return format.format(Math.round(seconds / 3600), "hour");
  if (size < 86_400 * 60) return format.format(Math.round(seconds / 86_400), "day");
  return format.format(Math.round(seconds / (86_400 * 30)), "month");
}

/** "1h 20m" of seconds, as the person's language writes it. */
export function span(seconds: number): string {
  const size = Math.max(0, Math.round(seconds));
  const parts = { d: Math.floor(size / 86_400), h: Math.floor((size % 86_400) / 3600), m: Math.floor((size % 3600) / 60), s: size };
  return t(`console.span.${size < 60 ? "seconds" : size < 3600 ? "minutes" : size < 86_400 ? "hours" : "days"}`, parts);
}
