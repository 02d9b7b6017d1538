// Alerts as the console holds them: pages of the queue, one alert, and how an act changes both before the answer.
import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "@/lib/call";
import type { AlertRecord } from "@/lib/records";

const first_rows = 80; // two screens: the first of them are read while the others come
const page_rows = 200;

export type Filter = {
  state?: string; text?: string; sort?: string; order?: "asc" | "desc";
  level?: string; host?: string; user?: string; rule?: string; assignee?: string; decision?: string; class?: string;
};

export const views = { open: "new,acknowledged", new: "new", mine: "new,acknowledged", aside: "set_aside", escalated: "escalated", done: "dismissed,closed", all: "" };
export type View = keyof typeof views;

/** What an address of the queue asks for; `text` as far as it has been typed. */
export function filterOf(search: URLSearchParams, text: string, assignee: string): { filter: Filter; view: View } {
  const view = (search.get("view") ?? "open") as View;
  const filter: Filter = { sort: search.get("sort") ?? "priority", order: (search.get("order") as "asc" | "desc") ?? (search.get("sort") ? "desc" : "asc") };
  const state = views[view] ?? views.open;
  if (state) filter.state = state;
  if (view === "mine") filter.assignee = assignee;
  if (text.trim()) filter.text = text.trim();
  for (const name of ["level", "host", "user", "rule", "decision", "class"] as const) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  return { filter, view };
}

type Listing = { records: AlertRecord[]; next_cursor?: string };

export function listQuery(filter: Filter) {
  return infiniteQueryOptions({
    queryKey: ["alerts", "list", filter],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) =>
      (await call("listAlerts", { query: { ...filter, ...(pageParam ? { limit: page_rows, cursor: pageParam } : { limit: first_rows }) }, signal })) as Listing,
    getNextPageParam: (page) => page.next_cursor || undefined,
    structuralSharing: false,
    staleTime: 30_000,
  });
}

/** How many there are: asked beside the rows, which do not wait for it. */
export function countQuery(filter: Filter) {
  const { sort: _, order: __, ...conditions } = filter;
  return queryOptions({
    queryKey: ["alerts", "count", conditions],
    queryFn: async ({ signal }) => (await call("listAlerts", { query: { ...conditions, limit: 1, count: true }, signal }) as { total?: number }).total,
    staleTime: 30_000,
  });
}

export function useAlerts(filter: Filter) {
  const query = useInfiniteQuery({ ...listQuery(filter), placeholderData: keepPreviousData });
  const count = useQuery({ ...countQuery(filter), placeholderData: keepPreviousData });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.records) ?? [], [query.data]);
  return { query, rows, count, total: count.data };
}

export function useAlert(id: string | undefined) {
  const client = useQueryClient();
  return useQuery({
    queryKey: ["alert", id],
    enabled: !!id,
    queryFn: ({ signal }) => call("getAlert", { path: { id: id! }, signal }) as Promise<AlertRecord>,
    placeholderData: () => (id ? listed(client, id) : undefined),
  });
}

function listed(client: QueryClient, id: string): AlertRecord | undefined {
  for (const [, data] of client.getQueriesData<InfiniteData<Listing>>({ queryKey: ["alerts", "list"] }))
    for (const page of data?.pages ?? []) {
      const found = page.records.find((record) => record.id === id);
      if (found) return found;
    }
  return undefined;
}

/** Puts a newer version of an alert wherever the console shows it. True when a list holds it. */
export function putAlert(client: QueryClient, id: string, change: (before: AlertRecord) => AlertRecord): boolean {
  let held = false;
  client.setQueryData<AlertRecord>(["alert", id], (before) => (before ? change(before) : before));
  client.setQueriesData<InfiniteData<Listing>>({ queryKey: ["alerts", "list"] }, (data) => {
    if (!data) return data;
    const at = data.pages.findIndex((page) => page.records.some((record) => record.id === id));
    if (at < 0) return data;
    held = true;
    const pages = data.pages.slice();
    pages[at] = { ...pages[at]!, records: pages[at]!.records.map((record) => (record.id === id ? change(record) : record)) };
    return { ...data, pages };
  });
  return held;
}
