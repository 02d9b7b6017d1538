// What happens, as it happens: one stream of the journal's facts for the whole console.
import { useEffect, useRef } from "react";
import { listen } from "./call";
import { Store } from "./store";
import type { AnyRecord } from "./contract";

export type LiveFact = { seq: number; kind: string; subject: string; actor: string; time: string; record?: AnyRecord };
export type LiveState = "off" | "connecting" | "live";
export const liveState = new Store<LiveState>("off");

const again_ms = 3000;
const missers = new Set<() => void>();
const readers = new Set<(fact: LiveFact) => void>();
let stop: AbortController | null = null;
let last: number | undefined;

function take(data: string) {
  const fact = JSON.parse(data) as LiveFact;
  last = fact.seq;
  for (const reader of [...readers]) reader(fact);
}

async function run(signal: AbortSignal) {
  for (let again = false; !signal.aborted; again = true) {
    liveState.set("connecting");
    const from = last;
    const open = () => {
      liveState.set("live");
      // What was missed follows behind the last fact that was seen; without one only asking again tells it.
      if (again && from === undefined) for (const misser of [...missers]) misser();
    };
    try {
      await listen({ after: from }, open, take, signal);
    } catch {
      // Whatever broke it, it is tried again.
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
  last = undefined; // who signs in next begins with what is asked for then
  liveState.set("off");
}

/** Calls `then` when facts went by that nobody will tell any more: what is shown may be old. */
export function whenMissed(then: () => void) {
  missers.add(then);
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
