// What happens, as it happens: one stream of the journal's facts for the whole console.
import { useEffect, useRef } from "react";
import { listen } from "./call";
import { Store } from "./store";
import type { AnyRecord } from "./contract";

export type LiveFact = { seq: number; kind: string; subject: string; actor: string; time: string; record?: AnyRecord };
export type LiveState = "off" | "connecting" | "live";
export const liveState = new Store<LiveState>("off");

const again_ms = 3000;
const readers = new Set<(fact: LiveFact) => void>();
let stop: AbortController | null = null;
let last: number | undefined;

function take(data: string) {
  const fact = JSON.parse(data) as LiveFact;
  last = fact.seq;
  for (const reader of [...readers]) reader(fact);
}

async function run(signal: AbortSignal) {
  while (!signal.aborted) {
    liveState.set("connecting");
    try {
      await listen({ after: last }, () => liveState.set("live"), take, signal);
    } catch {
      // Whatever broke it, what was missed follows after the stream opens again.
    }
    if (!signal.aborted) {
      liveState.set("connecting");
      await new Promise((done) => setTimeout(done, again_ms));
    }
  }
}

export function startLive() {
  if (stop) return;
  stop = new AbortController();
  void run(stop.signal);
}

export function stopLive() {
  stop?.abort();
  stop = null;
  liveState.set("off");
}

/** Calls `then` for each fact while the component is there. */
export function useLive(then: (fact: LiveFact) => void) {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    const reader = (fact: LiveFact) => latest.current(fact);
    readers.add(reader);
    return () => void readers.delete(reader);
  }, []);
}
