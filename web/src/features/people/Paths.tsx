// How far each person is on the path that the textbook draws, and which skills nobody of a role has.
import { useQuery } from "@tanstack/react-query";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { RecordLink } from "@/components/RecordLink";
import { call } from "@/lib/call";
import { useSearch } from "@/lib/place";
import { lang, number, t, useLang } from "@/lib/text";

const titled = (one: { title_ja: string; title_en: string } | null) => (one ? (lang.get() === "ja" ? one.title_ja : one.title_en) : "–");

function Person({ id }: { id: string }) {
  const got = useQuery({ queryKey: ["people", id], queryFn: ({ signal }) => call("getPerson", { path: { id }, signal }) });
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (!got.data) return <Skeleton lines={5} />;
  return (
    <section className="panel" aria-label={got.data.name}>
      <header><h2>{got.data.name}</h2><span className="end" /><RecordLink id={got.data.record} /></header>
      <ol className="inside path">
        {got.data.stages.map((stage) => (
          <li key={stage.id} className={stage.state}>
            <b>{titled(stage)}</b> <span className="quiet">{t(`console.people.stage.${stage.state}`)}</span>
            {stage.evidence.length > 0 && <div className="quiet">{stage.evidence.map((one) => t("console.people.evidence", { role: one.role, days: one.days })).join(t("console.list.comma"))}</div>}
            {stage.state !== "reached" && stage.next_roles.length > 0 && <div className="line tight wrap">{stage.next_roles.map((role) => <Link key={role} className="badge outline" to={`/organisation?at=${role}`}>{role}</Link>)}</div>}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Paths() {
  useLang();
  const [search, change] = useSearch();
  const at = search.get("at");
  const got = useQuery({ queryKey: ["people"], queryFn: ({ signal }) => call("listPeople", { signal }) });
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (!got.data) return <Skeleton lines={8} />;
  if (got.data.people.length === 0) return <Empty icon="people" title={t("console.people.paths.none")} act={<Link className="button" to="/registers/person">{t("console.people.register")}</Link>}>{t("console.people.paths.none.says")}</Empty>;
  return (
    <div className={at ? "paths two" : "paths"}>
      <div className="scroll-x panel">
        <table className="plain">
          <thead><tr>{["person", "team", "shown", "next", "shape", "retention"].map((name) => <th key={name} scope="col">{t(`console.people.column.${name}`)}</th>)}</tr></thead>
          <tbody>
            {got.data.people.map((one) => (
              <tr key={one.record} className={one.record === at ? "taken" : ""}>
                <th scope="row"><button type="button" className="as-link" aria-pressed={one.record === at} onClick={() => change({ at: one.record === at ? undefined : one.record })}>{one.name}</button></th>
                <td>{one.team ?? "–"}</td><td>{titled(one.shown)}</td><td>{titled(one.next)}</td>
                <td>{[one.t_type && "T", one.i_type && "I"].filter(Boolean).join(" ") || "–"}</td>
                <td>{one.retention.overdue ? <span className="badge critical">{t("console.people.overdue")}</span> : (one.retention.next_due ?? "–")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {at && <Person key={at} id={at} />}
    </div>
  );
}

export function Skills() {
  useLang();
  const got = useQuery({ queryKey: ["skills", "gaps"], queryFn: ({ signal }) => call("getSkillGaps", { signal }) });
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (!got.data) return <Skeleton lines={8} />;
  const roles = got.data.roles.filter((role) => role.skills.some((skill) => skill.open));
  if (got.data.skills === 0) return <Empty icon="register" title={t("console.people.skills.none")} act={<Link className="button" to="/registers/skill">{t("console.people.skills.register")}</Link>}>{t("console.people.skills.none.says")}</Empty>;
  return (
    <div className="stack">
      <p className="soft">{t("console.people.skills.count", { skills: number(got.data.skills), people: number(got.data.people), roles: number(roles.length) })}</p>
      <div className="scroll-x panel">
        <table className="plain">
          <thead><tr>{["role", "skill", "asked", "best", "able"].map((name) => <th key={name} scope="col">{t(`console.people.column.${name}`)}</th>)}</tr></thead>
          <tbody>
            {roles.flatMap((role) => role.skills.filter((skill) => skill.open).map((skill) => (
              <tr key={`${role.role} ${skill.skill}`}>
                <td><Link to={`/organisation?at=${role.role}`}>{role.role}</Link> <span className="quiet">{titled(role)}</span></td>
                <td>{skill.name} <span className="quiet mono">{skill.code}</span></td><td>{skill.asked}</td>
                <td>{skill.best ?? <span className="badge outline">{t("console.people.unstated")}</span>}</td>
                <td>{skill.able.join(t("console.list.comma")) || <span className="nobody-here">{t("console.people.skill.nobody")}</span>}</td>
              </tr>
            )))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
