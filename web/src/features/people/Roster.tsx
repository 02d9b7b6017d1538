// Who sits where in the next two weeks, and what is wrong with it: empty seats, shifts without anybody, people twice.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Picture } from "@/components/Picture";
import { RecordLink } from "@/components/RecordLink";
import { address, call, type Answer } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { go, useSearch } from "@/lib/place";
import { useMay } from "@/lib/session";
import { useStore } from "@/lib/store";
import { lang, number, t, titleOf, useLang } from "@/lib/text";
import { clock, zone } from "@/lib/time";

type Check = Answer<"checkRoster">;
type Bar = { from: number; until: number; says: string; bad: boolean; record: string };
type Line = { name: string; nobody: boolean; bars: Bar[] };

const days_shown = 14;
const day_ms = 86_400_000;
const shifts_max = 1000;
const size = { w: 980, left: 130, head: 26, row: 26 };
const bad_kinds = new Set(["nobody", "absent", "twice", "backwards"]);

function useWeeks() {
  const [search, change] = useSearch();
  const which = useStore(zone);
  const asked = search.get("from");
  const day = /^\d{4}-\d{2}-\d{2}$/.test(asked ?? "") ? asked! : clock(new Date(), which).slice(0, 10);
  const midnight = new Date(which === "utc" ? `${day}T00:00:00Z` : `${day}T00:00:00`).getTime();
  // Back to Monday of that week.
  const start = midnight - ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) * day_ms;
  const show = (at: number) => change({ from: clock(new Date(at), which).slice(0, 10) });
  return { start, end: start + days_shown * day_ms, earlier: () => show(start - 7 * day_ms), later: () => show(start + 7 * day_ms), today: () => change({ from: undefined }) };
}

function linesOf(shifts: AnyRecord[], check: Check | undefined): Line[] {
  const bad = new Map((check?.findings ?? []).filter((one) => bad_kinds.has(one.kind)).flatMap((one) => one.records.map((id) => [id, titleOf(one.text)] as const)));
  const lines = new Map<string, Line>();
  for (const shift of shifts) {
    const body = shift.body as Record<string, string | boolean | undefined>;
    const person = String(body.person ?? "");
    const key = person || ` ${String(body.team ?? "")}`;
    const line = lines.get(key) ?? { name: person || t("console.people.nobody", { team: String(body.team ?? "") }), nobody: !person, bars: [] };
    const from = new Date(String(body.starts_at)).getTime();
    const until = new Date(String(body.ends_at)).getTime();
    line.bars.push({ from, until, says: `${String(body.team ?? "")}${body.seat ? ` ${String(body.seat)}` : ""}${body.on_call ? ` (${t("console.people.on_call")})` : ""}${bad.has(shift.id) ? ` – ${bad.get(shift.id)}` : ""}`, bad: bad.has(shift.id) || !person, record: shift.id });
    lines.set(key, line);
  }
  for (const gap of check?.findings.filter((one) => one.kind === "gap") ?? []) {
    const key = `!${gap.team}`;
    const line = lines.get(key) ?? { name: t("console.people.empty", { team: gap.team }), nobody: true, bars: [] };
    line.bars.push({ from: new Date(gap.from).getTime(), until: new Date(gap.until).getTime(), says: titleOf(gap.text), bad: true, record: gap.records[0] ?? "" });
    lines.set(key, line);
  }
  return [...lines].sort(([a, x], [b, y]) => Number(y.nobody) - Number(x.nobody) || a.localeCompare(b)).map(([, line]) => line);
}

