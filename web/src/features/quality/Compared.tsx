// Both verdicts side by side: which met which, how far beyond chance, and what is to be corrected.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { actorOf, person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { ProseField, TextField } from "@/components/Field";
import { Link } from "@/components/Link";
import { Picture } from "@/components/Picture";
import { RecordLink } from "@/components/RecordLink";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { choiceTitle, stateTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { percent, two, useVerdicts, type Review } from "./quality";

type Met = { first: string; second: string; count: number };
const cell = { w: 164, h: 44, left: 190, top: 46 };

function Matrix({ review }: { review: Review }) {
  useLang();
  const { title } = useVerdicts(review.body.kind ?? "alerts");
  const met = (review.body.matrix ?? []) as Met[];
  const names = [...new Set(met.flatMap((one) => [one.first, one.second]))].sort();
  const count = (first: string, second: string) => met.find((one) => one.first === first && one.second === second)?.count ?? 0;
  const most = Math.max(1, ...met.map((one) => one.count));
  const sheet = { columns: [t("console.quality.first"), ...names.map((name) => `${t("console.quality.second")}: ${title(name)}`)], rows: names.map((first) => [title(first), ...names.map((second) => count(first, second))]) };
  return (
    <Picture title={t("console.quality.matrix")} name="verdicts" sheet={sheet}>
      <svg className="drawing quality-matrix" viewBox={`0 0 ${cell.left + names.length * cell.w} ${cell.top + names.length * cell.h}`} style={{ maxWidth: cell.left + names.length * cell.w }} role="img" aria-label={met.map((one) => `${title(one.first)} → ${title(one.second)}: ${one.count}`).join("; ")}>
        <text className="scale" x={cell.left - 10} y={20} textAnchor="end">{t("console.quality.first")} ↓</text>
        <text className="scale" x={cell.left} y={14}>{t("console.quality.second")} →</text>
        {names.map((name, i) => <text key={name} className="scale strong" x={cell.left + (i + 0.5) * cell.w} y={cell.top - 10} textAnchor="middle">{title(name)}</text>)}
        {names.map((first, r) => (
          <g key={first}>
            <text className="scale strong" x={cell.left - 10} y={cell.top + (r + 0.5) * cell.h + 4} textAnchor="end">{title(first)}</text>
            {names.map((second, c) => {
              const n = count(first, second);
              return (
                <g key={second}>
                  <rect className={first === second ? "met same" : "met"} x={cell.left + c * cell.w + 2} y={cell.top + r * cell.h + 2} width={cell.w - 4} height={cell.h - 4} rx="5" style={{ fillOpacity: n ? 0.1 + 0.25 * (n / most) : 0.03 }} />
                  <text className="met-count" x={cell.left + (c + 0.5) * cell.w} y={cell.top + (r + 0.5) * cell.h + 5} textAnchor="middle">{n}</text>
                </g>
              );
            })}
          </g>
        ))}
      </svg>
    </Picture>
  );
}

function CorrectDialog({ review, item, onClose }: { review: Review; item: string; onClose: () => void }) {
  useLang();
  const client = useQueryClient();
  const [title, setTitle] = useState("");
  const [due, setDue] = useState(new Date(Date.now() + 14 * 86_400_000).toLocaleDateString("sv"));
  const [owner, setOwner] = useState("");
  const [cause, setCause] = useState("");
  const [measure, setMeasure] = useState("");
  const send = async () => {
    const optional = { ...(item ? { item } : {}), ...(owner.trim() ? { owner: actorOf(owner) } : {}), ...(cause.trim() ? { cause } : {}), ...(measure.trim() ? { measure } : {}) };
    await call("addCorrectiveItem", { path: { id: review.id }, body: { title, due, ...optional } });
    await client.invalidateQueries({ queryKey: ["quality"] });
  };
  return (
    <AskDialog title={t("console.quality.correct")} says={t("console.quality.correct.do")} onClose={onClose} onSend={send}>
      {item && <p className="soft">{t("console.quality.item")}: <span className="mono">{item}</span></p>}
      <TextField label={t("console.quality.column.finding")} must value={title} onChange={(event) => setTitle(event.target.value)} />
      <div className="quality-two">
        <TextField label={t("console.quality.column.due")} must type="date" value={due} onChange={(event) => setDue(event.target.value)} />
        <TextField label={t("console.quality.column.owner")} value={owner} onChange={(event) => setOwner(event.target.value)} />
      </div>
      <ProseField label={t("console.quality.cause")} rows={2} value={cause} onChange={(event) => setCause(event.target.value)} />
      <ProseField label={t("console.quality.measure")} rows={2} value={measure} onChange={(event) => setMeasure(event.target.value)} />
    </AskDialog>
  );
}

function Found({ review }: { review: Review }) {
  useLang();
  const type = useType("quality_finding");
  const filter = JSON.stringify([{ field: "source", op: "contains", value: review.id }]);
  const got = useQuery({ queryKey: ["quality", "findings", review.id], queryFn: async ({ signal }) => (await call("listRecords", { path: { type: "quality_finding" }, query: { filter, limit: 100 }, signal })).records as AnyRecord[] });
  if (!got.data || got.data.length === 0) return <p className="quiet">{t("console.quality.findings.none")}</p>;
  return (
    <ul className="quality-found">
      {got.data.map((one) => <li key={one.id}><State state={one.state} says={stateTitle(type, one.state)} /><Link className="grow" to={`/registers/quality_finding/${one.id}`}>{String(one.body.title)}</Link><span className="quiet">{String(one.body.due ?? "")}</span></li>)}
    </ul>
  );
}

export function Compared({ review }: { review: Review }) {
  useLang();
  const may = useMay()("governance.write");
  const type = useType("quality_review");
  const { title } = useVerdicts(review.body.kind ?? "alerts");
  const [about, setAbout] = useState<string | null>(null);
  const [apart, setApart] = useState(true);
  const both = (review.body.comparison ?? []).map((one) => ({ item: one.item ?? "", first: one.first ?? "", by: one.first_by, second: one.second ?? "", agree: !!one.agree }));
  const shown = apart ? both.filter((one) => !one.agree) : both;
  const note = (item: string) => review.body.verdicts?.find((one) => one.item === item)?.note;
  return (
    <div className="quality-columns">
      <div className="stack">
        <section className="panel" aria-label={t("console.quality.both")}>
          <header><h2>{t("console.quality.both")}</h2><span className="end" /><label className="check"><input type="checkbox" checked={apart} onChange={(event) => setApart(event.target.checked)} />{t("console.quality.apart")}</label></header>
          {shown.length === 0 ? <p className="inside quiet">{t("console.quality.apart.none")}</p> : (
            <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.quality.both")}>
              <table className="plain quality-both">
                <thead><tr>{["item", "first", "by", "second", "note"].map((name) => <th key={name} scope="col">{t(`console.quality.column.${name}`)}</th>)}{may && <th scope="col"><span className="visually-hidden">{t("console.quality.correct")}</span></th>}</tr></thead>
                <tbody>
                  {shown.map((one) => (
                    <tr key={one.item}>
                      <td><RecordLink id={one.item} /></td><td>{title(one.first)}</td><td>{person(one.by)}</td>
                      <td>{title(one.second)}{!one.agree && <span className="badge high quality-apart">{t("console.quality.differs")}</span>}</td><td>{note(one.item) ?? "–"}</td>
                      {may && <td><Button small onClick={() => setAbout(one.item)}>{t("console.quality.correct")}</Button></td>}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
        <Matrix review={review} />
      </div>
      <div className="stack">
        <section className="panel" aria-label={t("console.quality.agreement")}>
          <header><h2>{t("console.quality.agreement")}</h2></header>
          <dl className="facts inside">
            <dt>{t("console.quality.compared")}</dt><dd>{number(review.body.compared ?? 0)}</dd>
            <dt>{t("console.quality.agreement")}</dt><dd><b>{percent(review.body.agreement)}</b></dd>
            <dt>{t("console.quality.kappa")}</dt>
            <dd>{review.body.kappa === undefined ? choiceTitle(type, "kappa_undefined", review.body.kappa_undefined) : <><b>{two(review.body.kappa)}</b> <span className="quiet">{t("console.quality.interval", { low: two(review.body.kappa_low), high: two(review.body.kappa_high) })}</span></>}</dd>
          </dl>
        </section>
        <section className="panel" aria-label={t("console.quality.view.corrective")}>
          <header><h2>{t("console.quality.view.corrective")}</h2><span className="end" />{may && <Button small icon="plus" onClick={() => setAbout("")}>{t("console.quality.correct")}</Button>}</header>
          <div className="inside"><Found review={review} /></div>
        </section>
      </div>
      {about !== null && <CorrectDialog review={review} item={about} onClose={() => setAbout(null)} />}
    </div>
  );
}
