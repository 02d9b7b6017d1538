import { Priority } from "@/components/Badge";
import { namedTitle, useCriteria, type AlertRecord, type Criteria, type CriteriaRow } from "@/lib/records";
import { Link } from "@/components/Link";
import { lang, t, useLang } from "@/lib/text";

const axes = ["attack_type", "progress", "importance"] as const;

function covers(row: CriteriaRow, axis: (typeof axes)[number]): string[] {
  const value = row[axis];
  return Array.isArray(value) ? value : [value];
}

/** What a row asks of one aspect: the value that is here, and how many others would do. */
function Asked({ row, here, names }: { row: string[]; here: string | undefined; names: Criteria["progress"] | undefined }) {
  if (row.includes("any")) return <>{t("console.alert.axis.any")}</>;
  const others = row.filter((id) => id !== here);
  const all = row.map((id) => namedTitle(names, id)).join(lang.get() === "ja" ? "・" : ", ");
  if (others.length === row.length || row.length < 3) return <>{all}</>;
  return <span title={all}>{namedTitle(names, here)} <span className="quiet">{t("console.alert.axis.others", { n: others.length })}</span></span>;
}

/** Which row of the criteria judged it: attack type, progress and importance, side by side with what the row asks. */
export function Judged({ alert }: { alert: AlertRecord }) {
  useLang();
  const criteria = useCriteria(alert.body.criteria);
  const row = criteria?.rows.find((one) => one.id === alert.body.criteria_row);
  const names = { attack_type: criteria?.attack_types, progress: criteria?.progress, importance: criteria?.importance };
  const off = alert.body.decision === "off_criteria";
  return (
    <section className="panel" aria-label={t("console.alert.judged")}>
      <header>
        <h2>{t("console.alert.judged")}</h2>
        <span className="end" />
        {alert.body.criteria && <span className="quiet">{t("console.alert.edition", { n: alert.body.criteria_edition ?? "" })}</span>}
      </header>
      <div className="inside stack">
        <div className="line wrap">
          {row && <span className="badge accent square">{row.id}</span>}
          <b>{t(`console.alert.decision.${alert.body.decision ?? "off_criteria"}`)}</b>
          {alert.body.class && <span className="badge outline">{namedTitle(criteria?.classes, alert.body.class)}</span>}
          <Priority value={alert.body.priority} />
        </div>
        {row && <p className="soft">{lang.get() === "ja" ? row.reason_ja : row.reason_en}</p>}
        {off && <p className="soft">{t("console.alert.off_criteria.says")}</p>}
        <table className="plain judged">
          <thead><tr><th>{t("console.alert.axis")}</th><th>{t("console.alert.axis.this")}</th>{row && <th>{t("console.alert.axis.row")}</th>}</tr></thead>
          <tbody>
            {axes.map((axis) => (
              <tr key={axis}>
                <td className="quiet">{t(`console.alert.${axis}`)}</td>
                <td><b>{namedTitle(names[axis], alert.body[axis])}</b></td>
                {row && <td className="soft"><Asked row={covers(row, axis)} here={alert.body[axis]} names={names[axis]} /></td>}
              </tr>
            ))}
          </tbody>
        </table>
        {alert.body.criteria && <Link className="quiet" to={`/registers/incident_criteria/${alert.body.criteria}`}>{alert.body.criteria}</Link>}
      </div>
    </section>
  );
}
