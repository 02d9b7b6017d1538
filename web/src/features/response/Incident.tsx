import { useState } from "react";
import { actorOf, person, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Refusal, refusalText, Skeleton } from "@/components/Empty";
import { ProseField, TextField } from "@/components/Field";
import { History } from "@/components/History";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Menu } from "@/components/Menu";
import { Tabs } from "@/components/Tabs";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go, useSearch } from "@/lib/place";
import { namedTitle, stateTitle, useCriteria, useType } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { Closure } from "./Closure";
import { Evidence } from "./Evidence";
import { Graph } from "./Graph";
import { ended, moves, steps, useIncident, type Case } from "./incidents";
import { Judge } from "./Judge";
import { Overview } from "./Overview";
import { Reports } from "./Reports";
import { Tasks } from "./Tasks";
import { Timeline } from "./Timeline";
import "./response.css";

type Sheet = "reject" | "merge" | "reopen" | "assign" | "judge";

/** How far it has come. */
function Steps({ state }: { state: string }) {
  const type = useType("incident");
  const at = steps.indexOf(state as (typeof steps)[number]);
  if (at < 0) return null;
  return (
    <ol className="steps" aria-label={t("console.incident.steps")}>
      {steps.map((step, i) => (
        <li key={step} className={i < at ? "past" : i === at ? "here" : ""} aria-current={i === at ? "step" : undefined}>
          <span className="mark">{i < at ? <Icon name="check" /> : i + 1}</span>
          <span className="step-name">{stateTitle(type, step)}</span>
        </li>
      ))}
    </ol>
  );
}

function Ask({ sheet, of, onClose }: { sheet: Exclude<Sheet, "judge">; of: Case; onClose: () => void }) {
  const who = useWho();
  const [reason, setReason] = useState("");
  const [into, setInto] = useState("");
  const [user, setUser] = useState(person(of.incident.body.assignee) || who.login);
  const path = { id: of.incident.id };
  const send = async () => {
    if (sheet === "assign") of.put(await call("assignIncident", { path, body: { user: actorOf(user) } }));
    else if (sheet === "merge") of.put(await call("mergeIncident", { path, body: { into: into.trim(), reason } }));
    else of.put(await call(sheet === "reject" ? "rejectIncident" : "reopenIncident", { path, body: { reason } }));
  };
  return (
    <AskDialog danger={sheet === "reject"} title={`${t(`console.incident.act.${sheet}`)} · ${of.incident.id}`} says={t(`console.incident.act.${sheet}`)} onClose={onClose} onSend={send}>
      {sheet === "merge" && <TextField label={t("console.incident.merge.into")} must value={into} onChange={(e) => setInto(e.target.value)} placeholder="INC-2026-0001" pattern="\s*INC-[0-9]{4}-[0-9]+\s*" />}
      {sheet === "assign" ? <TextField label={t("console.incident.assign.who")} must value={user} onChange={(e) => setUser(e.target.value)} />
        : <ProseField label={t("console.incident.reason")} must value={reason} onChange={(e) => setReason(e.target.value)} />}
    </AskDialog>
  );
}

