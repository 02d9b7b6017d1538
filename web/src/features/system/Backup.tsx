import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { person } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { number, t, useLang } from "@/lib/text";
import { bytes } from "./numbers";
import "./system.css";

const old_days = 7;

export default function Backup() {
  useLang();
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const [events, setEvents] = useState(false);
  const all = useQuery({ queryKey: ["backups"], queryFn: () => call("listBackups", {}) });
  useKeys([{ keys: "n", says: t("console.backup.make"), run: () => setMaking(true) }]);
  const latest = all.data?.backups[0];
  const late = latest && Date.now() - new Date(latest.made_at).getTime() > old_days * 86_400_000;
  return (
    <>
      <div className="page-head">
        <h1>{t("console.backup.title")}</h1>
        <span className="grow" />
        <Button look="primary" icon="copy" hint="N" onClick={() => setMaking(true)}>{t("console.backup.make")}</Button>
      </div>
      <div className="page-body narrow">
        {all.isPending ? <Skeleton lines={6} /> : all.isError ? <Refusal error={all.error} again={() => void all.refetch()} /> : (
          <>
            {late && <div className="notice warn"><Icon name="warn" /><span>{t("console.backup.old", { n: old_days })}</span></div>}
            {latest && !latest.sound && <div className="notice bad" role="alert"><Icon name="warn" /><span>{t("console.backup.broken")}</span></div>}
            <section className="panel" aria-labelledby="backups-title">
              <header><h2 id="backups-title">{t("console.backup.made")}</h2><span className="quiet mono cut">{all.data.folder}</span></header>
              {all.data.backups.length === 0 ? <Empty icon="copy" title={t("console.backup.none")} act={<Button onClick={() => setMaking(true)}>{t("console.backup.make")}</Button>}>{t("console.backup.none.says")}</Empty> : (
                <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.backup.made")}>
                  <table className="plain">
                    <thead><tr>{["when", "what", "size", "by", "state"].map((id) => <th key={id}>{t(`console.backup.column.${id}`)}</th>)}</tr></thead>
                    <tbody>
                      {all.data.backups.map((one) => (
                        <tr key={one.name}>
                          <td><Time at={one.made_at} /><div className="quiet mono">{one.name}</div></td>
                          <td>{one.events ? t("console.backup.with_events") : t("console.backup.without_events")}<div className="quiet">{t("console.backup.holds", { records: number(one.records), facts: number(one.facts) })}</div></td>
                          <td>{bytes(one.bytes)}</td>
                          <td>{person(one.by)}</td>
                          <td><span className={`badge ${one.sound ? "good" : "critical"}`} title={one.head_hash}>{one.sound ? t("console.backup.sound") : t("console.backup.unsound")}</span></td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </section>
            <section className="panel" aria-labelledby="elsewhere-title">
              <header><h2 id="elsewhere-title">{t("console.backup.elsewhere")}</h2></header>
              <div className="inside stack">
                <p>{t("console.backup.elsewhere.says")}</p>
                <pre className="once" tabIndex={0} aria-label={t("console.backup.elsewhere")}>{"yagura backup --data DATA --events /mnt/elsewhere/2026-11-23\nyagura restore --data NEW_DATA /mnt/elsewhere/2026-11-23"}</pre>
                <p className="soft">{t("console.backup.secret")}</p>
              </div>
            </section>
          </>
        )}
      </div>
      {making && (
        <AskDialog title={t("console.backup.make")} says={t("console.backup.make.do")} onClose={() => setMaking(false)} onSend={async () => {
          const made = await call("createBackup", { body: { events } });
          say(made.sound ? { tone: "good", text: t("console.backup.done", { name: made.name }) } : { tone: "bad", text: t("console.backup.broken") });
          await client.invalidateQueries({ queryKey: ["backups"] });
        }}>
          <p>{t("console.backup.make.says")}</p>
          <label className="check"><input type="checkbox" checked={events} onChange={(event) => setEvents(event.target.checked)} />{t("console.backup.events")}</label>
        </AskDialog>
      )}
    </>
  );
}
