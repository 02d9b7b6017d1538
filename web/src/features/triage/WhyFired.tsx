import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Refusal, Skeleton } from "@/components/Empty";
import { EventDetail } from "@/components/EventDetail";
import { Hostile } from "@/components/Hostile";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import type { AlertRecord } from "@/lib/records";
import { useMay } from "@/lib/session";
import { Explained, useExplanation } from "./Explained";
import { number, t, useLang } from "@/lib/text";

type Evidence = { event: string; finding: string; time: string; channel?: string; fields?: { name: string; value: string }[] };

/** The rule, what it looked for, the values that met it, and the event that holds them. */
export function WhyFired({ alert }: { alert: AlertRecord }) {
  useLang();
  const may = useMay();
  const evidence = (Array.isArray(alert.body.evidence) ? alert.body.evidence : []) as Evidence[];
  const [at, setAt] = useState(0);
  const taken = evidence[Math.min(at, evidence.length - 1)];
  const own = alert.body.rule === "yagura.break_glass"; // raised by the house itself: no rule, no event
  const rule = useQuery({ queryKey: ["rule", alert.body.rule], enabled: !!alert.body.rule && !own, staleTime: 300_000, retry: false, queryFn: () => call("getRule", { path: { id: alert.body.rule! } }) });
  const event = useQuery({
    queryKey: ["event", taken?.event], enabled: !!taken?.event && may("event.read"), staleTime: Infinity,
    queryFn: ({ signal }) => call("getEvent", { path: { uid: taken!.event }, signal }),
  });
  const explanation = useExplanation(alert.id, taken?.finding, !!taken?.event && may("event.read"));
  const told = explanation.data && ((explanation.data.selections?.length ?? 0) > 0 || explanation.data.correlation || explanation.data.indicator) ? explanation.data : null;
  useKeys([
    { keys: "n", says: t("console.keys.next_evidence"), off: evidence.length < 2, run: () => setAt((at + 1) % evidence.length) },
    { keys: "p", says: t("console.keys.previous_evidence"), off: evidence.length < 2, run: () => setAt((at - 1 + evidence.length) % evidence.length) },
  ]);
  const matched = taken?.fields ?? [];
  return (
    <>
      <section className="panel" aria-label={t("console.alert.why")}>
        <header><h2>{t("console.alert.why")}</h2><span className="end" />{rule.data && <Link to={`/rules/${encodeURIComponent(rule.data.id)}`}>{t("console.alert.rule.open")}</Link>}</header>
        <div className="inside stack">
          {rule.data && (
            <>
              {rule.data.description && <p className="rule-says">{rule.data.description}</p>}
              {!told && (
                <div className="conditions">
                  <span className="label">{t("console.alert.condition")}</span>
                  {rule.data.conditions.map((condition, i) => <code key={i}>{condition}</code>)}
                </div>
              )}
            </>
          )}
          {own && <p className="rule-says">{t("console.alert.break_glass")}</p>}
          {rule.isError && <p className="quiet">{t("console.alert.rule.gone", { rule: alert.body.rule ?? "" })}</p>}
          {explanation.isLoading ? <Skeleton lines={4} /> : told ? <Explained said={told} /> : matched.length > 0 ? (
            <table className="plain matched">
              <thead><tr><th>{t("console.alert.matched.field")}</th><th>{t("console.alert.matched.value")}</th></tr></thead>
              <tbody>{matched.map((field, i) => <tr key={i}><td><code>{field.name}</code></td><td><mark><Hostile text={field.value} /></mark></td></tr>)}</tbody>
            </table>
          ) : <p className="quiet">{t("console.alert.matched.none")}</p>}
          {rule.data && rule.data.falsepositives.length > 0 && <p className="quiet">{t("console.alert.falsepositives")}: {rule.data.falsepositives.join(" / ")}</p>}
          {rule.data && (
            <div className="line wrap tight">
              {rule.data.tags.map((tag) => <span key={tag} className="badge outline">{tag.replace(/^attack\./, "").replace(/^t(\d)/, "T$1")}</span>)}
            </div>
          )}
        </div>
      </section>
      <section className="panel" aria-label={t("console.alert.event")}>
        <header>
          <h2>{t("console.alert.event")}</h2>
          {taken && <span className="quiet"><Time at={taken.time} seconds />{taken.channel ? ` · ${taken.channel}` : ""}</span>}
          <span className="end" />
          {evidence.length > 1 && (
            <div className="line tight">
              <span className="quiet">{t("console.alert.evidence.of", { at: at + 1, n: evidence.length })}</span>
              <button type="button" className="button small square" aria-label={t("console.keys.previous_evidence")} onClick={() => setAt((at - 1 + evidence.length) % evidence.length)}>‹</button>
              <button type="button" className="button small square" aria-label={t("console.keys.next_evidence")} onClick={() => setAt((at + 1) % evidence.length)}>›</button>
            </div>
          )}
          {!!alert.body.evidence_omitted && <span className="quiet">{t("console.alert.evidence.more", { n: number(alert.body.evidence_omitted) })}</span>}
        </header>
        <div className="inside">
          {event.isPending && event.fetchStatus !== "idle" ? <Skeleton lines={8} />
            : event.isError ? <Refusal error={event.error} again={() => void event.refetch()} />
            : event.data ? <EventDetail event={event.data} marked={matched} />
            : <p className="quiet">{own ? t("console.alert.event.own") : t("console.alert.event.none")}</p>}
        </div>
      </section>
    </>
  );
}
