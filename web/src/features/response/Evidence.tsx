import { useRef, useState } from "react";
import { Level, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { refusalText } from "@/components/Empty";
import { TextField } from "@/components/Field";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { stateTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import type { Case } from "./incidents";
import { useCaseAlerts } from "./Timeline";

type Kind = "alert" | "note";

function Add({ of, kind, onClose }: { of: Case; kind: Kind; onClose: () => void }) {
  const [first, setFirst] = useState("");
  const [note, setNote] = useState("");
  const path = { id: of.incident.id };
  return (
    <AskDialog title={t(`console.evidence.add.${kind}`)} says={t("console.save")} onClose={onClose} onSend={async () => {
      if (kind === "alert") of.put(await call("addAlertsToIncident", { path, body: { alerts: first.split(/[\s,、]+/).filter(Boolean) } }));
      else of.put(await call("addIncidentEvidence", { path, body: { reference: first, ...(note ? { note } : {}) } }));
    }}>
      <TextField label={t(`console.evidence.${kind}.what`)} must value={first} onChange={(e) => setFirst(e.target.value)} placeholder={kind === "alert" ? "ALT-2026-0001" : ""} />
      {kind === "note" && <TextField label={t("console.evidence.note.text")} value={note} onChange={(e) => setNote(e.target.value)} />}
    </AskDialog>
  );
}

/** The alerts that belong to it, and where evidence lies. */
export function Evidence({ of }: { of: Case }) {
  useLang();
  const may = useMay();
  const type = useType("alert");
  const alerts = useCaseAlerts(of);
  const [adding, setAdding] = useState<Kind | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const can = of.open && may("incident.update");
  const noted = (of.incident.body.evidence ?? []) as { reference: string; note?: string }[];
  const attach = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      of.put(await call("attachToIncident", { path: { id: of.incident.id }, query: { name: chosen.name }, body: chosen }));
      say({ tone: "good", text: t("console.evidence.attached", { name: chosen.name }) });
    } catch (error) {
      say({ tone: "bad", text: t("console.evidence.failed", { name: chosen.name }), detail: refusalText(error) });
    }
  };
  return (
    <div className="stack">
      <section className="panel">
        <header><h2>{t("console.evidence.alerts")}</h2><span className="end" />{can && <Button small icon="plus" onClick={() => setAdding("alert")}>{t("console.evidence.add.alert")}</Button>}</header>
        <div className="inside scroll-x">
          {alerts.length === 0 ? <p className="quiet">{t("console.evidence.alerts.none")}</p> : (
            <table className="plain">
              <thead><tr><th>{t("console.alert.priority")}</th><th>{t("console.alert.level")}</th><th>{t("console.alert.name")}</th><th>{t("console.alert.host")}</th><th>{t("console.alert.first_seen")}</th><th>{t("console.alert.state")}</th></tr></thead>
              <tbody>
                {alerts.map((alert) => (
                  <tr key={alert.id}>
                    <td><Priority value={alert.body.priority} /></td><td><Level level={alert.body.level} /></td>
                    <td><Link to={`/alerts/${alert.id}`}>{alert.body.title}</Link></td><td>{alert.body.host ?? "–"}</td>
                    <td><Time at={alert.body.first_seen} seconds /></td><td><State state={alert.state} says={stateTitle(type, alert.state)} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </section>
      <section className="panel">
        <header>
          <h2>{t("console.evidence.noted")}</h2><span className="end" />
          {can && <Button small icon="plus" onClick={() => setAdding("note")}>{t("console.evidence.add.note")}</Button>}
          {can && <Button small icon="register" onClick={() => file.current?.click()}>{t("console.evidence.attach")}</Button>}
          <input ref={file} type="file" hidden onChange={(e) => { void attach(e.target.files?.[0]); e.target.value = ""; }} />
        </header>
        <div className="inside">
          {noted.length === 0 ? <p className="quiet">{t("console.evidence.noted.none")}</p> : (
            <ul className="rows">{noted.map((one, i) => <li key={i}><div className="grow"><code className="hostile">{one.reference}</code>{one.note && <div className="soft hostile">{one.note}</div>}</div></li>)}</ul>
          )}
        </div>
      </section>
      {adding && <Add of={of} kind={adding} onClose={() => setAdding(null)} />}
    </div>
  );
}
