import { useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { refusalText } from "@/components/Empty";
import { ChoiceField, ProseField } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { Markdown } from "@/components/Markdown";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call, type Fault } from "@/lib/call";
import { choiceTitle, fieldTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { hasText, t, useLang } from "@/lib/text";
import { analysis_prose, analysis_times, type AnalysisField } from "./analysis";
import type { Case } from "./incidents";
import { EditAnalysis } from "./Overview";

const verdicts = ["correct", "partly_correct", "false_alarm"] as const;
const editable: readonly string[] = [...analysis_prose, ...analysis_times];

function Feedback({ of, onClose }: { of: Case; onClose: () => void }) {
  const type = useType("incident");
  const [given, setGiven] = useState({ verdict: "correct" as (typeof verdicts)[number], actions: "", lessons: "", resolved: true });
  return (
    <AskDialog wide title={t("console.closure.feedback")} says={t("console.closure.feedback.send")} onClose={onClose} onSend={async () =>
      of.put(await call("sendIncidentFeedback", { path: { id: of.incident.id }, body: { verdict: given.verdict, actions: given.actions, resolved: given.resolved, ...(given.lessons ? { lessons: given.lessons } : {}) } }))}>
      <p className="soft">{t("console.closure.feedback.says")}</p>
      <ChoiceField label={fieldTitle(type, "feedback_verdict")} value={given.verdict} onChange={(e) => setGiven({ ...given, verdict: e.target.value as typeof given.verdict })}>
        {verdicts.map((v) => <option key={v} value={v}>{choiceTitle(type, "feedback_verdict", v)}</option>)}
      </ChoiceField>
      <ProseField label={fieldTitle(type, "feedback_actions")} must value={given.actions} onChange={(e) => setGiven({ ...given, actions: e.target.value })} />
      <ProseField label={fieldTitle(type, "feedback_lessons")} value={given.lessons} onChange={(e) => setGiven({ ...given, lessons: e.target.value })} />
      <label className="check"><input type="checkbox" checked={given.resolved} onChange={(e) => setGiven({ ...given, resolved: e.target.checked })} />{fieldTitle(type, "feedback_resolved")}</label>
    </AskDialog>
  );
}

/** Where a person goes to mend what is missing. */
function mendOf(fault: Fault): { tab?: string; field?: AnalysisField; feedback?: boolean; step?: boolean } {
  const code = fault.code.split(".").pop() ?? "";
  const field = fault.pointer.slice(1);
  if (code === "analysis_missing" && editable.includes(field)) return { field: field as AnalysisField };
  if (code.startsWith("task")) return { tab: "tasks" };
  if (code.startsWith("report")) return { tab: "reports" };
  if (code === "feedback_not_sent") return { feedback: true };
  if (code === "not_closing") return { step: true };
  return { tab: "overview" };
}

/** Everything that still stands in the way, each with the way to mend it, and the closing itself. */
export function Closure({ of, onGo }: { of: Case; onGo: (tab: string) => void }) {
  useLang();
  const may = useMay();
  const type = useType("incident");
  const [editing, setEditing] = useState<AnalysisField | null>(null);
  const [feedback, setFeedback] = useState(false);
  const body = of.incident.body;
  const close = async () => {
    try {
      of.put(await call("closeIncident", { path: { id: of.incident.id }, body: {} }));
      say({ tone: "good", text: t("console.closure.closed", { id: of.incident.id }) });
    } catch (error) {
      say({ tone: "bad", text: t("console.closure.failed"), detail: refusalText(error) });
    }
  };
  const prepare = async () => {
    try {
      of.put(await call("moveIncident", { path: { id: of.incident.id }, body: { move: "prepare_closing" } }));
    } catch (error) {
      say({ tone: "bad", text: t("console.incident.failed.move"), detail: refusalText(error) });
    }
  };
  const says = (fault: Fault) => {
    const key = `console.closure.missing.${fault.code.split(".").pop()}`;
    const which = /\b(TSK|RPT)-\d{4}-\d+\b|\bM\d+\b/.exec(fault.message)?.[0] ?? "";
    const field = fault.pointer ? fieldTitle(type, fault.pointer.slice(1).split("/")[0] ?? "") : "";
    const edition = /\b(internal|external)\b/.exec(fault.message)?.[0];
    return hasText(key) ? t(key, { which: which || (edition ? t(`console.report.${edition}`) : ""), field }) : fault.message;
  };
  const mend = (fault: Fault) => {
    const way = mendOf(fault);
    if (way.field) setEditing(way.field);
    else if (way.feedback) setFeedback(true);
    else if (way.step) void prepare();
    else if (way.tab) onGo(way.tab);
  };
  if (!of.open)
    return (
      <div className="notice good"><Icon name="check" /><div className="stack tight grow"><b>{t(`console.closure.over.${of.incident.state === "closed" ? "closed" : "other"}`)}</b><Time at={body.closed_at ?? of.incident.state_since} />{body.reason && <Markdown text={body.reason} />}</div></div>
    );
  return (
    <div className="stack">
      <section className="panel">
        <header>
          <h2>{of.missing.length === 0 ? t("console.closure.ready") : t("console.closure.missing", { n: of.missing.length })}</h2>
          <span className="end" />
          {may("incident.update") && <Button small onClick={() => setFeedback(true)}>{t("console.closure.feedback")}</Button>}
          {may("incident.close") && <Button small look="primary" icon="check" disabled={of.missing.length > 0} onClick={() => void close()}>{t("console.closure.do")}</Button>}
        </header>
        {of.missing.length > 0 ? (
          <ul className="rows inside">
            {of.missing.map((fault, i) => (
              <li key={i}>
                <span className="todo"><Icon name="warn" /></span>
                <span className="grow">{says(fault)}</span>
                {may("incident.update") && !fault.code.endsWith("acknowledged") && !fault.code.endsWith("not_recorded") && <Button small onClick={() => mend(fault)}>{t("console.closure.mend")}</Button>}
              </li>
            ))}
          </ul>
        ) : <p className="inside">{t("console.closure.ready.says")}</p>}
      </section>
      {body.feedback_verdict && (
        <section className="panel"><header><h2>{t("console.closure.feedback.sent")}</h2></header><div className="inside stack"><b>{choiceTitle(type, "feedback_verdict", body.feedback_verdict)}</b>{body.feedback_actions && <Markdown text={body.feedback_actions} />}{body.feedback_lessons && <Markdown text={body.feedback_lessons} />}</div></section>
      )}
      {editing && <EditAnalysis of={of} field={editing} onClose={() => setEditing(null)} />}
      {feedback && <Feedback of={of} onClose={() => setFeedback(false)} />}
    </div>
  );
}
