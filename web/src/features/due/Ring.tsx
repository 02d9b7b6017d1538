// The cycle of the functions: who passes on to whom, and what stands open on the way.
import { Picture } from "@/components/Picture";
import { functions } from "@/lib/records";
import { number, t, useLang } from "@/lib/text";
import { placeOn, type Edge } from "./ring";

const size = { w: 720, h: 470 };
const middle = { x: size.w / 2, y: size.h / 2 };
const radius = 190;
const knot = 25;

function path(edge: Edge): { d: string; mid: { x: number; y: number }; tip: string } {
  const from = placeOn(edge.from, middle, radius);
  const to = placeOn(edge.to, middle, radius);
  // Bent to its right, so that there and back do not lie on each other.
  const bend = { x: (from.x + to.x) / 2 + (to.y - from.y) * 0.12, y: (from.y + to.y) / 2 - (to.x - from.x) * 0.12 };
  const cut = (end: { x: number; y: number }, by: number) => {
    const length = Math.hypot(bend.x - end.x, bend.y - end.y) || 1;
    return { x: end.x + ((bend.x - end.x) / length) * by, y: end.y + ((bend.y - end.y) / length) * by };
  };
  const a = cut(from, knot + 2);
  const b = cut(to, knot + 8);
  const angle = Math.atan2(to.y - bend.y, to.x - bend.x);
  const side = (turn: number) => `${(b.x + 8 * Math.cos(angle) - 9 * Math.cos(angle + turn)).toFixed(1)},${(b.y + 8 * Math.sin(angle) - 9 * Math.sin(angle + turn)).toFixed(1)}`;
  const tip = `${(b.x + 7 * Math.cos(angle)).toFixed(1)},${(b.y + 7 * Math.sin(angle)).toFixed(1)} ${side(0.45)} ${side(-0.45)}`;
  return { d: `M${a.x.toFixed(1)},${a.y.toFixed(1)}Q${bend.x.toFixed(1)},${bend.y.toFixed(1)} ${b.x.toFixed(1)},${b.y.toFixed(1)}`, mid: { x: 0.25 * a.x + 0.5 * bend.x + 0.25 * b.x, y: 0.25 * a.y + 0.5 * bend.y + 0.25 * b.y }, tip };
}

export const open = (edge: Edge) => edge.due + edge.handed;

export function Ring({ edges, only, onOnly }: { edges: Edge[]; only: string; onOnly: (letter: string) => void }) {
  useLang();
  const sheet = {
    columns: ["from", "to", "links", "open", "overdue"].map((name) => t(`console.due.column.${name}`)),
    rows: edges.map((edge) => [`${edge.from} ${t(`console.function.${edge.from.toLowerCase()}`)}`, `${edge.to} ${t(`console.function.${edge.to.toLowerCase()}`)}`, edge.links, open(edge), edge.overdue]),
  };
  const busy = edges.filter((edge) => open(edge) > 0);
  const says = `${t("console.due.ring")}. ${busy.length ? busy.map((edge) => t("console.due.ring.edge", { from: edge.from, to: edge.to, n: number(open(edge)), over: number(edge.overdue) })).join(" ") : t("console.due.ring.none")}`;
  const shown = only ? edges.filter((edge) => edge.from === only || edge.to === only) : edges;
  const waiting = (letter: string) => edges.filter((edge) => edge.to === letter).reduce((sum, edge) => sum + open(edge), 0);
  return (
    <Picture title={t("console.due.ring")} name="functions" sheet={sheet}>
      <svg className="drawing ring" viewBox={`0 0 ${size.w} ${size.h}`} role="img" aria-label={says}>
        {[...shown].reverse().map((edge) => {
          const { d, tip } = path(edge);
          const look = edge.overdue ? "over" : open(edge) ? "open" : "idle";
          return <g key={edge.from + edge.to} className={`edge ${look}`}><path className="edge-line" d={d} strokeWidth={1 + Math.min(5, Math.sqrt(edge.links) - 1 + open(edge))} fill="none" /><polygon className="edge-tip" points={tip} /></g>;
        })}
        {shown.filter((edge) => open(edge) > 0).map((edge) => {
          const { mid } = path(edge);
          return <g key={edge.from + edge.to} className={edge.overdue ? "mark over" : "mark"}><circle className="mark-disc" cx={mid.x} cy={mid.y} r="10" /><text className="mark-text" x={mid.x} y={mid.y + 4} textAnchor="middle">{open(edge)}</text></g>;
        })}
        {functions.map((letter) => {
          const at = placeOn(letter, middle, radius);
          return (
            <g key={letter} className={only === letter ? "knot taken" : "knot"} onClick={() => onOnly(only === letter ? "" : letter)}>
              <circle className="knot-disc" cx={at.x} cy={at.y} r={knot} />
              <text className="knot-letter" x={at.x} y={at.y + (waiting(letter) ? 1 : 6)} textAnchor="middle">{letter}</text>
              {waiting(letter) > 0 && <text className="knot-count" x={at.x} y={at.y + 15} textAnchor="middle">{number(waiting(letter))}</text>}
            </g>
          );
        })}
      </svg>
    </Picture>
  );
}