function Drawing({ lines, start, end }: { lines: Line[]; start: number; end: number }) {
  const which = useStore(zone);
  const height = size.head + lines.length * size.row + 4;
  const x = (at: number) => size.left + ((Math.min(end, Math.max(start, at)) - start) / (end - start)) * (size.w - size.left);
  const says = lines.map((line) => `${line.name}: ${line.bars.map((bar) => `${clock(new Date(bar.from), which, false)} – ${clock(new Date(bar.until), which, false)} ${bar.says}`).join(", ")}`).join("; ");
  return (
    <svg className="drawing roster" viewBox={`0 0 ${size.w} ${height}`} role="img" aria-label={says}>
      {Array.from({ length: days_shown }, (_, i) => {
        const at = start + i * day_ms;
        const day = clock(new Date(at), which).slice(0, 10);
        const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
        return (
          <g key={i}>
            {(weekday === 0 || weekday === 6) && <rect className="weekend" x={x(at)} y={0} width={x(at + day_ms) - x(at)} height={height} />}
            <line className="day-rule" x1={x(at)} x2={x(at)} y1={0} y2={height} />
            <text className="day-text" x={x(at) + 4} y={17}>{new Intl.DateTimeFormat(lang.get(), { day: "numeric", weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`))}</text>
          </g>
        );
      })}
      {lines.map((line, r) => (
        <g key={r}>
          <text className={line.nobody ? "row-name empty-row" : "row-name"} x={4} y={size.head + r * size.row + 17}>{line.name}</text>
          {line.bars.map((bar, i) => <rect key={i} className={bar.bad ? "shift bad" : "shift"} x={x(bar.from)} y={size.head + r * size.row + 4} width={Math.max(2, x(bar.until) - x(bar.from) - 1)} height={size.row - 8} rx="3"><title>{`${line.name}: ${clock(new Date(bar.from), which, false)} – ${clock(new Date(bar.until), which, false)} ${bar.says}`}</title></rect>)}
        </g>
      ))}
    </svg>
  );
}

export function Roster() {
  useLang();
  const which = useStore(zone);
  const may = useMay()("governance.write");
  const { start, end, earlier, later, today } = useWeeks();
  const from = new Date(start).toISOString();
  const until = new Date(end).toISOString();
  const check = useQuery({ queryKey: ["roster", "check", from], placeholderData: keepPreviousData, queryFn: ({ signal }) => call("checkRoster", { query: { from, until }, signal }) });
  const shifts = useQuery({
    queryKey: ["register", "shift", "roster", from], placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await call("listRecords", { path: { type: "shift" }, query: { state: "planned,confirmed,worked", limit: shifts_max, filter: JSON.stringify([{ field: "starts_at", op: "at_most", value: until.replace(".000Z", "Z") }, { field: "ends_at", op: "at_least", value: from.replace(".000Z", "Z") }]) }, signal })).records,
  });
  const lines = useMemo(() => linesOf(shifts.data ?? [], check.data), [shifts.data, check.data]);
  const sheet = { columns: ["person", "from", "until", "what"].map((name) => t(`console.people.column.${name}`)), rows: lines.flatMap((line) => line.bars.map((bar) => [line.name, clock(new Date(bar.from), which, false), clock(new Date(bar.until), which, false), bar.says])) };
  const head = (
    <span className="line tight">
      <Button small icon="left" label={t("console.people.earlier")} onClick={earlier} />
      <span>{clock(new Date(start), which).slice(0, 10)} – {clock(new Date(end - 1), which).slice(5, 10)}</span>
      <Button small icon="right" label={t("console.people.later")} onClick={later} />
      <Button small look="plain" onClick={today}>{t("console.people.this_week")}</Button>
    </span>
  );
  return (
    <div className="stack">
      <div className="line wrap">
        {may && <Button icon="plus" onClick={() => go("/registers/shift/new")}>{t("console.people.shift.new")}</Button>}
        {may && <Button onClick={() => go("/registers/roster")}>{t("console.people.rosters")}</Button>}
        <a className="button" href={address("getRosterCalendar", {}, { lang: lang.get() })} download="roster.ics">{t("console.people.ical")}</a>
      </div>
      {(check.isError || shifts.isError) && <Refusal error={check.error ?? shifts.error} again={() => { void check.refetch(); void shifts.refetch(); }} />}
      <Picture title={t("console.people.roster")} name="roster" sheet={sheet} head={head}>
        {!shifts.data || !check.data ? <Skeleton lines={6} /> : lines.length === 0 ? <Empty icon="calendar" title={t("console.people.roster.none")}>{t("console.people.roster.none.says")}</Empty> : <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.people.roster")}><Drawing lines={lines} start={start} end={end} /></div>}
      </Picture>
      {check.data && (
        <section className="panel" aria-label={t("console.people.findings")}>
          <header><h2>{t("console.people.findings")}</h2><span className="quiet">{number(check.data.findings.length)}</span></header>
          <ul className="inside stack tight">
            {check.data.findings.length + check.data.faults.length === 0 && <li className="quiet">{t("console.people.findings.none")}</li>}
            {check.data.faults.map((fault, i) => <li key={`f${i}`} className="line wrap"><span className="badge critical">{t("console.people.fault")}</span><span className="grow">{titleOf(fault.text)}</span><RecordLink id={fault.record} /></li>)}
            {check.data.findings.slice(0, 100).map((one, i) => <li key={i} className="line wrap"><span className="badge high square">{t(`console.people.finding.${one.kind}`)}</span><span className="grow">{titleOf(one.text)}</span>{one.records.slice(0, 3).map((id) => <RecordLink key={id} id={id} />)}</li>)}
          </ul>
        </section>
      )}
    </div>
  );
}
