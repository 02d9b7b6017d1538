import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Choices } from "@/components/Choices";
import { Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { Priority, State } from "@/components/Badge";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { stateTitle, useType, type AlertRecord } from "@/lib/records";
import { t, useLang } from "@/lib/text";

const shown_max = 8;

/** Alerts of the same rule, host or user, and how those ended. */
export function Similar({ alert }: { alert: AlertRecord }) {
  useLang();
  const type = useType("alert");
  const ways = (["rule", "host", "user"] as const).filter((way) => alert.body[way]);
  const [way, setWay] = useState<"rule" | "host" | "user">(ways[0] ?? "rule");
  const by = ways.includes(way) ? way : (ways[0] ?? "rule");
  const value = alert.body[by];
  const found = useQuery({
    queryKey: ["alerts", "similar", by, value],
    enabled: !!value,
    staleTime: 30_000,
    queryFn: async ({ signal }) => (await call("listAlerts", { query: { [by]: value, limit: shown_max + 1, sort: "last_seen" }, signal })).records as AlertRecord[],
  });
  const others = (found.data ?? []).filter((one) => one.id !== alert.id).slice(0, shown_max);
  return (
    <section className="panel" aria-label={t("console.alert.similar")}>
      <header>
        <h2>{t("console.alert.similar")}</h2>
        <span className="end" />
        <Choices label={t("console.alert.similar")} at={by} onChange={(id) => setWay(id as typeof way)} of={ways.map((id) => ({ id, says: t(`console.alert.same.${id}`) }))} />
      </header>
      <div className="inside">
        {found.isPending ? <Skeleton lines={3} /> : others.length === 0 ? <p className="quiet">{t("console.alert.similar.none")}</p> : (
          <ul className="similar">
            {others.map((one) => (
              <li key={one.id}>
                <Priority value={one.body.priority} />
                <Link className="grow cut" to={`/alerts/${one.id}`} title={one.body.title}>{by === "rule" ? [one.body.host, one.body.user].filter(Boolean).join(" · ") || one.id : one.body.title}</Link>
                <span className="quiet"><Time at={one.body.last_seen} since /></span>
                <State state={one.state} says={stateTitle(type, one.state)} />
              </li>
            ))}
          </ul>
        )}
        {others.length === shown_max && value && <Link to={`/queue?view=all&${by}=${encodeURIComponent(value)}`}>{t("console.alert.similar.all")}</Link>}
      </div>
    </section>
  );
}
