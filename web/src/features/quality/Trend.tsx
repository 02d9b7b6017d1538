// How far the two judgements agreed, review by review: kappa with its interval.
import { Picture } from "@/components/Picture";
import { t, useLang } from "@/lib/text";
import { percent, two, type Review } from "./quality";

const size = { w: 860, h: 190, left: 44, right: 12, top: 12, bottom: 34 };
const shown_max = 24;

export function Trend({ reviews }: { reviews: Review[] }) {
  useLang();
  const told = reviews.filter((one) => one.body.agreement !== undefined).slice(0, shown_max).reverse();
  if (told.length === 0) return null;
  const y = (value: number) => size.top + ((1 - value) / 2) * (size.h - size.top - size.bottom);
  const step = (size.w - size.left - size.right) / told.length;
  const x = (i: number) => size.left + (i + 0.5) * step;
  const sheet = {
    columns: [t("console.quality.review"), t("console.quality.period"), t("console.quality.compared"), t("console.quality.agreement"), t("console.quality.kappa"), t("console.quality.kappa.low"), t("console.quality.kappa.high")],
    rows: told.map((one) => [one.body.title ?? one.id, `${one.body.from} – ${one.body.to}`, one.body.compared ?? 0, percent(one.body.agreement), two(one.body.kappa), two(one.body.kappa_low), two(one.body.kappa_high)]),
  };
  return (
    <Picture title={t("console.quality.trend")} name="agreement" sheet={sheet}>
      <svg className="drawing quality-trend" viewBox={`0 0 ${size.w} ${size.h}`} role="img" aria-label={told.map((one) => `${one.body.title}: κ ${two(one.body.kappa)}, ${percent(one.body.agreement)}`).join("; ")}>
        {[-1, 0, 0.6, 1].map((line) => (
          <g key={line}>
            <line className={line === 0 ? "axis" : "rule"} x1={size.left} x2={size.w - size.right} y1={y(line)} y2={y(line)} />
            <text className="scale" x={size.left - 6} y={y(line) + 4} textAnchor="end">{line}</text>
          </g>
        ))}
        {told.map((one, i) => (
          <g key={one.id}>
            <title>{`${one.body.title}: κ ${two(one.body.kappa)} (${two(one.body.kappa_low)} – ${two(one.body.kappa_high)})`}</title>
            {one.body.kappa !== undefined && <line className="interval" x1={x(i)} x2={x(i)} y1={y(one.body.kappa_low ?? one.body.kappa)} y2={y(one.body.kappa_high ?? one.body.kappa)} />}
            {one.body.kappa !== undefined ? <circle className="kappa" cx={x(i)} cy={y(one.body.kappa)} r="4.5" /> : <text className="scale" x={x(i)} y={y(0) - 4} textAnchor="middle">–</text>}
            <text className="scale" x={x(i)} y={size.h - 12} textAnchor="middle">{String(one.body.to ?? "").slice(5)}</text>
          </g>
        ))}
      </svg>
    </Picture>
  );
}
