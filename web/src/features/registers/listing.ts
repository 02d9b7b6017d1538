// Records as the pages ask for them: the address holds what is asked.
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { useLive } from "@/lib/live";
import { useSearch } from "@/lib/place";
import { labelOf, typeOfId, useTypes, type RecordField, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import type { Labels } from "./Value";

export const page_rows = 200;
const ids_per_question = 150; // an address has at most 8 KiB

export type Term = { field: string; op: string; value?: unknown };
export type Asked = { state?: string; text?: string; filter?: string; sort?: string; order?: "asc" | "desc" };
export type Page = { records: AnyRecord[]; next_cursor?: string; total?: number };

export function termsOf(text: string | null): Term[] {
  try {
    const read = JSON.parse(text ?? "[]") as unknown;
    return Array.isArray(read) ? (read as Term[]).filter((one) => typeof one?.field === "string" && typeof one.op === "string") : [];
  } catch {
    return [];
  }
}

/** What the address asks of the register; a state that it does not have is left out. */
export function useAsked(type: RecordType): Asked {
  const [search] = useSearch();
  const typed = useDeferredValue((search.get("text") ?? "").trim());
  return useMemo(() => {
    const out: Asked = {};
    const states = (search.get("state") ?? "").split(",").filter((state) => type.states.some((one) => one.id === state));
    if (states.length) out.state = states.join(",");
    if (typed) out.text = typed;
    const sort = search.get("sort");
    if (sort) out.sort = sort;
    const terms = termsOf(search.get("filter"));
    if (terms.length) out.filter = JSON.stringify(terms);
    if (search.get("order") === "asc") out.order = "asc";
    return out;
  }, [search, typed, type]);
}

export function useListing(type: string, asked: Asked, rows = page_rows) {
  const query = useInfiniteQuery({
    queryKey: ["register", type, asked, rows],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) =>
      (await call("listRecords", { path: { type }, query: { ...asked, limit: rows, ...(pageParam ? { cursor: pageParam } : {}) }, signal })) as Page,
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 15_000,
  });
  const records = useMemo(() => query.data?.pages.flatMap((page) => page.records) ?? [], [query.data]);
  return { query, records };
}

/** How many records are asked for, in whatever way they are shown. */
export function useTotal(type: string, asked: Asked): number | undefined {
  const { sort: _sort, order: _order, ...narrowed } = asked;
  return useQuery({
    queryKey: ["register", type, "total", narrowed],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => ((await call("listRecords", { path: { type }, query: { ...narrowed, limit: 1, count: true }, signal })) as Page).total ?? 0,
  }).data;
}

/** What others change in the register comes in by itself. */
export function useFollowed(type: string) {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((fact) => {
    if (!fact.kind.startsWith(`${type}.`)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void client.invalidateQueries({ queryKey: ["register", type] }), 400);
    void client.invalidateQueries({ queryKey: ["record", type, fact.subject] });
  });
}

function referencesOf(fields: RecordField[], body: Record<string, unknown>): string[] {
  const out: string[] = [];
  const take = (value: unknown) => typeof value === "string" && /^[A-Z]{2,6}-\d{4}-\d+$/.test(value) && out.push(value);
  for (const field of fields) {
    const value = body[field.name];
    if (field.type === "reference") take(value);
    else if (field.type === "list" && field.items === "reference" && Array.isArray(value)) value.forEach(take);
    else if (field.type === "table" && Array.isArray(value)) for (const line of value as Record<string, unknown>[]) out.push(...referencesOf(field.columns ?? [], line));
  }
  return out;
}

/** The names of the records that these refer to, asked for once a register. */
export function useLabels(type: RecordType | undefined, records: AnyRecord[], more: string[] = []): Labels {
  const types = useTypes();
  const may = useMay();
  const ids = useMemo(() => {
    const all = new Set(more);
    for (const record of records.slice(0, 1000)) for (const id of referencesOf(type?.fields ?? [], record.body)) all.add(id);
    return [...all].sort();
  }, [type, records, more]);
  const got = useQuery({
    queryKey: ["labels", ids],
    enabled: ids.length > 0 && !!types,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const of = new Map<string, string[]>();
      for (const id of ids) {
        const found = typeOfId(types, id);
        if (found && may(found.permissions.read)) of.set(found.id, [...(of.get(found.id) ?? []), id]);
      }
      const out: [string, string][] = [];
      for (const [name, wanted] of of)
        for (let from = 0; from < wanted.length; from += ids_per_question) {
          const part = wanted.slice(from, from + ids_per_question);
          const page = await call("listRecords", { path: { type: name }, query: { limit: part.length, filter: JSON.stringify([{ field: "id", op: "in", value: part }]) } });
          for (const record of (page as Page).records) out.push([record.id, labelOf(typeOfId(types, record.id), record)]);
        }
      return out;
    },
  });
  return useMemo(() => new Map(got.data ?? []), [got.data]);
}
