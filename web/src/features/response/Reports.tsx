import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { AskDialog } from "@/components/Dialog";
import { Refusal, Skeleton } from "@/components/Empty";
import { ProseField, TextField } from "@/components/Field";
import { Markdown } from "@/components/Markdown";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { address, call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { useSearch } from "@/lib/place";
import { useMay } from "@/lib/session";
import { lang as spoken, t, useLang } from "@/lib/text";
import { localZone } from "@/lib/time";
import type { Case } from "./incidents";

type Edition = "internal" | "external";
const statement_fields = ["title", "overview", "impact", "cause", "actions", "prevention", "contact"] as const;

function Issue({ of, edition, lang, onClose }: { of: Case; edition: Edition; lang: "ja" | "en"; onClose: () => void }) {
  const [to, setTo] = useState("");
  return (
    <AskDialog title={t("console.report.issue")} says={t("console.report.issue.do")} onClose={onClose} onSend={async () => {
      const made = await call("issueIncidentReport", { path: { id: of.incident.id }, body: { edition, lang, recipients: to.split(/[,、;\n]+/).map((one) => one.trim()).filter(Boolean), zone: localZone } });
      say({ tone: "good", text: t("console.report.issued", { id: made.id }) });
      of.refresh();
    }}>
      <p className="soft">{t("console.report.issue.says", { edition: t(`console.report.${edition}`), language: t(`console.lang.${lang}`) })}</p>
      <TextField label={t("console.report.recipients")} help={t("console.report.recipients.help")} must value={to} onChange={(e) => setTo(e.target.value)} />
    </AskDialog>
  );
}

function Statement({ of, onClose }: { of: Case; onClose: () => void }) {
  const body = of.incident.body as Record<string, unknown>;
  const [given, setGiven] = useState<Record<string, string>>(Object.fromEntries(statement_fields.map((name) => [name, String(body[`public_${name}`] ?? "")])));
  return (
    <AskDialog wide title={t("console.report.statement")} says={t("console.save")} onClose={onClose} onSend={async () => {
      const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim()));
      of.put(await call("writeIncidentStatement", { path: { id: of.incident.id }, body: filled }));
    }}>
      <p className="soft">{t("console.report.statement.says")}</p>
      {statement_fields.map((name) => {
        const props = { label: t(`console.report.statement.${name}`), value: given[name] ?? "", onChange: (e: { target: { value: string } }) => setGiven({ ...given, [name]: e.target.value }) };
        return name === "title" || name === "contact" ? <TextField key={name} {...props} /> : <ProseField key={name} rows={3} {...props} />;
      })}
    </AskDialog>
  );
}

/** Each edition in each language as it would be issued now, and those that were. */
export function Reports({ of }: { of: Case }) {
  useLang();
  const may = useMay();
  const [search, change] = useSearch();
  const [sheet, setSheet] = useState<"issue" | "statement" | null>(null);
  const edition = (search.get("edition") ?? "internal") as Edition;
  const lang = (search.get("report") ?? spoken.get()) as "ja" | "en";
  const id = of.incident.id;
  const preview = useQuery({
    queryKey: ["incident", id, "preview", edition, lang, of.incident.version],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => call("previewIncidentReport", { path: { id }, query: { edition, lang, zone: localZone }, signal }),
  });
  const issue = may("incident_report.issue");
  useKeys([{ keys: "u", says: t("console.report.issue"), off: !issue, run: () => setSheet("issue") }]);
  return (
    <div className="incident-columns">
      <section className="panel">
        <header>
          <Choices label={t("console.report.edition")} at={edition} onChange={(to) => change({ edition: to })} of={[{ id: "internal", says: t("console.report.internal") }, { id: "external", says: t("console.report.external") }]} />
          <Choices label={t("console.report.language")} at={lang} onChange={(to) => change({ report: to })} of={[{ id: "ja", says: t("console.lang.ja") }, { id: "en", says: t("console.lang.en") }]} />
          <span className="end" />
          {edition === "external" && of.open && may("incident.update") && <Button small onClick={() => setSheet("statement")}>{t("console.report.statement.edit")}</Button>}
          {issue && <Button small look="primary" icon="report" hint="U" onClick={() => setSheet("issue")}>{t("console.report.issue")}</Button>}
        </header>
        <div className="inside paper" lang={lang} aria-busy={preview.isFetching}>
          {preview.isError ? <Refusal error={preview.error} again={() => void preview.refetch()} /> : preview.data === undefined ? <Skeleton lines={14} /> : <Markdown text={preview.data} />}
        </div>
      </section>
      <section className="panel">
        <header><h2>{t("console.report.issued.title")}</h2></header>
        <div className="inside">
          {of.reports.length === 0 ? <p className="quiet">{t("console.report.none")}</p> : (
            <ul className="rows">
              {of.reports.map((report) => (
                <li key={report.id}>
                  <div className="grow">
                    <div className="line wrap"><b>{t(`console.report.${report.body.edition ?? "internal"}`)}</b><span>{t(`console.lang.${report.body.language ?? "ja"}`)}</span></div>
                    <div className="line wrap quiet"><span className="mono">{report.id}</span><Time at={report.body.issued_at} /><span>{report.body.recipients?.join(", ")}</span></div>
                  </div>
                  <a className="button small" href={address("readIssuedReport", { id: report.id }, { format: "html" })} target="_blank" rel="noreferrer">{t("console.report.read")}</a>
                </li>
              ))}
            </ul>
          )}
        </div>
      </section>
      {sheet === "issue" && <Issue of={of} edition={edition} lang={lang} onClose={() => setSheet(null)} />}
      {sheet === "statement" && <Statement of={of} onClose={() => setSheet(null)} />}
    </div>
  );
}
