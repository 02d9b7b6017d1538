// What a form holds, what of it is a change, and where what the server refuses belongs.
import { Problem, type Fault } from "@/lib/call";
import type { RecordType } from "@/lib/records";
import { same, toDraft, valueOf, type Draft } from "./kinds";

export type Drafts = Record<string, Draft>;

export function draftsOf(type: RecordType, body: Record<string, unknown>): Drafts {
  return Object.fromEntries(type.fields.map((field) => [field.name, toDraft(field, body[field.name])]));
}

/** What differs from `body`, as the API takes it (null takes a field away), and what is wrong at which field. */
export function changesOf(type: RecordType, body: Record<string, unknown>, drafts: Drafts): { changes: Record<string, unknown>; wrong: Record<string, string> } {
  const changes: Record<string, unknown> = {};
  const wrong: Record<string, string> = {};
  for (const field of type.fields) {
    const before = toDraft(field, body[field.name]);
    const draft = drafts[field.name] ?? before;
    const untouched = same(before, draft);
    // What somebody may not see is missing here: that is no fault of theirs.
    if (untouched && (!field.required || field.sensitivity !== "normal" || field.name in body)) continue;
    const got = valueOf(field, draft);
    if ("wrong" in got) wrong[field.name] = got.wrong;
    else if (!untouched) changes[field.name] = got.value === undefined ? null : got.value;
  }
  return { changes, wrong };
}

/** The server's faults by field, and those that belong to none. */
export function fieldErrors(type: RecordType, error: unknown): { at: Record<string, string>; rest: Fault[] } {
  const at: Record<string, string> = {};
  const rest: Fault[] = [];
  for (const fault of error instanceof Problem ? error.errors : []) {
    const [first = "", ...more] = fault.pointer.replace(/^\/(body|changes)(?=\/)/, "").split("/").slice(1);
    const known = type.fields.some((field) => field.name === first);
    if (!known) rest.push(fault);
    else at[first] = [at[first], more.length ? `${more.join(" / ")}: ${fault.message}` : fault.message].filter(Boolean).join(" · ");
  }
  return { at, rest };
}
