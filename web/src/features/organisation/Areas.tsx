// The four areas, by whom each is covered, the pattern that comes nearest, and what another pattern would move.
import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Picture } from "@/components/Picture";
import { RecordLink } from "@/components/RecordLink";
import { useSearch } from "@/lib/place";
import { lang, t, titleOf, useLang } from "@/lib/text";
import { titled, type Sourcing } from "./roles";

const makers = ["own", "shared", "specialist", "none", "undecided"] as const;
// Across: is the information outside? Down: is specialist skill needed?
const places: Record<string, [number, number]> = { I: [0, 1], II: [1, 1], III: [0, 0], IV: [1, 0] };
const width = 720;
const height = 300;
const left = 26;
const cell = { w: (width - left) / 2, h: (height - 22) / 2 };

function Quarter({ area }: { area: Sourcing["areas"][number] }) {
  const [x, y] = places[area.id] ?? [0, 0];
  const total = Math.max(1, makers.reduce((sum, name) => sum + (area.by[name] ?? 0), 0));
  const at = { x: left + x * cell.w, y: y * cell.h };
  let from = at.x + 14;
  return (
    <g>
      <rect className={area.own ? "area own" : "area"} x={at.x + 3} y={at.y + 3} width={cell.w - 6} height={cell.h - 6} rx="8" />
      <text className="area-name" x={at.x + 14} y={at.y + 26}>{area.id}</text>
      <text className="area-says" x={at.x + 42} y={at.y + 25}>{t("console.organisation.area.roles", { n: area.roles })} · {t(area.own ? "console.organisation.area.own" : "console.organisation.area.others")}</text>
      <text className="area-title" x={at.x + 14} y={at.y + 50}>{titled(area)}</text>
      {makers.map((name) => {
        const n = area.by[name] ?? 0;
        const wide = ((cell.w - 28) * n) / total;
        const bar = n > 0 && <g key={name}><rect className={`maker ${name}`} x={from} y={at.y + 70} width={Math.max(2, wide - 2)} height="22" rx="3" /><text className={`maker-count ${name}`} x={from + wide / 2 - 1} y={at.y + 85}>{wide > 14 ? n : ""}</text></g>;
        from += wide;
        return bar;
      })}
    </g>
  );
}

function Drawing({ sourcing }: { sourcing: Sourcing }) {
  return (
    <>
      <svg className="drawing areas-drawing" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sourcing.areas.map((area) => `${area.id} ${titled(area)}: ${makers.map((name) => `${t(`console.organisation.by.${name}`)} ${area.by[name] ?? 0}`).join(", ")}`).join("; ")}>
        {sourcing.areas.map((area) => <Quarter key={area.id} area={area} />)}
        <text className="axis" x={left + cell.w / 2} y={height - 5}>{t("console.organisation.axis.inside")}</text>
        <text className="axis" x={left + cell.w * 1.5} y={height - 5}>{t("console.organisation.axis.outside")}</text>
        <text className="axis" transform={`translate(14 ${cell.h / 2}) rotate(-90)`}>{t("console.organisation.axis.skilled")}</text>
        <text className="axis" transform={`translate(14 ${cell.h * 1.5}) rotate(-90)`}>{t("console.organisation.axis.unskilled")}</text>
      </svg>
      <ul className="legend">{makers.map((name) => <li key={name}><span className={`swatch ${name}`} />{t(`console.organisation.by.${name}`)}</li>)}</ul>
    </>
  );
}

