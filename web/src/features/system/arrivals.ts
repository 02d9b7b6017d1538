// What arrives: read from the events themselves and from the server's counters, by the documented API.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "@/lib/call";

export const hours = 24;
const sources_max = 500;
const slots_max = 10_000;
const poll_ms = 15_000;
const samples_max = 60; // of a counter, one every poll

export type Source = { format: string; host: string; events: number; day: number; dirty: number; last: string; newest: string; slots: number[] };

// A source is who sends what: files and connections come and go, host and format stay.
const sources_sql = `SELECT "format" AS kind, host, count() AS events, countIf(received > now() - INTERVAL ${hours} HOUR) AS day, countIf(notEmpty(dirt)) AS dirty,
 toUnixTimestamp(max(received)) AS last, toUnixTimestamp(max(time)) AS newest FROM events GROUP BY kind, host ORDER BY last DESC, events DESC LIMIT ${sources_max}`;
const slots_sql = `SELECT "format" AS kind, host, dateDiff('hour', toStartOfHour(received), toStartOfHour(now())) AS hours_ago, count() AS events
 FROM events WHERE received > now() - INTERVAL ${hours} HOUR GROUP BY kind, host, hours_ago LIMIT ${slots_max}`;

const moment = (seconds: unknown) => new Date(Number(seconds) * 1000).toISOString();
const text = (value: unknown) => (typeof value === "string" ? value : String(value ?? ""));

export function useSources() {
  return useQuery({
    queryKey: ["sources"],
    refetchInterval: poll_ms,
    queryFn: async ({ signal }): Promise<{ sources: Source[]; cut: boolean }> => {
      const [sources, slots] = await Promise.all([
        call("queryEventsBySql", { body: { sql: sources_sql, limit: sources_max }, signal }),
        call("queryEventsBySql", { body: { sql: slots_sql, limit: slots_max }, signal }),
      ]);
      const bySource = new Map<string, number[]>();
      for (const [format, host, ago, events] of slots.rows) {
        const key = `${text(format)}\n${text(host)}`;
        const list = bySource.get(key) ?? Array.from({ length: hours }, () => 0);
        const at = hours - 1 - Number(ago);
        if (at >= 0 && at < hours) list[at] = Number(events);
        bySource.set(key, list);
      }
      return {
        cut: sources.cut,
        sources: sources.rows.map(([format, host, events, day, dirty, last, newest]) => ({
          format: text(format), host: text(host), events: Number(events), day: Number(day), dirty: Number(dirty), last: moment(last), newest: moment(newest),
          slots: bySource.get(`${text(format)}\n${text(host)}`) ?? Array.from({ length: hours }, () => 0),
        })),
      };
    },
  });
}

export type Counter = { name: string; value: number; samples: number[] };

/** The server's counters, with how they moved since the page was opened. */
export function useCounters(enabled: boolean): Counter[] | undefined {
  const metrics = useQuery({ queryKey: ["metrics"], enabled, refetchInterval: poll_ms, queryFn: () => call("getMetrics", {}) });
  const [samples, setSamples] = useState(new Map<string, number[]>());
  const told = metrics.data;
  const at = metrics.dataUpdatedAt;
  useEffect(() => {
    if (typeof told !== "string") return;
    setSamples((before) => {
      const next = new Map<string, number[]>();
      for (const line of told.split("\n")) {
        const found = /^yagura_(\w+)_total (\d+)$/.exec(line);
        if (found) next.set(found[1]!, [...(before.get(found[1]!) ?? []).slice(1 - samples_max), Number(found[2])]);
      }
      return next;
    });
  }, [told, at]);
  if (typeof told !== "string") return undefined;
  return [...samples].map(([name, all]) => ({ name, value: all[all.length - 1] ?? 0, samples: all })).sort((a, b) => a.name.localeCompare(b.name));
}

/** Does a counter above zero mean that something was lost, refused or broken? */
export function isFailure(name: string): boolean {
  return /dropped|fail|refused|timed_out|malformed|too_late|truncated|too_long|broken|dirty|unusable|forbidden|unauthenticated|cross_site|limit$|replaced|unreadable|bad_|retries/.test(name);
}
