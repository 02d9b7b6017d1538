import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { Picture } from "@/components/Picture";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { go, useSearch } from "@/lib/place";
import { number, t, useLang } from "@/lib/text";
import { nameOf, tactics } from "./rules";
import "./rules.css";

type Technique = Schemas["AttackTechnique"];
const states = ["tested", "untested", "no_source"] as const;
const spans = [7, 30, 90, 365, 3650] as const; // days before the newest event
const cell = { width: 124, height: 42, gap: 4 };
const head = 40;

/** As much of a name as a cell is wide: a letter of Japanese takes the room of two. */
function cut(name: string): string {
  let room = 15;
  let out = "";
  for (const letter of name) {
    room -= letter > "\u2e80" ? 2 : 1;
    if (room < 0) return `${out.trimEnd()}…`;
    out += letter;
  }
  return out;
}

const told = (technique: Technique) => t("console.attack.cell", { id: [technique.id, nameOf(technique.id)].filter(Boolean).join(" "), state: t(`console.attack.state.${technique.state}`), rules: technique.rules });

function columnsOf(techniques: Technique[], only: string): { tactic: string; cells: Technique[] }[] {
  return tactics.map((tactic) => {
    const here = techniques.filter((one) => one.tactics.includes(tactic) && (!only || one.state === only));
    return { tactic, cells: here.sort((a, b) => a.id.localeCompare(b.id)) };
  }).filter((column) => column.cells.length > 0);
}

function Matrix({ columns }: { columns: ReturnType<typeof columnsOf> }) {
  const rows = Math.max(1, ...columns.map((column) => column.cells.length));
  const width = columns.length * (cell.width + cell.gap);
  const height = head + rows * (cell.height + cell.gap);
  return (
    <div className="scroll-x attack-scroll" tabIndex={0} role="group" aria-label={t("console.attack.title")}>
      <svg className="drawing attack" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t("console.attack.title")}>
        {columns.map((column, x) => (
          <g key={column.tactic} transform={`translate(${x * (cell.width + cell.gap)} 0)`}>
            <text className="attack-tactic" x={0} y={14}>{t(`console.attack.tactic.${column.tactic}`)}</text>
            <text className="attack-count" x={0} y={30}>{t("console.attack.techniques", { n: column.cells.length })}</text>
            {column.cells.map((technique, y) => {
              const to = `/rules?technique=${technique.id}`;
              return (
                <a key={technique.id} href={to} onClick={(event) => { if (event.metaKey || event.ctrlKey) return; event.preventDefault(); go(to); }}
                  aria-label={told(technique)}>
                  <rect className={`attack-cell ${technique.state}`} y={head + y * (cell.height + cell.gap)} width={cell.width} height={cell.height} rx={4}>
                    <title>{told(technique)}</title>
                  </rect>
                </a>
              );
            })}
            <g className="attack-words" aria-hidden="true">
              {column.cells.map((technique, y) => (
                <g key={technique.id} transform={`translate(0 ${head + y * (cell.height + cell.gap)})`}>
                  <text className={`attack-id ${technique.state}`} x={8} y={17}>{technique.id}</text>
                  <text className={`attack-name ${technique.state}`} x={8} y={33}>{cut(nameOf(technique.id))}</text>
                  <text className={`attack-sign ${technique.state}`} x={cell.width - 8} y={17} textAnchor="end">{technique.state === "tested" ? "✓" : technique.state === "untested" ? "○" : "–"} {technique.rules}</text>
                </g>
              ))}
            </g>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** Which of the attackers' techniques the rules see: tested, untested, or blind for want of logs. */
export default function Coverage() {
  useLang();
  const [search, change] = useSearch();
  const only = search.get("state") ?? "";
  const days = spans.find((one) => String(one) === search.get("days")) ?? spans[1];
  const found = useQuery({ queryKey: ["rules", "coverage", days], staleTime: 300_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => call("getAttackCoverage", { query: { days }, signal }) });
  const all = useMemo(() => found.data?.techniques ?? [], [found.data]);
  const columns = useMemo(() => columnsOf(all, only), [all, only]);
  const loose = useMemo(() => all.filter((one) => !one.tactics.some((name) => (tactics as readonly string[]).includes(name)) && (!only || one.state === only)), [all, only]);
  const sheet = useMemo(() => ({
    columns: [t("console.attack.technique"), t("console.attack.tactics"), t("console.attack.state"), t("console.attack.rules"), ...states.map((state) => t(`console.attack.state.${state}`))],
    rows: all.filter((one) => !only || one.state === only).map((one) => [[one.id, nameOf(one.id)].filter(Boolean).join(" "), one.tactics.map((name) => t(`console.attack.tactic.${name}`)).join(", "), t(`console.attack.state.${one.state}`), one.rules, one.tested, one.untested, one.no_source]),
  }), [all, only]);
  const now = found.data;
  return (
    <>
      <div className="page-head"><h1>{t("console.attack.title")}</h1><span className="quiet">{t("console.attack.says")}</span><span className="grow" />
        <label className="line tight"><span className="quiet">{t("console.attack.days")}</span>
          <select className="input small attack-days" value={days} onChange={(event) => change({ days: event.target.value === String(spans[1]) ? undefined : event.target.value })}>
            {spans.map((one) => <option key={one} value={one}>{t(one === spans[4] ? "console.attack.days.all" : "console.attack.days.n", { n: one })}</option>)}
          </select>
        </label>
      </div>
      <div className="page-body">
        {found.isPending ? <Skeleton lines={14} /> : found.isError || !now ? <Refusal error={found.error} again={() => void found.refetch()} />
          : all.length === 0 ? <Empty icon="rules" title={t("console.attack.none")}>{t("console.attack.none.says")}</Empty> : (
            <>
              <div className="attack-legend" role="group" aria-label={t("console.attack.state")}>
                {states.map((state) => (
                  <button key={state} type="button" className={`attack-key ${state}`} aria-pressed={only === state} onClick={() => change({ state: only === state ? undefined : state })}>
                    <span className={`swatch ${state}`} aria-hidden="true">{state === "tested" ? "✓" : state === "untested" ? "○" : "–"}</span>
                    <b>{number(all.filter((one) => one.state === state).length)}</b> {t(`console.attack.state.${state}`)}
                  </button>
                ))}
                <span className="quiet">{t("console.attack.rules.of", { tested: number(now.rules_tested), all: number(now.rules) })} · {t("console.attack.seen", { n: number(now.events_seen) })} <Time at={now.seen_since} /> – <Time at={now.seen_until} /></span>
              </div>
              <Picture title={t("console.attack.matrix")} name="attack-coverage" sheet={sheet}><Matrix columns={columns} /></Picture>
              {loose.length > 0 && <p className="quiet">{t("console.attack.loose")}: {loose.map((one) => <Link key={one.id} className="badge outline" to={`/rules?technique=${one.id}`}>{one.id}</Link>)}</p>}
            </>
          )}
      </div>
    </>
  );
}
