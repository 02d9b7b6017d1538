import { useEffect, useState } from "react";
import { useStore } from "@/lib/store";
import { useLang } from "@/lib/text";
import { ago, bothZones, clock, zone } from "@/lib/time";

/** A time in the person's zone, the other on hover; `since`: "5 min ago" with both on hover. */
export function Time({ at, since, seconds = false }: { at: string | undefined; since?: boolean; seconds?: boolean }) {
  useLang();
  const which = useStore(zone);
  const [, tick] = useState(0);
  useEffect(() => {
    if (!since) return;
    const timer = setInterval(() => tick((n) => n + 1), 30_000);
    return () => clearInterval(timer);
  }, [since]);
  if (!at) return <span className="quiet">–</span>;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={at} title={bothZones(date)}>
      {since ? ago(date) : clock(date, which, seconds)}
    </time>
  );
}
