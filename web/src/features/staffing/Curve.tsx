// Missed deadlines and use of people against how much arrives; the staffing before stays in sight, dashed.
import { Picture } from "@/components/Picture";
import { number, t, useLang } from "@/lib/text";
import { loads, type Point } from "./staffing";

const size = { w: 640, h: 240, left: 46, right: 14, top: 14, bottom: 34 };
const inner = { w: size.w - size.left - size.right, h: size.h - size.top - size.bottom };
const first = loads[0]!;
const last = loads.at(-1)!;
const x = (load: number) => size.left + ((load - first) / (last - first)) * inner.w;
const y = (share: number) => size.top + (1 - Math.min(1, Math.max(0, share))) * inner.h;
export const percent = (share: number) => `${number(Math.round(share * 1000) / 10)}%`;

const missed = (point: Point) => point.outcome.missed_share;

/** The busiest team's share of time at work. */
export function busiest(point: Point): number {
  return Math.max(0, ...point.outcome.simulation.teams.map((team) => team.utilisation.mean));
}

function line(points: Point[], of: (point: Point) => number): string {
  return points.map((point, i) => `${i ? "L" : "M"}${x(point.load).toFixed(1)},${y(of(point)).toFixed(1)}`).join("");
}

export function Curve({ points, before }: { points: Point[]; before: Point[] }) {
  useLang();
  const sheet = {
    columns: [t("console.staffing.load"), t("console.staffing.missed"), t("console.staffing.busiest"), ...(before.length ? [t("console.staffing.missed.before")] : [])],
    rows: points.map((point) => {
      const was = before.find((one) => one.load === point.load);
      return [`${number(point.load * 100)}%`, percent(missed(point)), percent(busiest(point)), ...(before.length ? [was ? percent(missed(was)) : ""] : [])];
    }),
  };
  const says = points.map((point) => t("console.staffing.curve.point", { load: number(point.load * 100), missed: percent(missed(point)), busy: percent(busiest(point)) })).join(" ");
  return (
    <Picture title={t("console.staffing.curve")} name="staffing" sheet={sheet}>
      <svg className="drawing curve" viewBox={`0 0 ${size.w} ${size.h}`} role="img" aria-label={says}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g key={share}><line className="curve-rule" x1={size.left} x2={size.w - size.right} y1={y(share)} y2={y(share)} /><text className="curve-text" x={size.left - 6} y={y(share) + 4} textAnchor="end">{percent(share)}</text></g>
        ))}
        <line className="curve-today" x1={x(1)} x2={x(1)} y1={size.top} y2={size.h - size.bottom} />
        {loads.map((load) => <text key={load} className="curve-text" x={x(load)} y={size.h - size.bottom + 15} textAnchor="middle">{number(load * 100)}%</text>)}
        <text className="curve-text" x={size.left + inner.w / 2} y={size.h - 3} textAnchor="middle">{t("console.staffing.load")}</text>
        {before.length > 1 && <path className="curve-line before" d={line(before, missed)} />}
        <path className="curve-line busy" d={line(points, busiest)} />
        <path className="curve-line missed" d={line(points, missed)} />
        {points.map((point) => <circle key={point.load} className="curve-dot" cx={x(point.load)} cy={y(missed(point))} r={point.load === 1 ? 5 : 3.5} />)}
      </svg>
      <ul className="legend-lines">
        <li><span className="key missed" />{t("console.staffing.missed")}</li>
        <li><span className="key busy" />{t("console.staffing.busiest")}</li>
        {before.length > 1 && <li><span className="key before" />{t("console.staffing.missed.before")}</li>}
      </ul>
    </Picture>
  );
}
