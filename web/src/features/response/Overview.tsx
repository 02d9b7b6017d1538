import { useState, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField, ProseField, TextField } from "@/components/Field";
import { Link } from "@/components/Link";
import { Markdown } from "@/components/Markdown";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { choiceTitle, fieldTitle, namedTitle, useCriteria, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { lang, t, useLang } from "@/lib/text";
import { fieldTime } from "@/lib/time";
import { analysis_prose, analysis_times, type AnalysisField } from "./analysis";
import type { Case } from "./incidents";
import { Measures } from "./Measures";

function isUnknown(value: unknown): boolean {
  return value === "unknown" || value === "不明";
}

/** One field of the analysis; "unknown" is an answer and one press away. */
export function EditAnalysis({ of, field, onClose }: { of: Case; field: AnalysisField; onClose: () => void }) {
  const type = useType("incident");
  const before = of.incident.body[field as "summary"];
  const time = (analysis_times as readonly string[]).includes(field);
  const local = (iso: string) => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? "" : fieldTime(date.getTime());
  };
  const [value, setValue] = useState(before === undefined ? "" : time && !isUnknown(before) ? local(String(before)) : isUnknown(before) ? "" : String(before));
  const send = async (what: string) => {
    const sent = time && what !== "unknown" ? new Date(what).toISOString() : field === "direct_cost" && what !== "unknown" ? Number(what) : what;
    of.put(await call("recordIncidentAnalysis", { path: { id: of.incident.id }, body: { [field]: sent } }));
  };
  const title = fieldTitle(type, field);
  const may_be_unknown = type?.fields.find((f) => f.name === field)?.unknown_allowed;
  return (
    <AskDialog wide={!time && field !== "leak"} title={title} says={t("console.save")} onClose={onClose} onSend={() => send(value)}>
      {field === "leak" ? (
        <ChoiceField label={title} must value={value} onChange={(e) => setValue(e.target.value)}>
          <option value="" />
          {type?.fields.find((f) => f.name === "leak")?.choices?.map((c) => <option key={c.id} value={c.id}>{choiceTitle(type, "leak", c.id)}</option>)}
        </ChoiceField>
      ) : time ? <TextField label={title} type="datetime-local" must value={value} onChange={(e) => setValue(e.target.value)} />
        : field === "direct_cost" ? <TextField label={title} type="number" min={0} must value={value} onChange={(e) => setValue(e.target.value)} />
        : field === "title" ? <TextField label={title} must value={value} onChange={(e) => setValue(e.target.value)} />
        : <ProseField label={title} help={t("console.markdown.help")} rows={10} must value={value} onChange={(e) => setValue(e.target.value)} />}
      {may_be_unknown && <Button small onClick={() => void send("unknown").then(onClose)}>{t("console.incident.unknown.record")}</Button>}
    </AskDialog>
  );
}

function Prose({ of, field, onEdit }: { of: Case; field: AnalysisField; onEdit: ((field: AnalysisField) => void) | undefined }) {
  const type = useType("incident");
  const value = of.incident.body[field as "summary"] as unknown;
  return (
    <section className="analysis">
      <div className="line"><h3>{fieldTitle(type, field)}</h3><span className="end" />{onEdit && <Button small look="plain" onClick={() => onEdit(field)} aria-label={`${t(value === undefined ? "console.write" : "console.edit")}: ${fieldTitle(type, field)}`}>{t(value === undefined ? "console.write" : "console.edit")}</Button>}</div>
      {value === undefined ? <p className="quiet">{t("console.incident.unwritten")}</p>
        : isUnknown(value) ? <span className="badge medium">{t("console.incident.unknown")}</span>
        : field === "leak" ? <p>{choiceTitle(type, "leak", String(value))}</p> : <Markdown text={String(value)} />}
    </section>
  );
}

