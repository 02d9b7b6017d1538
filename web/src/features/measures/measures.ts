// What is asked of the measures, kept in the address, and their values in words.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call, type Answer } from "@/lib/call";
import { useSearch } from "@/lib/place";
import { number, t } from "@/lib/text";
import { clock, localZone, span, zone } from "@/lib/time";

export type Got = Answer<"getMeasures">;
export type Row = Got["rows"][number];
export type Cell = Row["cells"][number];
export type Definition = Answer<"listMeasureDefinitions">["definitions"][number];

export const periods = ["day", "week", "month", "quarter", "year"] as const;
export const groupings = ["", "class", "team", "rule", "attack_type", "origin"] as const;
export type Period = (typeof periods)[number];
type Grouping = (typeof groupings)[number];
const periods_back: Record<Period, number> = { day: 14, week: 84, month: 183, quarter: 730, year: 1826 };

const dayOf = (ago: number) => clock(new Date(Date.now() - ago * 86_400_000), zone.get()).slice(0, 10);
const day_form = /^\d{4}-\d{2}-\d{2}$/;

export function useAskedMeasures() {
  const [search, change] = useSearch();
  const period = periods.includes(search.get("period") as Period) ? (search.get("period") as Period) : "month";
  const by = groupings.includes(search.get("by") as Grouping) ? (search.get("by") as Grouping) : "";
  const from = day_form.test(search.get("from") ?? "") ? search.get("from")! : dayOf(periods_back[period]);
  const to = day_form.test(search.get("to") ?? "") ? search.get("to")! : dayOf(0);
  return { period, by, from, to, change };
}

export function useMeasures(asked: { period: Period; by: Grouping; from: string; to: string }) {
  const query = { period: asked.period, from: asked.from, to: asked.to, zone: zone.get() === "utc" ? "UTC" : localZone, ...(asked.by ? { by: asked.by } : {}) };
  return useQuery({ queryKey: ["measures", query], placeholderData: keepPreviousData, staleTime: 60_000, queryFn: ({ signal }) => call("getMeasures", { query, signal }) });
}

export function useDefinitions() {
  return useQuery({ queryKey: ["measures", "definitions"], staleTime: Infinity, queryFn: ({ signal }) => call("listMeasureDefinitions", { signal }), select: (got) => got.definitions });
}

/** "2026-11", "2026-11-02 –" or "2026". */
export function periodName(period: { first_day: string }, of: Period): string {
  if (of === "month") return period.first_day.slice(0, 7);
  if (of === "year") return period.first_day.slice(0, 4);
  if (of === "quarter") return `${period.first_day.slice(0, 4)} Q${Math.floor((Number(period.first_day.slice(5, 7)) - 1) / 3) + 1}`;
  return period.first_day.slice(5);
}

export function valueText(kind: string, value: number | null): string {
  if (value === null) return "–";
  if (kind === "time") return span(value);
  if (kind === "count") return number(value);
  if (kind === "number") return number(Math.round(value * 100) / 100);
  return `${number(Math.round(value * 1000) / 10)}%`;
}

/** What stands beside the value: how many it is of, and what could not be counted. */
export function besides(cell: Cell): string {
  const parts = [t("console.measures.of", { n: number(cell.n) })];
  for (const name of ["open", "unknown", "unsound", "missed"] as const) if (cell[name] > 0) parts.push(t(`console.measures.${name}`, { n: number(cell[name]) }));
  return parts.join(t("console.list.comma"));
}
