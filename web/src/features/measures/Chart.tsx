// A measure over periods: bars for the whole, a line for each group.
import { number, t } from "@/lib/text";
import { besides, periodName, valueText, type Got, type Period, type Row } from "./measures";

const size = { w: 420, h: 150, left: 8, right: 8, top: 20, bottom: 20 };
const inner = { w: size.w - size.left - size.right, h: size.h - size.top - size.bottom };
export const lines_max = 6;

function labels(periods: Got["periods"], of: Period) {
  const every = Math.max(1, Math.ceil(periods.length / 7));
  const wide = inner.w / periods.length;
  return periods.map((period, i) => i % every === 0 && <text key={i} className="chart-text" x={size.left + (i + 0.5) * wide} y={size.h - 5} textAnchor="middle">{periodName(period, of)}</text>);
}

/** `rows`: those of one measure, the largest groups first. */
export function Chart({ rows, kind, periods, of, title }: { rows: Row[]; kind: string; periods: Got["periods"]; of: Period; title: string }) {
  const shown = rows.slice(0, lines_max);
  const share = !["time", "count", "number"].includes(kind);
  const most = share ? 1 : Math.max(1e-9, ...shown.flatMap((row) => row.cells.map((cell) => cell.value ?? 0)));
  const wide = inner.w / Math.max(1, periods.length);
  const y = (value: number) => size.top + (1 - value / most) * inner.h;
  const says = `${title}. ${shown.map((row) => `${row.group ? `${row.group}: ` : ""}${periods.map((period, i) => `${periodName(period, of)} ${valueText(kind, row.cells[i]?.value ?? null)}`).join(", ")}`).join("; ")}`;
  const grouped = shown.some((row) => row.group);
  return (
    <svg className="drawing chart" viewBox={`0 0 ${size.w} ${size.h}`} role="img" aria-label={says}>
      <line className="chart-foot" x1={size.left} x2={size.w - size.right} y1={size.h - size.bottom} y2={size.h - size.bottom} />
      {grouped ? shown.map((row, g) => {
        const points = row.cells.map((cell, i) => (cell.value === null ? null : { x: size.left + (i + 0.5) * wide, y: y(cell.value), i }));
        const d = points.map((point, i) => (point ? `${points[i - 1] ? "L" : "M"}${point.x.toFixed(1)},${point.y.toFixed(1)}` : "")).join("");
        return <g key={row.group} className={`chart-group g${g}`}><path className="chart-line" d={d} fill="none" />{points.map((point) => point && <circle key={point.i} className="chart-dot" cx={point.x} cy={point.y} r="3"><title>{`${row.group} ${periodName(periods[point.i]!, of)}: ${valueText(kind, row.cells[point.i]!.value)}`}</title></circle>)}</g>;
      }) : (shown[0]?.cells ?? []).map((cell, i) => (
        <g key={i}>
          {cell.value !== null && cell.value > 0 && <rect className="chart-bar" x={size.left + i * wide + wide * 0.15} width={wide * 0.7} y={Math.min(y(cell.value), size.h - size.bottom - 2)} height={Math.max(2, size.h - size.bottom - y(cell.value))} rx="2"><title>{`${valueText(kind, cell.value)} · ${besides(cell)}`}</title></rect>}
          {wide > 34 && cell.value !== null && <text className="chart-value" x={size.left + (i + 0.5) * wide} y={y(cell.value) - 5} textAnchor="middle">{valueText(kind, cell.value)}</text>}
          {cell.value === null && cell.open > 0 && <text className="chart-text" x={size.left + (i + 0.5) * wide} y={size.h - size.bottom - 5} textAnchor="middle">{t("console.measures.open", { n: number(cell.open) })}</text>}
        </g>
      ))}
      {labels(periods, of)}
    </svg>
  );
}
