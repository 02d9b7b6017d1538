import { useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { refusalText } from "@/components/Empty";
import { ChoiceField, ProseField, TextField } from "@/components/Field";
import { Link } from "@/components/Link";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useMay } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import type { Case, Measure } from "./incidents";

function sent(measure: Omit<Measure, "id">) {
  return { kind: measure.kind, what: measure.what, ...(measure.owner ? { owner: measure.owner } : {}), ...(measure.due ? { due: measure.due } : {}), done: !!measure.done, long: !!measure.long };
}

function Edit({ of, measure, onClose }: { of: Case; measure: Measure | null; onClose: () => void }) {
  const [given, setGiven] = useState<Omit<Measure, "id">>(measure ?? { kind: "interim", what: "", owner: "", due: "", done: false, long: false });
  const path = { id: of.incident.id };
  return (
    <AskDialog title={measure ? `${t("console.incident.measure")} ${measure.id}` : t("console.incident.measure.add")} says={t("console.save")} onClose={onClose} onSend={async () =>
      of.put(measure ? await call("changeIncidentMeasure", { path: { ...path, measure: measure.id }, body: sent(given) }) : await call("addIncidentMeasure", { path, body: sent(given) }))}>
      <ProseField label={t("console.incident.measure.what")} must rows={3} value={given.what} onChange={(e) => setGiven({ ...given, what: e.target.value })} />
      <div className="three-up">
        <ChoiceField label={t("console.incident.measure.kind")} value={given.kind} onChange={(e) => setGiven({ ...given, kind: e.target.value as Measure["kind"] })}>
          <option value="interim">{t("console.incident.measure.interim")}</option>
          <option value="lasting">{t("console.incident.measure.lasting")}</option>
        </ChoiceField>
        <TextField label={t("console.incident.measure.owner")} value={given.owner ?? ""} onChange={(e) => setGiven({ ...given, owner: e.target.value })} />
        <TextField label={t("console.incident.measure.due")} type="date" value={given.due ?? ""} onChange={(e) => setGiven({ ...given, due: e.target.value })} />
      </div>
      <label className="check"><input type="checkbox" checked={!!given.long} onChange={(e) => setGiven({ ...given, long: e.target.checked })} />{t("console.incident.measure.long")}</label>
    </AskDialog>
  );
}

export function Measures({ of }: { of: Case }) {
  useLang();
  const may = useMay();
  const [editing, setEditing] = useState<Measure | "new" | null>(null);
  const all = (of.incident.body.measures ?? []) as Measure[];
  const can = of.open && may("incident.update");
  const toggle = async (measure: Measure) => {
    try {
      of.put(await call("changeIncidentMeasure", { path: { id: of.incident.id, measure: measure.id }, body: sent({ ...measure, done: !measure.done }) }));
    } catch (error) {
      say({ tone: "bad", text: t("console.incident.failed.measure"), detail: refusalText(error) });
    }
  };
  const handOver = async () => {
    try {
      of.put(await call("handOverIncidentMeasures", { path: { id: of.incident.id }, body: {} }));
    } catch (error) {
      say({ tone: "bad", text: t("console.incident.failed.measure"), detail: refusalText(error) });
    }
  };
  const waiting = all.some((measure) => measure.long && !measure.handed_at);
  return (
    <section className="panel" aria-label={t("console.incident.measures")}>
      <header>
        <h2>{t("console.incident.measures")}</h2><span className="end" />
        {can && waiting && <Button small icon="right" onClick={() => void handOver()}>{t("console.incident.measure.hand_over")}</Button>}
        {can && <Button small icon="plus" onClick={() => setEditing("new")}>{t("console.incident.measure.add")}</Button>}
      </header>
      <div className="inside">
        {all.length === 0 ? <p className="quiet">{t("console.incident.measures.none")}</p> : (
          <ul className="rows">
            {all.map((measure) => (
              <li key={measure.id}>
                <label className="check"><input type="checkbox" checked={!!measure.done} disabled={!can || !!measure.handed_at} onChange={() => void toggle(measure)} /><span className="visually-hidden">{t("console.incident.measure.done")}: {measure.what}</span></label>
                <div className="grow">
                  <div className={measure.done ? "done" : ""}>{measure.what}</div>
                  <div className="line wrap quiet"><span className="mono">{measure.id}</span><span>{t(`console.incident.measure.${measure.kind}`)}</span>{measure.owner && <span>{measure.owner}</span>}{measure.due && <span>{t("console.incident.measure.until", { date: measure.due })}</span>}
                    {measure.long && <span className="badge outline">{t("console.incident.measure.long.short")}</span>}{measure.handed_to && <Link to={`/registers/long_measure/${measure.handed_to}`}>{measure.handed_to}</Link>}</div>
                </div>
                {can && !measure.handed_at && <Button small look="plain" onClick={() => setEditing(measure)} aria-label={`${t("console.edit")}: ${measure.id}`}>{t("console.edit")}</Button>}
              </li>
            ))}
          </ul>
        )}
      </div>
      {editing && <Edit of={of} measure={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </section>
  );
}
