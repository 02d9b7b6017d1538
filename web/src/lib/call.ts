// The one way to the API: every operation of its document, typed, with the session's CSRF token on writes.
import { operations, type Operations } from "./contract";
import { lang } from "./text";

export type Fault = { pointer: string; code: string; message: string };

/** A refusal (RFC 9457), or "network" when nothing answered. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: Fault[] = [],
    readonly hint = "",
    readonly retryAfter = 0,
    /** What else the refusal tells: "conflict" of a record, "report" of an import. */
    readonly more: Record<string, unknown> = {},
    readonly line = 0, // where in a text that was sent, from 1; 0: nowhere
    readonly column = 0,
  ) {
    super(detail);
  }
}

type Name = keyof Operations;
export type Input<K extends Name> = Operations[K]["input"] & { signal?: AbortSignal | undefined; keepalive?: boolean };
export type Answer<K extends Name> = Operations[K]["answer"];

let csrf = "";
let onSignedOut: () => void = () => {};

export function setCsrf(token: string) {
  csrf = token;
}

/** Told when the server no longer knows the session. */
export function whenSignedOut(then: () => void) {
  onSignedOut = then;
}

/** Where an operation lives, filled in. */
export function address(name: Name, path: Record<string, string> = {}, query: Record<string, unknown> = {}): string {
  const filled = operations[name][1].replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(path[key] ?? ""));
  const wanted = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "" && value !== null) wanted.set(key, String(value));
  const text = wanted.toString();
  return text ? `${filled}?${text}` : filled;
}

async function refusal(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("Retry-After") ?? 0);
  try {
    const body = (await response.json()) as Record<string, unknown> & { type?: string; detail?: string; errors?: Fault[]; hint?: string; line?: number; column?: number };
    const code = (body.type ?? "").split(":").pop() ?? "";
    return new Problem(response.status, code, body.detail ?? response.statusText, body.errors, body.hint, wait, body, body.line, body.column);
  } catch {
    return new Problem(response.status, "http", response.statusText, [], "", wait);
  }
}

// What app/theme.first.js asks for before the program is there: the addresses that a page's start asked for last time.
const kept_ahead = "yagura.ahead";
const pages_kept_max = 4;
const ahead_ms_max = 3_000;
const ahead = (globalThis as { yaguraAhead?: Record<string, Promise<Response>> }).yaguraAhead ?? {};
setTimeout(() => Object.keys(ahead).forEach((url) => delete ahead[url]), ahead_ms_max); // later it would be old
let starting: string[] | null = null;

/** Remembers what is asked for from now until the next turn, for the next time that this address is opened. */
export function keepAhead() {
  starting = [];
  const page = location.pathname + location.search;
  setTimeout(() => {
    const asked = starting ?? [];
    starting = null;
    let kept: Record<string, string[]> = {};
    try {
      kept = JSON.parse(localStorage.getItem(kept_ahead) ?? "{}") as typeof kept;
    } catch {
      // written anew
    }
    const others = Object.entries(kept).filter(([name]) => name !== page).slice(1 - pages_kept_max);
    localStorage.setItem(kept_ahead, JSON.stringify({ ...Object.fromEntries(others), [page]: asked }));
  });
}

export function forgetAhead() {
  localStorage.removeItem(kept_ahead);
}

/** The answer that was asked for already, once. */
function asked_ahead(url: string): Promise<Response> | undefined {
  const there = ahead[url];
  delete ahead[url];
  return there;
}

/** Calls an operation. Throws Problem. */
export async function call<K extends Name>(name: K, input: Input<K>): Promise<Answer<K>> {
  const [method] = operations[name];
  const given = input as unknown as { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; signal?: AbortSignal; keepalive?: boolean };
  const headers: Record<string, string> = { Accept: "application/json, text/*;q=0.9", "Accept-Language": lang.get() };
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  let body: BodyInit | undefined;
  if (given.body instanceof Blob) {
    body = given.body;
    headers["Content-Type"] = given.body.type || "application/octet-stream";
  } else if (given.body !== undefined) {
    body = JSON.stringify(given.body);
    headers["Content-Type"] = "application/json";
  }
  const url = address(name, given.path, given.query);
  if (method === "GET") starting?.push(url);
  let response: Response;
  try {
    response = await ((method === "GET" && asked_ahead(url)) || fetch(url, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body }),
      ...(given.signal ? { signal: given.signal } : {}),
      ...(given.keepalive ? { keepalive: true } : {}),
    }));
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "network", "");
  }
  if (!response.ok) {
    const problem = await refusal(response);
    if (problem.status === 401 && name !== "signIn" && name !== "getSession") onSignedOut();
    throw problem;
  }
  if (response.status === 204) return undefined as Answer<K>;
  const type = response.headers.get("Content-Type") ?? "";
  return (type.includes("json") ? await response.json() : await response.text()) as Answer<K>;
}

const quiet_ms_max = 50_000; // the server says every 15 s that it is still there

/** Reads the server-sent stream of facts until it ends, falls silent or is aborted: `open` once it stands, `each` with
    every event's data, whatever its kind is called. Throws Problem. */
export async function listen(query: { after?: number | undefined; kind?: string }, open: () => void, each: (data: string) => void, signal: AbortSignal) {
  const response = await fetch(address("openStream", {}, query), { headers: { Accept: "text/event-stream" }, credentials: "same-origin", signal });
  if (response.status === 401) onSignedOut();
  if (!response.ok || !response.body) throw await refusal(response);
  open();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const silence = setTimeout(() => void reader.cancel(), quiet_ms_max); // a connection that died unnoticed reads for ever
    const { done, value } = await reader.read();
    clearTimeout(silence);
    if (done) return;
    const events = (waiting + value).split("\n\n");
    waiting = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length > 0) each(data.join("\n"));
    }
  }
}
