import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { levels } from "@/components/Badge";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField, TextField } from "@/components/Field";
import { call } from "@/lib/call";
import { go } from "@/lib/place";
import { ruleDraft } from "@/lib/ruleDraft";
import { t, useLang } from "@/lib/text";
import type { Event } from "./names";

type Source = { product: string; category: string; service: string };
const rules_asked = 1000;

function said(source: Source): string {
  return [source.product, source.category, source.service].filter(Boolean).join(" / ");
}

/** The log source that most of the events look like; a person chooses in the end. */
function guess(rows: Event[]): string {
  const votes = new Map<string, number>();
  for (const row of rows.slice(0, 300)) {
    const channel = (row.channel ?? "").toLowerCase();
    const id = Number(row.event_id ?? 0);
    const process = (channel.includes("sysmon") && id === 1) || (channel === "security" && id === 4688);
    const one = process ? "windows / process_creation" : channel.includes("powershell") ? "windows / ps_script" : channel.includes("sysmon") && id === 22 ? "windows / dns_query" : channel.includes("sysmon") && id === 3 ? "windows / network_connection"
      : channel.includes("sysmon") && id === 11 ? "windows / file_event" : channel === "security" ? "windows / security" : channel === "system" ? "windows / system" : /auditd/.test(`${channel} ${row.format ?? ""}`) ? "linux / auditd" : "";
    if (one) votes.set(one, (votes.get(one) ?? 0) + 1);
  }
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

/** The search as a Sigma rule, opened in the editor; what no rule can say is told here, with its place. */
export function ToRule({ query, rows, from, until, onClose }: { query: string; rows: Event[]; from: string; until: string; onClose: () => void }) {
  useLang();
  const rules = useQuery({ queryKey: ["rules", "sources"], staleTime: 300_000, queryFn: ({ signal }) => call("listRules", { query: { limit: rules_asked }, signal }) });
  const sources = useMemo(() => {
    const all = new Map<string, Source>();
    for (const rule of rules.data?.rules ?? []) if (said(rule.logsource)) all.set(said(rule.logsource), rule.logsource);
    return new Map([...all].sort((a, b) => a[0].localeCompare(b[0])));
  }, [rules.data]);
  const [given, setGiven] = useState({ title: "", level: "medium", source: guess(rows) });
  return (
    <AskDialog title={t("console.hunt.rule")} says={t("console.hunt.rule.do")} onClose={onClose} onSend={async () => {
      const [product = "", category = ""] = given.source.split(" / ");
      const source = sources.get(given.source) ?? { product, category, service: "" };
      const made = await call("draftRule", { body: { q: query, title: given.title, level: given.level as "medium", ...Object.fromEntries(Object.entries(source).filter(([, value]) => value)) } });
      ruleDraft.setSamples("");
      ruleDraft.set(made.notes.map((note) => `# ${note.replace(/\s+/g, " ")}\n`).join("") + made.yaml);
      setTimeout(() => go(`/rules/editor?${new URLSearchParams({ from, until })}`), 0);
    }}>
      <p className="soft">{t("console.hunt.rule.says")}</p>
      <div className="field"><span className="label">{t("console.hunt.query")}</span><code className="hostile">{query}</code></div>
      <TextField label={t("console.hunt.save.name")} must maxLength={200} value={given.title} onChange={(event) => setGiven({ ...given, title: event.target.value })} />
      <ChoiceField label={t("console.hunt.rule.source")} must value={given.source} onChange={(event) => setGiven({ ...given, source: event.target.value })}>
        <option value="" />
        {given.source && !sources.has(given.source) && <option value={given.source}>{given.source}</option>}
        {[...sources.keys()].map((one) => <option key={one} value={one}>{one}</option>)}
      </ChoiceField>
      <ChoiceField label={t("console.alert.level")} value={given.level} onChange={(event) => setGiven({ ...given, level: event.target.value })}>
        {levels.map((level) => <option key={level} value={level}>{t(`console.level.${level}`)}</option>)}
      </ChoiceField>
    </AskDialog>
  );
}
