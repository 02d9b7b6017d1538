// The tables by which the organisation judges, and the operations of each: they differ in names only.
import { call, type Input } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";

export const kinds = ["incident", "vulnerability", "naming", "policy"] as const;
export type Kind = (typeof kinds)[number];
/** What judges can be held against what was judged. */
export type Judging = Exclude<Kind, "policy">;
export const isKind = (text: string | null | undefined): text is Kind => kinds.includes(text as Kind);

/** A list of {id, ja, en}, rows of them, or whatever else a table holds. */
export type Body = Record<string, unknown>;
export type Line = Record<string, unknown>;
export type Edition = AnyRecord & { body: Body };
export type Fault = { pointer: string; code: string; message: string };
type ReplayGroup = { count: number; examples: { id: string; title: string; before: string; after: string; before_row: string; after_row: string }[] };
export type Replay = {
  proposal: string; proposal_version: number; from: string; until: string; alerts: number; incidents: number; vulnerabilities: number; cut: boolean; unchanged: number; changed: number;
  shifts: { before: string; after: string; count: number }[]; rows: { row: string; before: number; after: number }[];
  differing: ReplayGroup; incidents_lost: ReplayGroup; incidents_gained: ReplayGroup; incidents_reclassed: ReplayGroup;
};

const types: Record<Kind, string> = { incident: "incident_criteria", vulnerability: "vulnerability_criteria", naming: "attack_naming", policy: "action_policy" };
const names = { incident: "Criteria", vulnerability: "VulnerabilityCriteria", naming: "AttackNaming", policy: "ActionPolicy" } as const;
const lists = { incident: "listCriterias", vulnerability: "listVulnerabilityCriterias", naming: "listAttackNamings", policy: "listActionPolicys" } as const;

/** The first part of the permissions: "criteria.approve". */
export const rightOf = (kind: Kind) => (kind === "policy" ? "policy" : "criteria");
export const typeOfKind = (kind: Kind) => types[kind];
export const editions = async (kind: Kind, signal: AbortSignal) => (await call(lists[kind], { query: { sort: "edition", limit: 200 }, signal })).records as unknown as Edition[];
export const edition = async (kind: Kind, id: string, signal: AbortSignal) => (await call(`get${names[kind]}`, { path: { id }, signal })) as unknown as Edition;
/** Which criteria's classes an action policy answers. */
export const sets = ["incident", "vulnerability"] as const;
export type PolicySet = (typeof sets)[number];
export const setOf = (body: Body): PolicySet => (body.set === "vulnerability" ? "vulnerability" : "incident");
export const inForce = async (kind: Kind, signal: AbortSignal, set: PolicySet = "incident") =>
  (kind === "policy" ? await call("getCurrentActionPolicy", { query: { set }, signal }) : await call(`getCurrent${names[kind]}`, { signal })) as unknown as Edition;
export const propose = async (kind: Kind, table: Body) => (await call(`propose${names[kind]}`, { body: { table } })) as unknown as Edition;
export const revise = async (kind: Kind, id: string, version: number, table: Body) => (await call(`revise${names[kind]}`, { path: { id }, body: { table, version } })) as unknown as Edition;
export const check = async (kind: Kind, id: string, signal: AbortSignal) => (await call(`check${names[kind]}`, { path: { id }, signal })).faults as Fault[];
export const replay = async (kind: Judging, id: string, days: number) => (await call(`replay${names[kind]}`, { path: { id }, body: { days } })) as Replay;
export const reject = async (kind: Kind, id: string, version: number, reason: string) => (await call(`reject${names[kind]}`, { path: { id }, body: { reason, version } })) as unknown as Edition;
export const approve = async (kind: Kind, id: string, version: number, from: string) =>
  (await call(`approve${names[kind]}`, { path: { id }, body: { version, ...(from ? { in_force_from: from } : {}) } } as Input<"approveCriteria">)) as unknown as Edition;

// What the desk writes itself, and what is no part of the table's judgement.
const not_by_hand = ["edition", "in_force_from", "approved_by", "rejected_reason"];

/** The table as it is proposed again. */
export function tableOf(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !not_by_hand.includes(name)));
}

/** The dimensions of a table's rows. */
export const dimensions: Record<Kind, string[]> = { incident: ["attack_type", "progress", "importance"], vulnerability: ["damage", "ease", "importance"], naming: [], policy: [] };
/** Which list of the body names the values of a column. */
export const vocabulary: Record<string, string> = { attack_type: "attack_types", progress: "progress", importance: "importance", damage: "damage", ease: "ease", class: "classes" };
export const nothing: Record<Kind, string> = { incident: "not_incident", vulnerability: "no_action", naming: "", policy: "" };

export function linesOf(body: Body, name: string): Line[] {
  return Array.isArray(body[name]) ? (body[name] as Line[]).filter((line) => typeof line === "object" && line !== null) : [];
}

/** Every way of "nothing" or class that the rows know. */
export function decisionOf(kind: Kind, row: Line): string {
  return row[nothing[kind]] ? nothing[kind] : String(row.class ?? "");
}

/** Parts of the body that a person edits as tables, each with its columns; the rest is shown as it is. */
export function partsOf(kind: Kind, body: Body): string[] {
  const order = kind === "naming" ? ["attack_types", "products"] : [...dimensions[kind].map((name) => vocabulary[name]!), "classes", "importance_rules", "input_rules"];
  return order.filter((name, i) => Array.isArray(body[name]) && order.indexOf(name) === i);
}

/** The list by whose length an edition is told. */
export const mainList = (kind: Kind) => ({ incident: "rows", vulnerability: "rows", naming: "attack_types", policy: "actions" })[kind];

// What a line is called by comes first; the rest as it comes.
const first_columns = ["id", "code", "role", "due_minutes", "product", "field", "pattern", "type", "damage", "ease", "ja", "en"];

export function columnsOf(lines: Line[]): string[] {
  const rank = (name: string) => (first_columns.includes(name) ? first_columns.indexOf(name) : first_columns.length);
  return [...new Set(lines.flatMap((line) => Object.keys(line)))].sort((a, b) => rank(a) - rank(b));
}
