// A file into a register: first what would happen and what is wrong in which row, then all of it or nothing.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Refusal, Skeleton } from "@/components/Empty";
import { ChoiceField, Field } from "@/components/Field";
import { Hostile } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { RecordLink } from "@/components/RecordLink";
import { say } from "@/lib/acts";
import { call, Problem } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import type { RecordType } from "@/lib/records";
import { number, t, titleOf, useLang } from "@/lib/text";
import { isScalar } from "./kinds";

type Report = Schemas["ImportReport"];

async function load(type: string, file: File, key: string, check: boolean): Promise<Report> {
  const query = { name: file.name, ...(check ? { check: true } : {}), ...(key === "*" ? { as_new: true } : key ? { key } : {}) };
  try {
    return await call("importRecords", { path: { type }, query, body: file });
  } catch (error) {
    // What was refused for its rows comes with the report of them.
    const report = error instanceof Problem ? (error.more.report as Report | undefined) : undefined;
    if (report) return report;
    throw error;
  }
}

function Outcome({ report }: { report: Report }) {
  useLang();
  return (
    <div className="stack tight">
      <div className={report.faults ? "notice bad" : "notice good"} role="status">
        <Icon name={report.faults ? "warn" : "check"} />
        <div className="grow">
          {report.faults ? t("console.registers.import.faults", { n: number(report.faults) }) : t("console.registers.import.sound")}{" "}
          {t("console.registers.import.counts", { rows: number(report.rows), created: number(report.created), changed: number(report.changed), unchanged: number(report.unchanged) })}
        </div>
      </div>
      {report.errors.length > 0 && (
        <div className="scroll-x import-report" tabIndex={0} role="region" aria-label={t("console.registers.import.report")}>
          <table className="plain">
            <thead><tr><th scope="col">{t("console.registers.import.row")}</th><th scope="col">{t("console.registers.import.column")}</th><th scope="col">{t("console.registers.import.value")}</th><th scope="col">{t("console.registers.import.why")}</th></tr></thead>
            <tbody>
              {report.errors.map((error, i) => (
                <tr key={i}><td>{number(error.row)}</td><td>{error.column}</td><td><Hostile text={error.value} /></td><td>{titleOf(error.text, error.message)}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {report.errors.length < report.faults && <p className="quiet">{t("console.registers.import.cut", { n: number(report.errors.length), of: number(report.faults) })}</p>}
      {report.faults === 0 && report.records.length > 0 && (
        <details>
          <summary>{t("console.registers.import.records")}</summary>
          <ul className="import-records">
            {report.records.slice(0, 200).map((one) => <li key={one.row} className="line"><span className="quiet">{number(one.row)}</span><span className="badge outline square">{t(`console.registers.import.${one.outcome}`)}</span>{one.id && report.loaded ? <RecordLink id={one.id} /> : <span className="mono">{one.id || "–"}</span>}<span className="quiet cut">{one.changed.join(", ")}</span></li>)}
          </ul>
        </details>
      )}
    </div>
  );
}

export function ImportDialog({ type, onClose }: { type: RecordType; onClose: () => void }) {
  useLang();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState("");
  const [report, setReport] = useState<Report | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async (chosen: File, by: string, check: boolean) => {
    setBusy(true);
    setError(null);
    if (check) setReport(null);
    try {
      const got = await load(type.id, chosen, by, check);
      setReport(got);
      if (got.loaded) {
        void client.invalidateQueries({ queryKey: ["register", type.id] });
        say({ tone: "good", text: t("console.registers.import.loaded", { created: number(got.created), changed: number(got.changed) }) });
        onClose();
      }
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog wide title={t("console.registers.import.title", { type: titleOf(type.title) })} onClose={onClose} foot={<>
      <Button onClick={onClose}>{t("console.cancel")}</Button>
      <Button look="primary" disabled={busy || !file || !report || report.faults > 0 || report.created + report.changed === 0} onClick={() => file && void run(file, key, false)}>{t("console.registers.import.do")}</Button>
    </>}>
      <p className="soft">{t("console.registers.import.says")}</p>
      <Field label={t("console.registers.import.file")} help={t("console.registers.import.file.help")}>
        {(control) => <input className="input" type="file" accept=".csv,.json,.xlsx" {...control} onChange={(event) => {
          const chosen = event.target.files?.[0] ?? null;
          setFile(chosen);
          setReport(null);
          if (chosen) void run(chosen, key, true);
        }} />}
      </Field>
      <ChoiceField label={t("console.registers.import.key")} value={key} onChange={(event) => { setKey(event.target.value); if (file) void run(file, event.target.value, true); }}>
        <option value="">{t("console.registers.import.key.id")}</option>
        {type.fields.filter((field) => isScalar(field) && field.type === "text").map((field) => <option key={field.name} value={field.name}>{t("console.registers.import.key.field", { field: titleOf(field.title, field.name) })}</option>)}
        <option value="*">{t("console.registers.import.key.new")}</option>
      </ChoiceField>
      {busy && <Skeleton lines={3} />}
      {error !== null && <Refusal error={error} />}
      {report && <Outcome report={report} />}
    </Dialog>
  );
}
