// What the API tells of registers: declarations, which never change while the program runs, and their titles.
import { useQuery } from "@tanstack/react-query";
import { call } from "./call";
import type { Schemas } from "./contract";
import { titleOf } from "./text";

export type RecordType = Schemas["RecordType"];
export type RecordField = Schemas["RecordField"];

/** The functions of the organisation, as their ids go; "console.function.<letter>" names them. */
export const functions = ["A", "B", "C", "D", "E", "F", "G", "H", "I"] as const;
export type AlertRecord = Schemas["Record_alert"];
export type IncidentRecord = Schemas["Record_incident"];
export type TaskRecord = Schemas["Record_incident_task"];

export function typeQuery(type: string) {
  return { queryKey: ["type", type], queryFn: () => call("getRecordType", { path: { type } }), staleTime: Infinity };
}

export function useType(type: string): RecordType | undefined {
  return useQuery(typeQuery(type)).data;
}

export function useTypes(): RecordType[] | undefined {
  return useQuery({ queryKey: ["types"], queryFn: () => call("listRecordTypes", {}), staleTime: Infinity, select: (got) => got.types }).data;
}

export function fieldOf(type: RecordType | undefined, name: string): RecordField | undefined {
  return type?.fields.find((field) => field.name === name);
}

export function fieldTitle(type: RecordType | undefined, name: string): string {
  return titleOf(fieldOf(type, name)?.title, name);
}

export function stateTitle(type: RecordType | undefined, state: string): string {
  return titleOf(type?.states.find((s) => s.id === state)?.title, state);
}

export function choiceTitle(type: RecordType | undefined, field: string, value: string | undefined): string {
  if (!value) return "";
  return titleOf(fieldOf(type, field)?.choices?.find((c) => c.id === value)?.title, value);
}

/** Where a record with a page of its own is seen. */
export function addressOf(id: string): string | undefined {
  if (id.startsWith("ALT-")) return `/alerts/${id}`;
  return id.startsWith("INC-") ? `/incidents/${id}` : undefined;
}

/** What a person calls the record: its first required text, else its first text, else its id. */
export function labelOf(type: RecordType | undefined, record: { id: string; body: Record<string, unknown> }): string {
  const texts = (type?.fields ?? []).filter((field) => field.type === "text");
  for (const field of [...texts.filter((one) => one.required), ...texts]) {
    const value = record.body[field.name];
    if (typeof value === "string" && value) return value;
  }
  return record.id;
}

export function typeOfId(types: RecordType[] | undefined, id: string): RecordType | undefined {
  return types?.find((type) => id.startsWith(`${type.prefix}-`));
}

const own_pages: Record<string, string> = { alert: "/alerts", incident: "/incidents" };

/** Where the console shows a record. */
export function placeOf(type: string, id: string): string {
  return `${own_pages[type] ?? `/registers/${type}`}/${encodeURIComponent(id)}`;
}

export type Criteria = {
  edition: number;
  attack_types: Named[];
  progress: Named[];
  importance: Named[];
  classes: Named[];
  rows: CriteriaRow[];
};
type Named = { id: string; ja: string; en: string };
export type CriteriaRow = {
  id: string; attack_type: string | string[]; progress: string | string[]; importance: string | string[];
  not_incident?: boolean; class?: string; priority?: number; reason_ja?: string; reason_en?: string;
};

export function criteriaQuery(id?: string) {
  return {
    queryKey: ["criteria", id ?? "current"],
    queryFn: async () => (id ? await call("getCriteria", { path: { id } }) : await call("getCurrentCriteria", {})).body as unknown as Criteria,
    staleTime: 300_000,
  };
}

/** The criteria that an alert was judged by, else those in force. */
export function useCriteria(id?: string): Criteria | undefined {
  return useQuery(criteriaQuery(id)).data;
}

export function namedTitle(list: Named[] | undefined, id: string | undefined): string {
  return titleOf(list?.find((one) => one.id === id), id ?? "");
}
