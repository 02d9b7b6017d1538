// Alerts as the console holds them: pages of the queue, one alert, and how an act changes both before the answer.
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "@/lib/call";
import type { AlertRecord } from "@/lib/records";

export const page_rows = 200;

export type Filter = {
  state?: string; text?: string; sort?: string; order?: "asc" | "desc";
  level?: string; host?: string; user?: string; rule?: string; assignee?: string; decision?: string; class?: string;
};

type Listing = { records: AlertRecord[]; next_cursor?: string; total?: number };

export function useAlerts(filter: Filter) {
  const query = useInfiniteQuery({
    queryKey: ["alerts", "list", filter],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) =>
      (await call("listAlerts", { query: { ...filter, limit: page_rows, ...(pageParam ? { cursor: pageParam } : { count: true }) }, signal })) as Listing,
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 30_000,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.records) ?? [], [query.data]);
  return { query, rows, total: query.data?.pages[0]?.total };
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
