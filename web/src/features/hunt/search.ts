// One search: what was asked for, over which time, and what came back.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { call, Problem } from "@/lib/call";
import { useSearch } from "@/lib/place";
import type { Event } from "./names";

export const page_rows = 250;
const bars_wanted = 90;

export const ranges = { "15m": 900, "1h": 3600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000, "90d": 7_776_000, "365d": 31_536_000 } as const;
export type RangeName = keyof typeof ranges;
export const default_columns = ["host", "channel"];
export const columns_max = 8;

export type Asked = { q: string; from: string; until: string; order: "asc" | "desc" };
export type Range = { name: RangeName | "fixed"; from?: string; until?: string };

/** What the address asks for. A range that ends now is fixed at the moment of asking; `again` asks anew. */
export function useAsked() {
  const [search, change] = useSearch();
  const [asked_at, setAskedAt] = useState(() => Date.now());
  const q = search.get("q") ?? "";
  const from = search.get("from") ?? undefined;
  const until = search.get("until") ?? undefined;
  const named = search.get("range") ?? "24h";
  const order = search.get("order") === "asc" ? "asc" : "desc";
  const range = useMemo<Range>(() => (from ? { name: "fixed", from, ...(until ? { until } : {}) } : { name: named in ranges ? (named as RangeName) : "24h" }), [from, until, named]);
  useEffect(() => setAskedAt(Date.now()), [q, range, order]);
  const asked = useMemo<Asked>(() => {
    const end = range.until ?? new Date(asked_at).toISOString();
    const start = range.name === "fixed" ? range.from! : new Date(asked_at - ranges[range.name] * 1000).toISOString();
    return { q, from: start, until: end, order };
  }, [q, range, order, asked_at]);
  const columns = useMemo(() => (search.get("cols") === null ? default_columns : search.get("cols")!.split(",").filter(Boolean).slice(0, columns_max)), [search]);
  return { asked, range, columns, at: search.get("at") ?? undefined, change, again: () => setAskedAt(Date.now()) };
}

/** A slip in the query is not asked again and again. */
const retry = (count: number, error: unknown) => !(error instanceof Problem && error.status < 500) && count < 2;

export function useEvents(asked: Asked) {
  const query = useInfiniteQuery({
    queryKey: ["hunt", "events", asked],
    initialPageParam: "",
    staleTime: Infinity,
    retry,
    queryFn: ({ pageParam, signal }) => call("searchEvents", { query: { ...asked, limit: page_rows, cursor: pageParam || undefined }, signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.events) as Event[], [query.data]);
  return { query, rows };
}

export function useCounts(asked: Asked) {
  const { q, from, until } = asked;
  return useQuery({
    queryKey: ["hunt", "counts", q, from, until],
    staleTime: Infinity,
    retry,
    queryFn: ({ signal }) => call("countEvents", { query: { q, from, until, buckets: bars_wanted }, signal }),
    placeholderData: (before) => before,
  });
}

/** What is wrong with a query, asked over no time at all while it is typed. */
export function useFault(query: string): Problem | null {
  const [asked, setAsked] = useState(query);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query), 300);
    return () => clearTimeout(timer);
  }, [query]);
  const found = useQuery({
    queryKey: ["hunt", "fault", asked],
    enabled: asked.trim() !== "",
    staleTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) => {
      try {
        await call("countEvents", { query: { q: asked, from: "1970-01-01T00:00:00Z", until: "1970-01-01T00:00:00.001Z", buckets: 1 }, signal });
        return null;
      } catch (error) {
        if (error instanceof Problem && error.status === 400) return error;
        throw error;
      }
    },
  });
  return asked === query ? (found.data ?? null) : null;
}

const names_sql = "SELECT arrayJoin(mapKeys(attributes)) AS name, count() AS n FROM (SELECT attributes FROM events ORDER BY time DESC LIMIT 20000) GROUP BY name ORDER BY n DESC LIMIT 600";

/** Names that the sources use, the commonest first. */
export function useSourceNames(): string[] {
  return useQuery({
    queryKey: ["hunt", "names"],
    staleTime: 600_000,
    retry: false,
    queryFn: async ({ signal }) => (await call("queryEventsBySql", { body: { sql: names_sql, limit: 600 }, signal })).rows.map((row) => String(row[0])),
  }).data ?? [];
}

/** When the latest event happened that is stored at all. */
export function useLatest(wanted: boolean): string | undefined {
  const data = useQuery({
    queryKey: ["hunt", "latest"], enabled: wanted, staleTime: 60_000, retry: false,
    queryFn: async ({ signal }) => (await call("queryEventsBySql", { body: { sql: "SELECT toString(max(time)), count() FROM events" }, signal })).rows[0],
  }).data;
  if (!data || !Number(data[1])) return undefined;
  const at = new Date(`${String(data[0]).replace(" ", "T").slice(0, 23)}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
