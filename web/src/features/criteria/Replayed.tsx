// What a proposal would have changed in what was decided over the last days.
import { useState } from "react";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Picture } from "@/components/Picture";
import { RecordLink } from "@/components/RecordLink";
import { Time } from "@/components/Time";
import { useCriteria } from "@/lib/records";
import { useKeys } from "@/lib/keys";
import { number, t, useLang } from "@/lib/text";
import { named } from "./TableEditor";
import { replay, type Body, type Judging, type Kind, type Replay } from "./tables";

const groups = ["incidents_lost", "incidents_gained", "incidents_reclassed", "differing"] as const;
const bar = { height: 26, label: 236, count: 60, width: 720 };

/** "incident/minor/4", "not_incident", "off_criteria/3" or "undecided" in words. */
function verdict(kind: Kind, body: Body, id: string): string {
  const [name = "", ...more] = id.split("/");
  if (name === "not_incident") return t(kind === "vulnerability" ? "console.criteria.nothing.vulnerability" : "console.criteria.nothing.incident");
  const says = name === "off_criteria" ? t("console.criteria.off") : name === "undecided" ? t("console.criteria.undecided") : named(body, "class", more[0] ?? "");
  const priority = name === "off_criteria" ? more[0] : more[1];
  return priority ? `${says} P${priority}` : says;
}

function Shifts({ kind, body, shifts }: { kind: Kind; body: Body; shifts: Replay["shifts"] }) {
  const most = Math.max(1, ...shifts.map((shift) => shift.count));
  const says = (shift: Replay["shifts"][number]) => `${verdict(kind, body, shift.before)} → ${verdict(kind, body, shift.after)}`;
  return (
    <Picture plain title={t("console.criteria.replay.shifts")} name="replay" sheet={{ columns: [t("console.criteria.replay.before"), t("console.criteria.replay.after"), t("console.criteria.replay.count")], rows: shifts.map((shift) => [verdict(kind, body, shift.before), verdict(kind, body, shift.after), shift.count]) }}>
      <svg className="drawing shifts" viewBox={`0 0 ${bar.width} ${shifts.length * bar.height}`} role="img" aria-label={shifts.map((shift) => `${says(shift)}: ${number(shift.count)}`).join("; ")}>
        {shifts.map((shift, i) => (
          <g key={i}>
            <text className="shift-says" x={0} y={i * bar.height + 17}>{says(shift)}</text>
            <rect className="shift-bar" x={bar.label} y={i * bar.height + 5} height={bar.height - 10} width={Math.max(2, (shift.count / most) * (bar.width - bar.label - bar.count))} rx="3" />
            <text className="shift-count" x={bar.label + Math.max(2, (shift.count / most) * (bar.width - bar.label - bar.count)) + 6} y={i * bar.height + 17}>{number(shift.count)}</text>
          </g>
        ))}
      </svg>
    </Picture>
  );
}

function Group({ kind, body, name, got }: { kind: Kind; body: Body; name: (typeof groups)[number]; got: Replay[(typeof groups)[number]] }) {
  return (
    <details open={got.count > 0 && got.count <= 10}>
      <summary><b>{number(got.count)}</b> {t(`console.criteria.replay.${name}`)}</summary>
      <ul className="replayed">
        {got.examples.map((one) => (
          <li key={one.id} className="line wrap">
            <span className="grow"><RecordLink id={one.id} says={one.title} /></span>
            <span className="quiet">{verdict(kind, body, one.before)} {one.before_row && `(${one.before_row})`} → {verdict(kind, body, one.after)} {one.after_row && `(${one.after_row})`}</span>
          </li>
        ))}
        {got.examples.length < got.count && <li className="quiet">{t("console.criteria.replay.more", { n: number(got.count - got.examples.length) })}</li>}
      </ul>
    </details>
  );
}

/** `saved`: what is replayed is the proposal as it was saved. */
export function ReplayPanel({ kind, id, version, body: own, saved, onReplayed }: { kind: Judging; id: string; version: number; body: Body; saved: boolean; onReplayed: () => void }) {
  useLang();
  const criteria = useCriteria();
  const body = kind === "naming" ? ((criteria ?? {}) as Body) : own; // a naming table has no classes of its own
  const [days, setDays] = useState(30);
  const [got, setGot] = useState<Replay | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      setGot(await replay(kind, id, days));
      onReplayed();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  useKeys([{
    keys: "mod+i", says: t("console.criteria.replay"), off: busy || !saved, run: () => {
      document.querySelector<HTMLElement>(".do-replay")?.focus(); // out of the table, to what comes of it
      void run();
    },
  }]);
  // What stays as it was is counted above; the picture shows what does not.
  const shifts = (got?.shifts ?? []).filter((shift) => shift.before !== shift.after).sort((a, b) => b.count - a.count);
  const looked = got && got.alerts + got.incidents + got.vulnerabilities;
  return (
    <section className="panel" aria-label={t("console.criteria.replay")}>
      <header>
        <h2>{t("console.criteria.replay")}</h2>
        <span className="end" />
        <label className="line tight">{t("console.criteria.replay.days")} <input className="input small days" type="number" min={1} max={400} value={days} onChange={(event) => setDays(Math.max(1, Math.min(400, Number(event.target.value) || 1)))} /></label>
        <Button small icon="clock" className="do-replay" hint="⌃I" disabled={busy || !saved} onClick={() => void run()}>{t("console.criteria.replay.do")}</Button>
      </header>
      <div className="inside stack tight">
        {!saved && <p className="quiet">{t("console.criteria.replay.save")}</p>}
        {busy && <Skeleton lines={3} />}
        {error !== null && <Refusal error={error} />}
        {!got && !busy && saved && <p className="quiet">{t("console.criteria.replay.says")}</p>}
        {got && !busy && (
          <>
            {got.proposal_version !== version && <p className="notice warn">{t("console.criteria.replay.old")}</p>}
            <div className="line wrap replay-sum"><b>{t("console.criteria.replay.changed", { n: number(got.changed), of: number(got.changed + got.unchanged) })}</b><span className="quiet">{t("console.criteria.replay.looked", { n: number(looked ?? 0) })} <Time at={got.from} /> – <Time at={got.until} /></span></div>
            {got.cut && <p className="notice warn"><Icon name="warn" />{t("console.criteria.replay.cut")}</p>}
            {shifts.length > 0 && <Shifts kind={kind} body={body} shifts={shifts} />}
            {groups.filter((name) => got[name].count > 0).map((name) => <Group key={name} kind={kind} body={body} name={name} got={got[name]} />)}
            {got.rows.length > 0 && (
              <details>
                <summary>{t("console.criteria.replay.rows")}</summary>
                <table className="plain"><thead><tr><th scope="col">{t("console.criteria.row")}</th><th scope="col">{t("console.criteria.replay.before")}</th><th scope="col">{t("console.criteria.replay.after")}</th></tr></thead>
                  <tbody>{got.rows.map((row) => <tr key={row.row}><th scope="row">{row.row || t("console.criteria.off")}</th><td>{number(row.before)}</td><td>{number(row.after)}</td></tr>)}</tbody></table>
              </details>
            )}
          </>
        )}
      </div>
    </section>
  );
}
