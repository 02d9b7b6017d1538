import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Empty } from "@/components/Empty";
import { ProseField, TextField } from "@/components/Field";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { Level } from "@/components/Badge";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { fieldTitle, useType, type AlertRecord } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { fieldTime } from "@/lib/time";
import { analysis_times } from "./analysis";
import type { Case, Entry } from "./incidents";
import { Lanes } from "./Lanes";

type Moment = { at: string; what: React.ReactNode; tone: "alert" | "entry" | "mark"; key: string; outside?: boolean };

function Add({ of, onClose }: { of: Case; onClose: () => void }) {
  const now = fieldTime(Date.now());
  const [given, setGiven] = useState({ at: now, what: "", public: false });
  return (
    <AskDialog title={t("console.incident.timeline.add")} says={t("console.save")} onClose={onClose} onSend={async () =>
      of.put(await call("addIncidentTimelineEntry", { path: { id: of.incident.id }, body: { at: new Date(given.at).toISOString(), what: given.what, public: given.public } }))}>
      <TextField label={t("console.incident.timeline.at")} type="datetime-local" must value={given.at} onChange={(e) => setGiven({ ...given, at: e.target.value })} />
      <ProseField label={t("console.incident.timeline.what")} must rows={3} value={given.what} onChange={(e) => setGiven({ ...given, what: e.target.value })} />
      <label className="check"><input type="checkbox" checked={given.public} onChange={(e) => setGiven({ ...given, public: e.target.checked })} />{t("console.incident.timeline.public")}</label>
    </AskDialog>
  );
}

export function useCaseAlerts(of: Case): AlertRecord[] {
  const ids = of.incident.body.alerts ?? [];
  return useQuery({
    queryKey: ["incident", of.incident.id, "alerts", ids.join()],
    enabled: ids.length > 0,
    queryFn: async () => (await call("listAlerts", { query: { incident: of.incident.id, limit: 200 } })).records as AlertRecord[],
  }).data ?? [];
}

/** What machines saw, what people noted and the case's own times, as one thread. */
export function Timeline({ of }: { of: Case }) {
  useLang();
  const may = useMay();
  const type = useType("incident");
  const alerts = useCaseAlerts(of);
  const [adding, setAdding] = useState(false);
  const can = of.open && may("incident.update");
  useKeys([{ keys: "t", says: t("console.incident.timeline.add"), off: !can, run: () => setAdding(true) }]);
  const body = of.incident.body;
  const moments = useMemo<Moment[]>(() => {
    const all: Moment[] = [
      ...alerts.map((alert) => ({ key: alert.id, at: alert.body.first_seen ?? "", tone: "alert" as const, what: <span className="line wrap"><Level level={alert.body.level} /><Link to={`/alerts/${alert.id}`}>{alert.body.title}</Link><span className="quiet">{[alert.body.host, alert.body.user].filter(Boolean).join(" · ")}</span></span> })),
      ...((body.timeline ?? []) as Entry[]).map((entry, i) => ({ key: `e${i}`, at: entry.at, tone: "entry" as const, what: entry.what, outside: !!entry.public })),
      ...[...analysis_times, "received_at" as const, "closed_at" as const].flatMap((field) => {
        const at = body[field];
        return at && !Number.isNaN(Date.parse(at)) ? [{ key: field, at, tone: "mark" as const, what: <b>{fieldTitle(type, field)}</b> }] : [];
      }),
    ];
    return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }, [alerts, body, type]);
  return (
    <div className="stack">
    {alerts.length > 0 && <Lanes alerts={alerts} />}
    <section className="panel">
      <header><h2>{t("console.incident.tab.timeline")}</h2><span className="quiet">{t("console.incident.timeline.says")}</span><span className="end" />{can && <Button small icon="plus" hint="T" onClick={() => setAdding(true)}>{t("console.incident.timeline.add")}</Button>}</header>
      {moments.length === 0 ? <Empty icon="clock" title={t("console.incident.timeline.none")} /> : (
        <ol className="thread inside">
          {moments.map((moment) => (
            <li key={moment.key} className={moment.tone}>
              <span className="thread-at"><Time at={moment.at} seconds /></span>
              <span className="thread-dot" />
              <span className="grow">{moment.what} {moment.outside && <span className="badge outline">{t("console.incident.timeline.public.short")}</span>}</span>
            </li>
          ))}
        </ol>
      )}
      {adding && <Add of={of} onClose={() => setAdding(false)} />}
    </section>
    </div>
  );
}
