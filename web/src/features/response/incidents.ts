// An incident and what belongs to it, as the console holds them.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call, type Answer } from "@/lib/call";
import { useLive } from "@/lib/live";
import type { IncidentRecord, TaskRecord } from "@/lib/records";

export type Measure = { id: string; kind: "interim" | "lasting"; what: string; owner?: string; due?: string; done?: boolean; long?: boolean; handed_at?: string; handed_to?: string };
export type Entry = { at: string; what: string; public?: boolean };
export type Report = Answer<"getReport">;

export const ended = ["closed", "rejected", "merged"];
export const steps = ["new", "investigating", "contained", "recovering", "closing", "closed"] as const;

/** What may be done next from a state, the usual first. */
export const moves: Record<string, string[]> = {
  new: ["investigate"],
  investigating: ["contain", "recover", "prepare_closing"],
  contained: ["recover", "prepare_closing", "investigate"],
  recovering: ["prepare_closing", "investigate"],
  closing: ["investigate"],
};

/** What the page of an incident asks for. */
export function incidentQueries(id: string) {
  return {
    incident: queryOptions({ queryKey: ["incident", id], queryFn: async ({ signal }) => (await call("getIncident", { path: { id }, signal })) as IncidentRecord }),
    tasks: queryOptions({ queryKey: ["incident", id, "tasks"], queryFn: async ({ signal }) => (await call("listIncidentTasks", { path: { id }, query: { limit: 200, order: "asc", sort: "due_at" }, signal })).records as TaskRecord[] }),
    missing: queryOptions({ queryKey: ["incident", id, "missing"], queryFn: async ({ signal }) => (await call("getMissingToClose", { path: { id }, signal })).missing }),
    reports: queryOptions({ queryKey: ["incident", id, "reports"], queryFn: async ({ signal }) => (await call("listReports", { query: { incident: id, limit: 100 }, signal })).records as Report[] }),
  };
}

export function useIncident(id: string) {
  const client = useQueryClient();
  const queries = incidentQueries(id);
  const incident = useQuery(queries.incident);
  const tasks = useQuery(queries.tasks);
  const missing = useQuery(queries.missing);
  const reports = useQuery(queries.reports);
  const refresh = useCallback(() => void client.invalidateQueries({ queryKey: ["incident", id] }), [client, id]);
  useLive((fact) => {
    const of = (fact.record?.body as { incident?: string } | undefined)?.incident;
    if (fact.subject === id || of === id) refresh();
  });
  /** Takes the answer of an act as the incident is now, and asks again for what hangs on it. */
  const put = useCallback((changed: unknown) => {
    client.setQueryData(["incident", id], changed);
    refresh();
  }, [client, id, refresh]);
  return { incident, tasks, missing, reports, put, refresh };
}

export type Case = { incident: IncidentRecord; tasks: TaskRecord[]; missing: Answer<"getMissingToClose">["missing"]; reports: Report[]; put: (changed: unknown) => void; refresh: () => void; open: boolean };
