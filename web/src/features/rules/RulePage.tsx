import { useQuery } from "@tanstack/react-query";
import { Level, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { Hostile } from "@/components/Hostile";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go } from "@/lib/place";
import { stateTitle, useType, type AlertRecord } from "@/lib/records";
import { number, t, useLang } from "@/lib/text";
import { span } from "@/lib/time";
import { sourceOf, techniqueOf, type Rule } from "./rules";
import { Source } from "./Source";
import { Standing } from "./Standing";
import "./rules.css";

const alerts_shown = 8;

function Tags({ rule }: { rule: Rule }) {
  return (
    <div className="line wrap tight">
      {rule.tags.map((tag) => {
        const technique = techniqueOf(tag);
        return technique ? <Link key={tag} className="badge outline" to={`/rules?technique=${technique}`}>{technique}</Link> : <span key={tag} className="badge outline">{tag.replace(/^attack\./, "")}</span>;
      })}
      {rule.tags.length === 0 && "–"}
    </div>
  );
}

/** A rule of a correlation by its title; it is known by its id or its name. */
function RuleName({ id }: { id: string }) {
  const rule = useQuery({ queryKey: ["rule", id], queryFn: ({ signal }) => call("getRule", { path: { id }, signal }), retry: false, staleTime: 300_000 });
  return rule.data ? <Link to={`/rules/${encodeURIComponent(id)}`}>{rule.data.title}</Link> : <code className="hostile">{id}</code>;
}

function Asks({ rule }: { rule: Rule }) {
  return (
    <section className="panel">
      <header><h2>{t("console.rules.asks")}</h2></header>
      <div className="inside stack">
        {rule.description && <p className="rule-description">{rule.description}</p>}
        <dl className="facts">
          <dt>{t("console.rules.source")}</dt><dd>{sourceOf(rule) || "–"}</dd>
          <dt>{t("console.rules.condition")}</dt><dd className="stack tight">{rule.conditions.map((one, i) => <code key={i} className="hostile">{one}</code>)}</dd>
          {rule.correlation && (
            <>
              <dt>{t("console.rules.correlation.rules")}</dt>
              <dd className="stack tight">{rule.correlation.rules.map((one) => <RuleName key={one} id={one} />)}</dd>
              <dt>{t("console.rules.correlation.group")}</dt><dd>{rule.correlation.group_by.join(", ") || "–"}</dd>
              <dt>{t("console.rules.correlation.within")}</dt><dd>{span(rule.correlation.timespan_seconds)}</dd>
            </>
          )}
          <dt>{t("console.rules.tags")}</dt><dd><Tags rule={rule} /></dd>
          <dt>{t("console.rules.falsepositives")}</dt><dd>{rule.falsepositives.join(" / ") || "–"}</dd>
          <dt>{t("console.rules.author")}</dt><dd>{rule.author || "–"}</dd>
          <dt>{t("console.rules.date")}</dt><dd>{rule.date || "–"}</dd>
          <dt>{t("console.rules.references")}</dt><dd className="stack tight">{rule.references.length ? rule.references.map((one) => <Hostile key={one} text={one} />) : "–"}</dd>
          <dt>{t("console.rules.file")}</dt><dd><code className="hostile">{rule.file}{rule.line > 0 ? `:${rule.line}` : ""}</code></dd>
        </dl>
      </div>
    </section>
  );
}

function Alerts({ rule }: { rule: Rule }) {
  const type = useType("alert");
  const found = useQuery({
    queryKey: ["alerts", "of rule", rule.id],
    queryFn: async ({ signal }) => {
      const page = await call("listAlerts", { query: { rule: rule.id, limit: alerts_shown, sort: "last_seen", count: true }, signal });
      return { alerts: page.records as AlertRecord[], total: page.total ?? page.records.length };
    },
  });
  return (
    <section className="panel">
      <header><h2>{t("console.rules.alerts")}</h2>{found.data && <span className="quiet">{t("console.queue.count", { n: number(found.data.total) })}</span>}</header>
      <div className="inside">
        {found.isPending ? <Skeleton lines={3} /> : found.isError ? <Refusal error={found.error} again={() => void found.refetch()} />
          : found.data.alerts.length === 0 ? <p className="quiet">{t("console.rules.alerts.none")}</p> : (
            <>
              <ul className="rule-alerts">
                {found.data.alerts.map((alert) => (
                  <li key={alert.id}>
                    <Priority value={alert.body.priority} />
                    <Link className="grow cut" to={`/alerts/${alert.id}`}>{[alert.body.host, alert.body.user].filter(Boolean).join(" · ") || alert.id}</Link>
                    <span className="quiet"><Time at={alert.body.last_seen} since /></span>
                    <State state={alert.state} says={stateTitle(type, alert.state)} />
                  </li>
                ))}
              </ul>
              {found.data.total > alerts_shown && <Link to={`/queue?view=all&rule=${encodeURIComponent(rule.id)}`}>{t("console.alert.similar.all")}</Link>}
            </>
          )}
      </div>
    </section>
  );
}

export default function RulePage({ params }: PageProps) {
  useLang();
  const id = params.id ?? "";
  const rule = useQuery({ queryKey: ["rule", id], queryFn: ({ signal }) => call("getRule", { path: { id }, signal }), retry: false });
  const edit = () => go(`/rules/editor?of=${encodeURIComponent(id)}`);
  useKeys([
    { keys: "e", says: t("console.rules.edit"), off: !rule.data, run: edit },
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/rules") },
  ]);
  if (rule.isError) return <div className="rules-pad"><Refusal error={rule.error} again={() => void rule.refetch()} /></div>;
  if (!rule.data) return <div className="rules-pad"><Skeleton lines={10} /></div>;
  return (
    <>
      <div className="page-head rule-head">
        <Button small look="plain" icon="left" label={t("console.rules.title")} onClick={() => go("/rules")} />
        <div className="grow">
          <div className="line wrap"><Level level={rule.data.level} /><span className="badge outline">{rule.data.status || "–"}</span><span className="quiet mono">{rule.data.id}</span></div>
          <h1>{rule.data.title}</h1>
        </div>
        <Button icon="rules" hint="E" onClick={edit}>{t("console.rules.edit")}</Button>
      </div>
      <div className="page-body">
        <div className="rule-columns">
          <div className="stack"><Asks rule={rule.data} /><Source id={id} /></div>
          <div className="stack">{!rule.data.correlation && <Standing id={id} />}<Alerts rule={rule.data} /></div>
        </div>
      </div>
    </>
  );
}
