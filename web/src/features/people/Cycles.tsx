// The short and the long cycle of improvement: how old what is open is, and whose turn it is.
import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { Picture } from "@/components/Picture";
import { RecordLink } from "@/components/RecordLink";
import { call } from "@/lib/call";
import { go } from "@/lib/place";
import { stateTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";

const size = { w: 640, row: 64, left: 120 };

export function Cycles() {
  useLang();
  const may = useMay()("governance.write");
  const type = useType("improvement");
  const got = useQuery({ queryKey: ["improvements", "ageing"], queryFn: ({ signal }) => call("ageImprovements", { signal }) });
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (!got.data) return <Skeleton lines={8} />;
  const { limits_days: limits, cycles, open } = got.data;
  const bucket = (i: number) => (i < limits.length ? t("console.people.days.until", { n: limits[i]! }) : t("console.people.days.over", { n: limits.at(-1) ?? 0 }));
  const most = Math.max(1, ...cycles.flatMap((cycle) => cycle.open));
  const buckets = Math.max(1, ...cycles.map((cycle) => cycle.open.length));
  const wide = (size.w - size.left) / buckets;
  const sheet = { columns: [t("console.people.cycle"), ...Array.from({ length: buckets }, (_, i) => bucket(i))], rows: cycles.map((cycle) => [t(`console.people.cycle.${cycle.cycle}`), ...cycle.open]) };
  return (
    <div className="stack">
      <Picture title={t("console.people.ageing")} name="improvements" sheet={sheet} head={may && <Button small icon="plus" onClick={() => go("/registers/improvement/new")}>{t("console.people.improvement.new")}</Button>}>
        <svg className="drawing ageing" viewBox={`0 0 ${size.w} ${cycles.length * size.row + 22}`} role="img" aria-label={cycles.map((cycle) => `${t(`console.people.cycle.${cycle.cycle}`)}: ${cycle.open.map((n, i) => `${bucket(i)} ${n}`).join(", ")}`).join("; ")}>
          {cycles.map((cycle, r) => (
            <g key={cycle.cycle}>
              <text className="row-name" x={0} y={r * size.row + 40}>{t(`console.people.cycle.${cycle.cycle}`)}</text>
              {cycle.open.map((n, i) => (
                <g key={i}>
                  <rect className={i >= limits.length ? "shift bad" : "shift"} x={size.left + i * wide + 8} width={wide - 16} y={(r + 1) * size.row - 6 - (n / most) * (size.row - 26)} height={Math.max(n ? 3 : 1, (n / most) * (size.row - 26))} rx="3" />
                  <text className="day-text" x={size.left + (i + 0.5) * wide} y={(r + 1) * size.row - 10 - (n / most) * (size.row - 26)} textAnchor="middle">{number(n)}</text>
                </g>
              ))}
            </g>
          ))}
          {Array.from({ length: buckets }, (_, i) => <text key={i} className="day-text" x={size.left + (i + 0.5) * wide} y={cycles.length * size.row + 14} textAnchor="middle">{bucket(i)}</text>)}
        </svg>
      </Picture>
      {open.length === 0 ? <Empty icon="check" title={t("console.people.improvements.none")}>{t("console.people.improvements.none.says")}</Empty> : (
        <div className="scroll-x panel">
          <table className="plain">
            <thead><tr>{["improvement", "role", "cycle", "state", "owner", "due", "age"].map((name) => <th key={name} scope="col">{t(`console.people.column.${name}`)}</th>)}</tr></thead>
            <tbody>
              {open.map((one) => (
                <tr key={one.record}>
                  <td><RecordLink id={one.record} says={one.title} /></td>
                  <td><Link to={`/organisation?at=${one.role}`}>{one.role}</Link></td>
                  <td>{t(`console.people.cycle.${one.cycle}`)}</td><td>{stateTitle(type, one.state)}</td><td>{one.owner ?? "–"}</td>
                  <td>{one.overdue && <span className="badge critical">{t("console.people.overdue")}</span>} {one.due ?? "–"}</td>
                  <td>{t("console.people.days", { n: one.age_days })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