function Patterns({ sourcing, target, onTarget }: { sourcing: Sourcing; target: string; onTarget: (id: string) => void }) {
  return (
    <section className="panel" aria-label={t("console.organisation.patterns")}>
      <header><h2>{t("console.organisation.patterns")}</h2></header>
      <div className="inside stack">
        <div className="scroll-x">
          <table className="plain patterns">
            <thead><tr><th scope="col">{t("console.organisation.pattern")}</th>{sourcing.areas.map((area) => <th key={area.id} scope="col" title={titled(area)}>{area.id}</th>)}<th scope="col">{t("console.organisation.pattern.aim")}</th></tr></thead>
            <tbody>
              <tr className="now">
                <th scope="row">{t("console.organisation.pattern.now")}</th>
                {sourcing.areas.map((area) => <td key={area.id}><Mark own={area.own} /></td>)}
                <td />
              </tr>
              {sourcing.patterns.map((pattern) => (
                <tr key={pattern.id} className={sourcing.pattern?.id === pattern.id ? "nearest" : ""}>
                  <th scope="row">{pattern.id}. {titled(pattern)} {sourcing.pattern?.id === pattern.id && <span className="badge accent">{t(sourcing.exact ? "console.organisation.pattern.exact" : "console.organisation.pattern.nearest")}</span>}</th>
                  {sourcing.areas.map((area) => <td key={area.id}><Mark own={pattern.own.includes(area.id)} /></td>)}
                  <td><Button small aria-pressed={target === String(pattern.id)} label={t("console.organisation.pattern.aim_at", { pattern: titled(pattern) })} look={target === String(pattern.id) ? "primary" : undefined} onClick={() => onTarget(target === String(pattern.id) ? "" : String(pattern.id))}>{t("console.organisation.pattern.choose")}</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="quiet">{titleOf(sourcing.rule)} {titleOf(sourcing.note)}</p>
      </div>
    </section>
  );
}

function Mark({ own }: { own: boolean }) {
  return own ? <span className="own-mark"><Icon name="check" /><span className="visually-hidden">{t("console.organisation.area.own")}</span></span> : <span className="quiet">–<span className="visually-hidden">{t("console.organisation.area.others")}</span></span>;
}

export function Areas({ sourcing: got, onRole }: { sourcing: UseQueryResult<Sourcing>; onRole: (id: string) => void }) {
  useLang();
  const [search, change] = useSearch();
  const target = search.get("target") ?? "";
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  const sourcing = got.data;
  if (!sourcing) return <Skeleton lines={10} />;
  const sheet = {
    columns: [t("console.organisation.column.area"), t("console.organisation.column.title"), ...makers.map((name) => t(`console.organisation.by.${name}`))],
    rows: sourcing.areas.map((area) => [area.id, titled(area), ...makers.map((name) => area.by[name] ?? 0)]),
  };
  return (
    <div className="areas">
      <div className="stack">
        <Picture title={t("console.organisation.areas")} name="areas" sheet={sheet}><Drawing sourcing={sourcing} /></Picture>
        <Patterns sourcing={sourcing} target={target} onTarget={(id) => change({ target: id })} />
      </div>
      <div className="stack">
        <section className="panel" aria-label={t("console.organisation.moves")}>
          <header><h2>{t("console.organisation.moves")}</h2><span className="quiet end">{sourcing.target ? titled(sourcing.target) : t("console.organisation.moves.assigned")}</span></header>
          <ul className="inside stack tight">
            {sourcing.moves.length === 0 && <li className="quiet">{t("console.organisation.moves.none")}</li>}
            {sourcing.moves.map((move) => <li key={move.id} className="line wrap"><Button small onClick={() => onRole(move.id)}>{move.id}</Button><span className="grow">{titled(move)}</span><span className="quiet">{t(`console.organisation.by.${move.from}`)} → {t(`console.organisation.by.${move.to}`)}</span></li>)}
          </ul>
        </section>
        <section className="panel" aria-label={t("console.organisation.warnings")}>
          <header><h2>{t("console.organisation.warnings")}</h2><span className="quiet end">{t("console.organisation.undecided", { n: sourcing.undecided })}</span></header>
          <ul className="inside stack tight">
            {sourcing.warnings.length === 0 && <li className="quiet">{t("console.organisation.warnings.none")}</li>}
            {sourcing.warnings.map((warning, i) => <li key={i} className="line wrap"><Button small onClick={() => onRole(warning.id)}>{warning.id}</Button><span className="grow">{lang.get() === "ja" ? warning.text.ja : warning.text.en}</span>{warning.records.map((id) => <RecordLink key={id} id={id} />)}</li>)}
          </ul>
        </section>
      </div>
    </div>
  );
}
