// What each kind of field holds: as a person types it, as the API takes it, and what is wrong with it.
import type { RecordField } from "@/lib/records";
import { number, t } from "@/lib/text";
import { clock, zone } from "@/lib/time";

export const unknown_value = "unknown";

/** As it is typed: a text, the items of a list, the lines of a table. "unknown" is an answer of any kind. */
export type Draft = string | string[] | Record<string, string>[];

export const isUnknown = (field: RecordField, value: unknown) => field.unknown_allowed && value === unknown_value;
export const isEmpty = (value: unknown) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
export const isScalar = (field: RecordField) => !["list", "table", "json", "markdown"].includes(field.type);

const units: [string, number][] = [["d", 86_400], ["h", 3600], ["m", 60], ["s", 1]];

/** 93784 as "1d 2h 3m 4s", in the language's own units: nothing is rounded away. */
export function durationText(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const out: string[] = [];
  for (const [unit, size] of units) {
    if (left < size) continue;
    out.push(`${Math.floor(left / size)}${t(`console.registers.unit.${unit}`)}`);
    left %= size;
  }
  return out.join(" ") || `0${t("console.registers.unit.s")}`;
}

function durationOf(text: string): number | undefined {
  const plain = text.trim().toLowerCase().replace(/日/g, "d").replace(/時間/g, "h").replace(/分/g, "m").replace(/秒/g, "s");
  if (/^\d+$/.test(plain)) return Number(plain);
  if (!/^(\d+\s*[dhms]\s*)+$/.test(plain)) return undefined;
  let sum = 0;
  for (const [, count, unit] of plain.matchAll(/(\d+)\s*([dhms])/g)) sum += Number(count) * (units.find(([name]) => name === unit)?.[1] ?? 0);
  return sum;
}

/** "2026-04-08T19:58:04" of the person's zone, for the browser's own control. */
export function localTime(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : clock(date, zone.get()).replace(" ", "T");
}

export function utcTime(local: string): string {
  const full = local.length === 16 ? `${local}:00` : local;
  return `${new Date(zone.get() === "utc" ? `${full}Z` : full).toISOString().slice(0, 19)}Z`;
}

function scalarDraft(kind: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value === unknown_value) return unknown_value;
  if (kind === "time") return localTime(String(value));
  if (kind === "duration") return durationText(Number(value));
  if (kind === "json") return JSON.stringify(value, null, 2);
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function toDraft(field: RecordField, value: unknown): Draft {
  if (isUnknown(field, value)) return unknown_value;
  if (field.type === "list") return Array.isArray(value) ? value.map((one) => scalarDraft(field.items ?? "text", one)) : [];
  if (field.type === "table") {
    const lines = Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
    return lines.map((line) => Object.fromEntries((field.columns ?? []).map((column) => [column.name, scalarDraft(column.type, line[column.name])])));
  }
  return scalarDraft(field.type, value);
}

class Wrong extends Error {}

const wrong = (key: string, args?: Record<string, string | number>): never => {
  throw new Wrong(t(`console.registers.wrong.${key}`, args));
};

function within(field: RecordField, size: number, what: "length" | "value" | "items") {
  if (field.min !== undefined && size < field.min) wrong(`${what}.min`, { n: number(field.min) });
  if (field.max !== undefined && size > field.max) wrong(`${what}.max`, { n: number(field.max) });
}

/** A scalar as the API takes it; undefined for an empty one. */
function scalarOf(field: RecordField, kind: string, typed: string): unknown {
  const text = kind === "markdown" ? typed : typed.trim();
  if (text === "") return undefined;
  if (isUnknown(field, text)) return unknown_value;
  const bounded = field.type === "list" ? { ...field, min: undefined, max: undefined } : field;
  switch (kind) {
    case "integer": {
      if (!/^-?\d{1,18}$/.test(text)) wrong("integer");
      within(bounded as RecordField, Number(text), "value");
      return Number(text);
    }
    case "number": {
      const value = Number(text);
      if (!Number.isFinite(value)) wrong("number");
      within(bounded as RecordField, value, "value");
      return value;
    }
    case "boolean": return text === "true";
    case "duration": {
      const seconds = durationOf(text);
      if (seconds === undefined) return wrong("duration");
      within(bounded as RecordField, seconds, "value");
      return seconds;
    }
    case "time": return Number.isNaN(new Date(text).getTime()) ? wrong("time") : utcTime(text);
    case "date": return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : wrong("date");
    case "reference": return /^[A-Z]{2,6}-\d{4}-\d+$/.test(text) ? text : wrong("reference");
    case "blob": return /^[0-9a-f]{64}$/.test(text) ? text : wrong("blob");
    case "json":
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        return wrong("json", { detail: error instanceof Error ? error.message : "" });
      }
    default: {
      if (kind === "text" && /[\r\n]/.test(text)) wrong("line");
      within(bounded as RecordField, [...text].length, "length");
      return text;
    }
  }
}

/** The value of what was typed, or what is wrong with it. */
export function valueOf(field: RecordField, draft: Draft): { value: unknown } | { wrong: string } {
  try {
    let value: unknown;
    if (typeof draft === "string") value = scalarOf(field, field.type, draft);
    else if (field.type === "list") {
      const items = (draft as string[]).map((one) => scalarOf(field, field.items ?? "text", one)).filter((one) => one !== undefined);
      within(field, items.length, "items");
      value = items.length ? items : undefined;
    } else {
      const lines = (draft as Record<string, string>[]).filter((line) => Object.values(line).some((cell) => cell.trim() !== ""));
      within(field, lines.length, "items");
      value = lines.length ? lines.map((line, i) => tableLine(field, line, i)) : undefined;
    }
    if (value === undefined && field.required) wrong("missing");
    return { value };
  } catch (error) {
    if (error instanceof Wrong) return { wrong: error.message };
    throw error;
  }
}

function tableLine(field: RecordField, line: Record<string, string>, at: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const column of field.columns ?? []) {
    try {
      const value = scalarOf(column, column.type, line[column.name] ?? "");
      if (value === undefined && column.required) wrong("missing");
      if (value !== undefined) out[column.name] = value;
    } catch (error) {
      if (error instanceof Wrong) throw new Wrong(t("console.registers.wrong.line_of", { n: at + 1, column: column.title ? titleIn(column) : column.name, what: error.message }));
      throw error;
    }
  }
  return out;
}

function titleIn(field: RecordField): string {
  return (document.documentElement.lang === "en" ? field.title.en : field.title.ja) || field.name;
}

export const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
