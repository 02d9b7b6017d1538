// What happens, as it happens: one stream of the journal's facts for the whole console.
import { useEffect, useRef } from "react";
import { Store } from "./store";
import type { AnyRecord } from "./contract";

export type LiveFact = { seq: number; kind: string; subject: string; actor: string; time: string; record?: AnyRecord };
export type LiveState = "off" | "connecting" | "live";
export const liveState = new Store<LiveState>("off");

const readers = new Set<(fact: LiveFact) => void>();
let source: EventSource | null = null;
let last = "";

// EventSource hands an event to the listener of its name, so the kinds have to be named.
const kinds = ["created", "updated", "moved", "linked", "unlinked"];
const types = ["alert", "incident", "incident_task", "incident_report", "analysis_report", "incident_criteria", "action_policy"];
const special = ["alert.escalated", "alert.commented", "alert.separated", "incident.reported", "incident.judged",
  "incident.closed", "incident.feedback", "rules.reloaded"];

function take(event: MessageEvent<string>) {
  last = event.lastEventId;
  try {
    const fact = JSON.parse(event.data) as LiveFact;
    for (const reader of [...readers]) reader(fact);
  } catch {
    // A frame that is cut is followed by the same fact after the stream opens again.
  }
}

export function startLive() {
  if (source) return;
  const open = () => {
    liveState.set("connecting");
    source = new EventSource(last ? `/api/v1/stream?after=${last}` : "/api/v1/stream");
    source.onopen = () => liveState.set("live");
    source.onerror = () => {
      liveState.set("connecting");
      if (source?.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(() => liveState.get() !== "off" && !source && open(), 5000);
      }
    };
    for (const kind of [...types.flatMap((type) => kinds.map((k) => `${type}.${k}`)), ...special])
      source.addEventListener(kind, take as EventListener);
  };
  open();
}

export function stopLive() {
  source?.close();
  source = null;
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
