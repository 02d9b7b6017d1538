import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Level, person, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { Hostile } from "@/components/Hostile";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { call, Problem } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go } from "@/lib/place";
import { stateTitle, useType, type AlertRecord } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { span } from "@/lib/time";
import { nameOf, sourceOf, techniqueOf, type Rule } from "./rules";
import { Source } from "./Source";
import { Standing } from "./Standing";
import { MoveDialog, type OwnRule } from "./PutInForce";
import { OutOfForce, ShippedDialog, useWithdrawals } from "./ShippedOut";
import "./rules.css";

const alerts_shown = 8;

function Tags({ rule }: { rule: Rule }) {
  return (
    <div className="line wrap tight">
      {rule.tags.map((tag) => {
        const technique = techniqueOf(tag);
        return technique ? <Link key={tag} className="badge outline" to={`/rules?technique=${technique}`}>{[technique, nameOf(technique)].filter(Boolean).join(" ")}</Link> : <span key={tag} className="badge outline">{tag.replace(/^attack\./, "")}</span>;
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

/** Who put a rule of one's own in force, when and why; and how it is taken out again. */
function Own({ id, rule_id, onOut }: { id: string; rule_id: string; onOut: (rule: OwnRule) => void }) {
  useLang();
  const may = useMay();
  const status = useQuery({ queryKey: ["rules", "status"], queryFn: ({ signal }) => call("getRuleSetStatus", { signal }) });
  const replaced = status.data?.set_aside.find((one) => one.rule_id === rule_id);
  const got = useQuery({ queryKey: ["own-rules", "one", id], enabled: may("tooling.read"), retry: false, queryFn: async ({ signal }) => (await call("getOwnRule", { path: { id }, signal })) as OwnRule });
  if (!got.data) return null;
  const rule = got.data;
  return (
    <section className="panel" aria-label={t("console.rules.own.one")}>
      <header><h2>{t("console.rules.own.one")}</h2><span className="end" />{may("tooling.write") && <Button small hint="X" onClick={() => onOut(rule)}>{t("console.rules.withdraw")}</Button>}</header>
      <dl className="facts inside">
        <dt>{t("console.rules.own.by")}</dt><dd>{person(rule.updated_by)} <Time at={rule.updated_at} since /></dd>
        <dt>{t("console.rules.why")}</dt><dd className="rule-description">{rule.body.why}</dd>
        {replaced && <><dt>{t("console.rules.own.replaces")}</dt><dd>{replaced.rule_title}<br /><code className="hostile quiet">{replaced.file}</code></dd></>}
        <dt>{t("console.rules.own.record")}</dt><dd><Link to={`/registers/own_rule/${rule.id}`}>{rule.id}</Link> <span className="quiet">{t("console.rules.own.version", { n: rule.version })}</span></dd>
      </dl>
    </section>
  );
}

export default function RulePage({ params }: PageProps) {
  useLang();
  const id = params.id ?? "";
  const rule = useQuery({ queryKey: ["rule", id], queryFn: ({ signal }) => call("getRule", { path: { id }, signal }), retry: false });
  const client = useQueryClient();
  const may = useMay();
  const [moving, setMoving] = useState<OwnRule | null>(null);
  const own = rule.data?.own ?? "";
  const [out, setOut] = useState(false);
  const gone = rule.error instanceof Problem && rule.error.status === 404;
  const withdrawals = useWithdrawals(id, gone && may("tooling.read"));
  const withdrawn = gone ? withdrawals.data?.find((one) => one.state === "out_of_force") : undefined;
  const edit = () => go(own && may("tooling.read") ? `/rules/editor?own=${own}` : `/rules/editor?of=${encodeURIComponent(id)}&keep=1`);
  const copy = () => go(`/rules/editor?of=${encodeURIComponent(id)}`);
  useKeys([
    { keys: "e", says: t(own ? "console.rules.edit.own" : "console.rules.tune"), off: !rule.data, run: edit },
    { keys: "c", says: t("console.rules.edit"), off: !rule.data, run: copy },
    { keys: "x", says: t("console.rules.withdraw"), off: !rule.data || !may("tooling.write"), run: () => !own ? setOut(true) : void client.fetchQuery({ queryKey: ["own-rules", "one", own], queryFn: async () => (await call("getOwnRule", { path: { id: own } })) as OwnRule }).then(setMoving) },
    { keys: "Escape", says: t("console.keys.back"), off: !!withdrawn, run: () => go("/rules") },
  ]);
  if (withdrawn) return <OutOfForce withdrawal={withdrawn} />;
  if (gone && withdrawals.isLoading) return <div className="rules-pad"><Skeleton lines={10} /></div>;
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
        <Button icon="rules" hint="E" onClick={edit}>{t(own ? "console.rules.edit.own" : "console.rules.tune")}</Button>
        <Button icon="copy" hint="C" onClick={copy}>{t("console.rules.edit")}</Button>
        {!own && may("tooling.write") && <Button hint="X" onClick={() => setOut(true)}>{t("console.rules.withdraw")}</Button>}
      </div>
      <div className="page-body">
        <div className="rule-columns">
          <div className="stack"><Asks rule={rule.data} /><Source id={id} /></div>
          <div className="stack">{own && <Own id={own} rule_id={id} onOut={setMoving} />}{!rule.data.correlation && <Standing id={id} />}<Alerts rule={rule.data} /></div>
        </div>
      </div>
      {out && <ShippedDialog rule={{ id, title: rule.data.title }} onClose={() => setOut(false)} onDone={(made) => go(`/rules/own?state=shipped&at=${made.id}`)} />}
      {moving && <MoveDialog rule={moving} onClose={() => setMoving(null)} onDone={(rule) => go(`/rules/own?at=${rule.id}`)} />}
    </>
  );
}
