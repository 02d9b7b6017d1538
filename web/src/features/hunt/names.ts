// What fields are called, and what an event holds under a name: docs/query.md.
import type { Schemas } from "@/lib/contract";

export type Event = Schemas["Event"];

/** Names of the event itself. */
export const own_names = ["time", "received", "source", "format", "host", "channel", "provider", "event_id", "record_id", "line", "offset", "dirt", "class_uid"] as const;

/** Short names of the query language, each with the attributes of the normal form that it stands for, the likelier first. */
const short_names: Record<string, string[]> = {
  user: ["user.name", "actor.user.name"], domain: ["user.domain", "actor.user.domain"], sid: ["user.uid"], group: ["group.name"],
  ip: ["src_endpoint.ip", "dst_endpoint.ip"], src_ip: ["src_endpoint.ip"], dst_ip: ["dst_endpoint.ip"], port: ["dst_endpoint.port", "src_endpoint.port"],
  src_port: ["src_endpoint.port"], dst_port: ["dst_endpoint.port"], src_host: ["src_endpoint.hostname"], dst_host: ["dst_endpoint.hostname"],
  process: ["process.name", "process.file.path", "actor.process.name"], image: ["process.file.path", "actor.process.file.path"],
  parent: ["actor.process.name", "actor.process.file.path"], parent_cmd: ["actor.process.cmd_line"], pid: ["process.pid", "actor.process.pid"],
  cmd: ["process.cmd_line"], cmdline: ["process.cmd_line"], file: ["file.path", "file.name", "process.file.path", "module.file.path"],
  path: ["file.path", "process.file.path"], module: ["module.file.path"], hash: ["file.hashes.sha256", "file.hashes.sha1", "file.hashes.md5"],
  md5: ["file.hashes.md5"], sha1: ["file.hashes.sha1"], sha256: ["file.hashes.sha256"], registry: ["reg_key.path", "reg_value.name"],
  dns: ["query.hostname"], url: ["http_request.url.url_string"], site: ["http_request.url.hostname"], agent: ["http_request.user_agent"],
  method: ["http_request.http_method"], http_status: ["http_response.code"], service: ["service.name"], task: ["job.name"],
  script: ["script.script_content"], class: ["class_name"], severity: ["severity_id"], id: ["event_id"], computer: ["host"],
};

export const short_list = Object.keys(short_names);

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What the event says under `name`; "" when nothing. */
export function valueOf(event: Event, name: string): string {
  const own = (event as unknown as Record<string, unknown>)[name];
  if (own !== undefined && name !== "ocsf" && name !== "fields") return textOf(own);
  for (const attribute of [name, ...(short_names[name] ?? [])]) {
    const found = event.ocsf?.[attribute] ?? (event as unknown as Record<string, unknown>)[attribute];
    if (found !== undefined && found !== "") return textOf(found);
  }
  return textOf(event.fields?.[name]);
}

/** What every Windows event says of itself; it tells nothing of what happened. */
const envelope = /^(Provider_|EventID$|Version$|Level$|Task$|Opcode$|Keywords$|TimeCreated|EventRecordID$|Execution_|Channel$|Computer$|Security_UserID$|Correlation_|xmlns|@timestamp$)/;
const gist_fields_max = 10;

/** The event in one line: what it is about, as far as the normal form knows; else how it came. */
export function gist(event: Event): string {
  const say = (name: string) => valueOf(event, name);
  const parts = [say("cmd") || say("url") || say("dns") || say("script") || say("file") || say("service") || say("process"), say("user") && `user=${say("user")}`, say("src_ip") && `src=${say("src_ip")}`, say("dst_ip") && `dst=${say("dst_ip")}`].filter(Boolean);
  if (parts.length > 0 && (say("cmd") || say("url") || say("dns") || say("file") || parts.length > 1)) return parts.join("  ");
  const told = Object.entries(event.fields ?? {}).filter(([name, value]) => !envelope.test(name) && value !== "" && value !== "-").slice(0, gist_fields_max);
  if (told.length > 1 && /^\s*[<{]/.test(event.raw ?? "{")) return told.map(([name, value]) => `${name}=${textOf(value)}`).join("  ");
  return (event.raw ?? "").replace(/\s+/g, " ");
}

/** A value as a query writes it. */
export function written(value: string): string {
  return /^[\p{L}\p{N}_.@/-]+$/u.test(value) && !/^(AND|OR|NOT)$/.test(value) && !value.startsWith("-") ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

/** The query with one more condition. */
export function narrowed(query: string, name: string, value: string, not: boolean): string {
  const one = `${not ? "-" : ""}${name}:${written(value)}`;
  const before = query.trim();
  if (!before) return one;
  return / OR /.test(before) && !/^\(.*\)$/.test(before) ? `(${before}) ${one}` : `${before} ${one}`;
}

/** The word that the caret stands in, for completion: a field's name, or the value of one. */
export type Word = { from: number; to: number; name: string; value?: string };

export function wordAt(query: string, caret: number): Word | null {
  const left = query.slice(0, caret);
  if ((left.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) return null; // within a phrase
  const found = /(?:^|[\s(])[-+]?([\p{L}\p{N}_.@$-]*)(?::([^\s():"]*))?$/u.exec(left);
  if (!found) return null;
  const [, name = "", value] = found;
  const rest = /^[^\s():]*/.exec(query.slice(caret))?.[0].length ?? 0;
  const from = value === undefined ? caret - name.length : caret - value.length;
  return { from, to: caret + rest, name, ...(value === undefined ? {} : { value }) };
}
