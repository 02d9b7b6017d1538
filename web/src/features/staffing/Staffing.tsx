// Trying a staffing before hiring: sliders for people and for what arrives, and what comes of it.
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Refusal, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { useKeys } from "@/lib/keys";
import { number, t, titleOf, useLang } from "@/lib/text";
import { span } from "@/lib/time";
import { Curve, percent } from "./Curve";
import { askVariants, modes, peopleOf, seats_max, teamName, useChosen, useSimulation, useTable, workName, type Chosen, type Mode, type Outcome, type Point, type Table, type Wanted, type Work } from "./staffing";
import "./staffing.css";

const settle_ms = 500;
const rate_steps = 100;

/** The value once it stopped changing for a moment. */
function useSettled<T>(value: T): T {
  const [kept, keep] = useState(value);
  const text = JSON.stringify(value);
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    const timer = setTimeout(() => keep(latest.current), settle_ms);
    return () => clearTimeout(timer);
  }, [text]);
  return kept;
}

function Teams({ table, chosen, onChange }: { table: Table; chosen: Chosen; onChange: (teams: Wanted[]) => void }) {
  const names = table.levels[0]!.teams;
  const put = (at: number, team: Wanted) => onChange(chosen.teams.map((had, i) => (i === at ? team : had)));
  return (
    <ul className="team-sliders">
      {chosen.teams.map((team, i) => {
        const name = teamName(names.find((one) => one.team_ja === team.team_ja) ?? { team_ja: team.team_ja, team_en: team.team_ja });
        const seated = team.mode === "day" || team.mode === "always";
        const helpers = chosen.teams.filter((one) => one !== team && (one.mode === "day" || one.mode === "always"));
        const turn = (mode: Mode) => put(i, { team_ja: team.team_ja, mode, ...(mode === "day" || mode === "always" ? { seats: team.seats || 1 } : {}), ...(mode === "shared" && (team.by_ja ?? helpers[0]?.team_ja) ? { by_ja: team.by_ja ?? helpers[0]!.team_ja } : {}) });
        return (
          <li key={team.team_ja}>
            <span className="team-name">{name}</span>
            <select className="input small" aria-label={t("console.staffing.mode.of", { team: name })} value={team.mode} onChange={(event) => turn(event.target.value as Mode)}>
              {modes.map((mode) => <option key={mode} value={mode} disabled={mode === "shared" && helpers.length === 0}>{t(`console.staffing.mode.${mode}`)}</option>)}
            </select>
            <input type="range" min={1} max={seats_max} step={1} disabled={!seated} aria-label={t("console.staffing.seats.of", { team: name })} value={seated ? (team.seats ?? 1) : 1} onChange={(event) => put(i, { ...team, seats: Number(event.target.value) })} />
            <output>{seated ? t("console.staffing.people", { n: peopleOf(team) }) : "–"}</output>
          </li>
        );
      })}
    </ul>
  );
}