export default function Incident({ params }: PageProps) {
  useLang();
  const id = params.id ?? "";
  const may = useMay();
  const [search, change] = useSearch();
  const { incident, tasks, missing, reports, put, refresh } = useIncident(id);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const type = useType("incident");
  const criteria = useCriteria(incident.data?.body.criteria);
  const tabs = ["overview", "timeline", "graph", "tasks", "evidence", "reports", "closure"] as const;
  const tab = (search.get("tab") ?? "overview") as (typeof tabs)[number];
  const show = (next: string) => change({ tab: next === "overview" ? undefined : next });
  const state = incident.data?.state ?? "";
  const next = moves[state] ?? [];
  const forward = state === "closing" ? undefined : next[0]; // from there on it closes; the rest leads back
  const move = async (step: string) => {
    try {
      put(await call("moveIncident", { path: { id }, body: { move: step as "contain" } }));
    } catch (error) {
      say({ tone: "bad", text: t("console.incident.failed.move"), detail: refusalText(error) });
    }
  };
  useKeys([
    ...tabs.map((name, i) => ({ keys: String(i + 1), says: t(`console.incident.tab.${name}`), run: () => show(name) })),
    { keys: "s", says: forward ? t(`console.incident.move.${forward}`) : "", off: !forward || !may("incident.move"), run: () => void move(forward!) },
    { keys: "m", says: t("console.incident.act.assign"), off: !may("incident.update"), run: () => setSheet("assign") },
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/incidents") },
  ]);
  if (incident.isError && !incident.data) return <div className="page-body" style={{ paddingTop: 20 }}><Refusal error={incident.error} again={() => void incident.refetch()} /></div>;
  if (!incident.data) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  const body = incident.data.body;
  const open = !ended.includes(state);
  const of: Case = { incident: incident.data, tasks: tasks.data ?? [], missing: missing.data ?? [], reports: reports.data ?? [], put, refresh, open };
  const left = of.tasks.filter((task) => task.state === "open" || task.state === "doing").length;
  return (
    <>
      <div className="page-head incident-head">
        <Button small look="plain" icon="left" label={t("console.incidents.title")} onClick={() => go("/incidents")} />
        <div className="grow">
          <div className="line wrap">
            <Priority value={body.priority} />
            {body.class && <span className="badge outline">{namedTitle(criteria?.classes, body.class)}</span>}
            <State state={state} says={stateTitle(type, state)} />
            <span className="quiet mono">{id}</span>
            <span className="quiet">{body.assignee ? t("console.incident.with", { user: person(body.assignee) }) : t("console.incident.nobody")}</span>
          </div>
          <h1>{body.title}</h1>
        </div>
        <div className="line wrap">
          {may("incident.move") && forward && <Button look="primary" icon="right" hint="S" onClick={() => void move(forward)}>{t(`console.incident.move.${forward}`)}</Button>}
          {state === "closing" && <Button look="primary" icon="check" onClick={() => show("closure")}>{t("console.incident.to_closure")}</Button>}
          {!open && state !== "merged" && may("incident.reopen") && <Button icon="up" onClick={() => setSheet("reopen")}>{t("console.incident.act.reopen")}</Button>}
          {body.merged_into && <Link className="button" to={`/incidents/${body.merged_into}`}>{body.merged_into}</Link>}
          <Menu button={(opens) => <Button icon="more" label={t("console.more")} {...opens} />} items={[
            ...next.filter((step) => step !== forward).map((step) => ({ says: t(`console.incident.move.${step}`), icon: "right" as const, off: !may("incident.move"), run: () => void move(step) })),
            { says: t("console.incident.act.assign"), icon: "people", off: !open || !may("incident.update"), run: () => setSheet("assign") },
            { says: t("console.incident.act.judge"), icon: "check", off: !open || !may("incident.judge"), run: () => setSheet("judge") },
            "line",
            { says: t("console.incident.act.merge"), icon: "right", off: !open || !may("incident.merge"), run: () => setSheet("merge") },
            { says: t("console.incident.act.reject"), icon: "dismiss", off: !["new", "investigating"].includes(state) || !may("incident.reject"), run: () => setSheet("reject") },
            { says: t("console.copy.link"), icon: "copy", run: () => void navigator.clipboard?.writeText(`${location.origin}/incidents/${id}`) },
          ]} />
        </div>
      </div>
      <div className="page-body incident">
        <Steps state={state} />
        <Tabs label={t("console.incident.title")} at={tab} onChange={show} tabs={tabs.map((name) => ({
          id: name, says: t(`console.incident.tab.${name}`),
          count: name === "tasks" ? left || undefined : name === "closure" ? (open ? of.missing.length || undefined : undefined) : name === "timeline" ? (body.timeline as unknown[] | undefined)?.length : name === "reports" ? of.reports.length || undefined : undefined,
        }))}>
          <div className="incident-tab">
            {tab === "overview" && <Overview of={of} history={<History type="incident" id={id} version={of.incident.version} />} />}
            {tab === "timeline" && <Timeline of={of} />}
            {tab === "graph" && <Graph of={of} />}
            {tab === "tasks" && <Tasks of={of} />}
            {tab === "evidence" && <Evidence of={of} />}
            {tab === "reports" && <Reports of={of} />}
            {tab === "closure" && <Closure of={of} onGo={show} />}
          </div>
        </Tabs>
      </div>
      {sheet === "judge" ? <Judge of={of} onClose={() => setSheet(null)} /> : sheet && <Ask sheet={sheet} of={of} onClose={() => setSheet(null)} />}
    </>
  );
}