/** What happened, how it was judged, what it did and what is done against it. */
export function Overview({ of, history }: { of: Case; history: ReactNode }) {
  useLang();
  const may = useMay();
  const type = useType("incident");
  const [editing, setEditing] = useState<AnalysisField | null>(null);
  const body = of.incident.body;
  const criteria = useCriteria(body.criteria);
  const row = criteria?.rows.find((one) => one.id === body.criteria_row);
  const edit = of.open && may("incident.update") ? setEditing : undefined;
  return (
    <div className="incident-columns">
      <div className="stack">
        <section className="panel">
          <header><h2>{t("console.incident.analysis")}</h2></header>
          <div className="inside stack">{analysis_prose.map((field) => <Prose key={field} of={of} field={field} onEdit={edit} />)}</div>
        </section>
        <Measures of={of} />
      </div>
      <div className="stack">
        <section className="panel">
          <header><h2>{t("console.incident.judgement")}</h2></header>
          <div className="inside stack">
            {body.off_criteria && <span className="badge medium">{t("console.incident.off_criteria")}</span>}
            <dl className="facts">
              <dt>{t("console.incident.class")}</dt><dd>{namedTitle(criteria?.classes, body.class) || "–"}</dd>
              <dt>{t("console.alert.attack_type")}</dt><dd>{namedTitle(criteria?.attack_types, body.attack_type) || "–"}</dd>
              <dt>{t("console.alert.progress")}</dt><dd>{namedTitle(criteria?.progress, body.progress) || "–"}</dd>
              <dt>{t("console.alert.importance")}</dt><dd>{namedTitle(criteria?.importance, body.importance) || "–"}</dd>
              {row && <><dt>{t("console.alert.axis.row_id")}</dt><dd><span className="badge accent square">{row.id}</span> <span className="soft">{lang.get() === "ja" ? row.reason_ja : row.reason_en}</span></dd></>}
              {body.judgement_reason && <><dt>{t("console.incident.reason")}</dt><dd><Markdown text={body.judgement_reason} /></dd></>}
            </dl>
          </div>
        </section>
        <section className="panel">
          <header><h2>{t("console.incident.times")}</h2></header>
          <div className="inside">
            <dl className="facts">
              <dt>{t("console.incident.received")}</dt><dd><Time at={body.received_at} /></dd>
              {analysis_times.map((field) => (
                <div key={field} style={{ display: "contents" }}>
                  <dt>{fieldTitle(type, field)}</dt>
                  <dd className="line">{isUnknown(body[field]) ? <span className="badge medium">{t("console.incident.unknown")}</span> : <Time at={body[field]} />}
                    {edit && <Button small look="plain" aria-label={`${t(body[field] ? "console.edit" : "console.write")}: ${fieldTitle(type, field)}`} onClick={() => edit(field)}>{t(body[field] ? "console.edit" : "console.write")}</Button>}</dd>
                </div>
              ))}
            </dl>
          </div>
        </section>
        <section className="panel">
          <header><h2>{t("console.incident.involved")}</h2></header>
          <div className="inside">
            <dl className="facts">
              <dt>{t("console.incident.origin")}</dt><dd>{choiceTitle(type, "origin", body.origin)}</dd>
              <dt>{t("console.incident.hosts")}</dt><dd className="line wrap tight">{(body.hosts ?? []).map((host) => <Link key={host} className="badge outline" to={`/queue?view=all&host=${encodeURIComponent(host)}`}>{host}</Link>)}</dd>
              <dt>{t("console.incident.users")}</dt><dd className="line wrap tight">{(body.users ?? []).length ? (body.users ?? []).map((user) => <Link key={user} className="badge outline" to={`/queue?view=all&user=${encodeURIComponent(user)}`}>{user}</Link>) : "–"}</dd>
              {body.reporter && <><dt>{t("console.incident.reporter")}</dt><dd>{body.reporter} {body.reporter_contact}</dd></>}
            </dl>
          </div>
        </section>
        {history}
      </div>
      {editing && <EditAnalysis of={of} field={editing} onClose={() => setEditing(null)} />}
    </div>
  );
}