function Demand({ work, chosen, onRates, onMinutes }: { work: Work[]; chosen: Chosen; onRates: (rates: Record<string, number>) => void; onMinutes: (minutes: Record<string, number>) => void }) {
  const turn = (had: Record<string, number>, one: string, value: number, before: number) => {
    const { [one]: _, ...rest } = had;
    return value === before ? rest : { ...rest, [one]: value };
  };
  return (
    <ul className="team-sliders work">
      {work.map((one) => {
        const rate = chosen.rates[one.id] ?? one.per_day;
        const most = Math.max(1, one.per_day * 4);
        const minutes = chosen.minutes[one.id] ?? one.minutes;
        const name = workName(one);
        return (
          <li key={one.id}>
            <span className="team-name">{name}</span>
            <input type="range" min={0} max={most} step={most / rate_steps} aria-label={t("console.staffing.per_day.of", { work: name })} value={rate} onChange={(event) => onRates(turn(chosen.rates, one.id, Math.round(Number(event.target.value) * 100) / 100, one.per_day))} />
            <output>{t("console.staffing.per_day", { n: number(Math.round(rate * 100) / 100) })}</output>
            <label className="line tight"><input className="input small minutes" type="number" min={1} max={10_000} step={1} aria-label={t("console.staffing.minutes.of", { work: name })} value={Math.round(minutes)} onChange={(event) => onMinutes(turn(chosen.minutes, one.id, Math.max(1, Number(event.target.value) || 1), Math.round(one.minutes)))} />{t("console.staffing.minutes")}</label>
            <span className="quiet from">{t(`console.staffing.of.${one.per_day_of}`)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Results({ outcome, work }: { outcome: Outcome; work: Work[] }) {
  const near = (one: { mean: number; half_width: number }, says: (n: number) => string) => <span title={`± ${says(one.half_width)}`}>{says(one.mean)}</span>;
  return (
    <>
      <section className="panel" aria-label={t("console.staffing.by_work")}>
        <header><h2>{t("console.staffing.by_work")}</h2></header>
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.staffing.by_work")}>
          <table className="plain">
            <thead><tr>{["work", "missed", "wait", "wait_p90", "left"].map((name) => <th key={name} scope="col">{t(`console.staffing.column.${name}`)}</th>)}</tr></thead>
            <tbody>
              {outcome.simulation.work.map((one) => {
                const about = work.find((each) => each.id === one.id);
                return (
                  <tr key={one.id} className={one.done_by_nobody || one.missed_share.mean > 0.2 ? "late" : ""}>
                    <th scope="row">{about ? workName(about) : one.id} {one.done_by_nobody && <span className="badge critical">{t("console.staffing.nobody")}</span>}</th>
                    <td>{about?.within_minutes ? near(one.missed_share, percent) : <span className="quiet">–</span>}</td>
                    <td>{one.done_by_nobody ? "–" : near(one.wait_median_minutes, (n) => span(n * 60))}</td>
                    <td>{one.done_by_nobody ? "–" : near(one.wait_p90_minutes, (n) => span(n * 60))}</td>
                    <td>{near(one.left_over, (n) => number(Math.round(n)))}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </section>
      <section className="panel" aria-label={t("console.staffing.use")}>
        <header><h2>{t("console.staffing.use")}</h2></header>
        <ul className="inside uses">
          {outcome.simulation.teams.filter((team) => team.people > 0).map((team) => (
            <li key={team.team_ja}><span>{teamName(team)}</span><meter min={0} max={1} low={0.7} high={0.9} optimum={0} value={team.utilisation.mean} aria-label={t("console.staffing.use.of", { team: teamName(team) })} /><b>{percent(team.utilisation.mean)}</b></li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Helps({ chosen, work, missed }: { chosen: Chosen; work: Work[]; missed: number }) {
  const [got, setGot] = useState<Outcome["variants"] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const key = JSON.stringify(chosen);
  useEffect(() => setGot(null), [key]);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      setGot((await askVariants(chosen, work, new AbortController().signal)).variants);
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel" aria-label={t("console.staffing.helps")}>
      <header><h2>{t("console.staffing.helps")}</h2><span className="end" /><Button small className="do-variants" disabled={busy} onClick={() => void run()}>{t("console.staffing.helps.do")}</Button></header>
      <div className="inside stack tight">
        {busy && <Skeleton lines={4} />}
        {error !== null && <Refusal error={error} />}
        {!got && !busy && <p className="quiet">{t("console.staffing.helps.says")}</p>}
        {got && (
          <ol className="variants">
            {[...got].sort((a, b) => a.missed_share_after - b.missed_share_after).map((one) => (
              <li key={`${one.team_ja} ${one.change}`} className="line wrap">
                <span className="grow">{t(`console.staffing.change.${one.change}`, { team: teamName(one), n: one.people })}</span>
                <span className={one.missed_share_after < missed - 0.005 ? "better" : "quiet"}>{percent(missed)} → {percent(one.missed_share_after)}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}

export default function Staffing() {
  useLang();
  const table = useTable();
  const [chosen, put] = useChosen(table.data);
  const settled = useSettled(chosen);
  const [partial, setPartial] = useState<Point[]>([]);
  const [before, setBefore] = useState<Point[]>([]);
  const work = table.data?.demand.work;
  const run = useSimulation(settled, work, setPartial);
  // The last whole curve stays as "before" when the next one begins.
  const whole = useRef<{ key: string; points: Point[] } | null>(null);
  const key = JSON.stringify([settled.teams, settled.rates, settled.minutes, settled.catalogue]);
  useEffect(() => {
    if (!run.data || whole.current?.key === key) return;
    setBefore(whole.current?.points ?? []);
    whole.current = { key, points: run.data };
  }, [run.data, key]);
  const points = run.data ?? (run.isFetching ? partial : []);
  const now = points.find((point) => point.load === 1);
  const people = chosen.teams.reduce((sum, team) => sum + peopleOf(team), 0);
  useKeys(["0", "1", "2", "3"].map((level) => ({ keys: level, says: t("console.staffing.level.n", { n: level }), run: () => put({ level: Number(level) }) })));
  if (table.isError) return <div className="page-body" style={{ paddingTop: 20 }}><Refusal error={table.error} again={() => void table.refetch()} /></div>;
  if (!table.data || !work) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  const note = table.data.levels[chosen.level]?.note;
  return (
    <>
      <div className="page-head">
        <h1>{t("console.staffing.title")}</h1>
        <span className="quiet">{t("console.staffing.total", { n: people })}</span>
        <span className="grow" />
        <Choices label={t("console.staffing.levels")} at={chosen.own ? "" : String(chosen.level)} onChange={(id) => put({ level: Number(id) })} of={table.data.levels.map((level, i) => ({ id: String(i), says: t("console.staffing.level.n", { n: i }), count: level.total }))} />
      </div>
      <div className="page-body staffing">
        <div className="stack">
          <section className="panel" aria-label={t("console.staffing.teams")}>
            <header><h2>{t("console.staffing.teams")}</h2>{note && <span className="quiet">{titleOf(note)}</span>}</header>
            <div className="inside"><Teams table={table.data} chosen={chosen} onChange={(teams) => put({ teams })} /></div>
          </section>
          <section className="panel" aria-label={t("console.staffing.demand")}>
            <header><h2>{t("console.staffing.demand")}</h2><span className="end" /><Choices label={t("console.staffing.demand.of")} at={chosen.catalogue ? "catalogue" : "measured"} onChange={(id) => put({ catalogue: id === "catalogue" })} of={["measured", "catalogue"].map((id) => ({ id, says: t(`console.staffing.demand.${id}`) }))} /></header>
            <div className="inside"><Demand work={work} chosen={chosen} onRates={(rates) => put({ rates })} onMinutes={(minutes) => put({ minutes })} /></div>
          </section>
        </div>
        <div className="stack">
          {run.isError && <Refusal error={run.error} again={() => void run.refetch()} />}
          <div className="verdict" aria-live="polite">
            {now ? <><b className={now.outcome.missed_share > 0.2 ? "bad" : now.outcome.missed_share > 0.05 ? "middling" : "fine"}>{percent(now.outcome.missed_share)}</b> <span>{t("console.staffing.verdict")}</span></> : !run.isError && <span className="quiet">{t("console.staffing.counting")}</span>}
          </div>
          {now?.outcome.simulation.cut_short && <p className="notice warn"><Icon name="warn" />{t("console.staffing.cut")}</p>}
          {points.length > 0 && <Curve points={points} before={before} />}
          {now && <Results outcome={now.outcome} work={work} />}
          {now && run.data && <Helps chosen={settled} work={work} missed={now.outcome.missed_share} />}
          <p className="quiet">{t("console.staffing.how")}</p>
        </div>
      </div>
    </>
  );
}
