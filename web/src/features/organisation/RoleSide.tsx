// One role: whose it is, the deeds that show it is performed, what is due, what it is linked with.
import { person } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { RecordLink } from "@/components/RecordLink";
import { Time } from "@/components/Time";
import { go } from "@/lib/place";
import { placeOf, typeOfId, useTypes } from "@/lib/records";
import { useMay } from "@/lib/session";
import { hasText, t, titleOf, useLang } from "@/lib/text";
import { Beats, StandingBadge } from "./Organisation";
import { titled, useRole, type RolePage } from "./roles";

function Evidence({ role }: { role: RolePage }) {
  const types = useTypes();
  if (role.evidence.length === 0) return <p className="nobody">{t("console.organisation.evidence.none")}</p>;
  return (
    <ul className="evidence">
      {role.evidence.map((deed) => {
        const type = types?.find((one) => one.id === deed.kind.split(".")[0]) ?? typeOfId(types, deed.record);
        const key = `console.history.any.${deed.kind.split(".").pop()}`;
        return (
          <li key={deed.fact}>
            <Link to={placeOf(type?.id ?? "", deed.record)}>
              <span className="line"><span className="grow cut">{titleOf(type?.title, deed.kind)} {hasText(key) ? t(key) : deed.kind.split(".").pop()}</span><span className="quiet"><Time at={deed.at} since /></span></span>
              <span className="line quiet"><span className="mono">{deed.record}</span><span>{person(deed.actor)}</span><span className="end">{t("console.organisation.fact", { n: deed.fact })}</span></span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function Assigned({ role }: { role: RolePage }) {
  const may = useMay()("governance.write");
  return (
    <section className="panel" aria-label={t("console.organisation.assignments")}>
      <header>
        <h2>{t("console.organisation.assignments")}</h2>
        <span className="end" />
        {may && <Button small icon="plus" onClick={() => go(`/registers/role_assignment/new?role=${role.id}`)}>{t("console.organisation.assign")}</Button>}
      </header>
      <div className="inside stack tight">
        {role.assignments.length === 0 && <p className="nobody">{t("console.organisation.assignments.none")}</p>}
        {role.assignments.map((one) => (
          <div key={one.record} className="stack tight">
            <div className="line wrap"><RecordLink id={one.record} /><span className="badge outline">{t(`console.organisation.by.${one.sourcing}`)}</span>{one.target && one.target !== one.sourcing && <span className="quiet">→ {t(`console.organisation.by.${one.target}`)}</span>}</div>
            <div className="quiet">{[one.owner, ...one.members.filter((name) => name !== one.owner), one.department].filter(Boolean).join(" · ")}{one.provider && <> · <RecordLink id={one.provider} /></>} · {one.from} –{one.until ? ` ${one.until}` : ""}</div>
          </div>
        ))}
      </div>
    </section>
  );
}

function Linked({ role, onTake }: { role: RolePage; onTake: (id: string) => void }) {
  return (
    <section className="panel" aria-label={t("console.organisation.links")}>
      <header><h2>{t("console.organisation.links")}</h2></header>
      <div className="inside line wrap">
        {role.links.map((link, i) => /^[A-I]-\d+$/.test(link.to)
          ? <Button key={i} small onClick={() => onTake(link.to)}>{link.to}</Button>
          : <span key={i} className="badge outline">{link.to.replace(/^ext:/, "")}</span>)}
        {role.links.length === 0 && <span className="quiet">–</span>}
      </div>
    </section>
  );
}

export function RoleSide({ id, onTake, onClose }: { id: string; onTake: (id: string) => void; onClose: () => void }) {
  useLang();
  const types = useTypes();
  const got = useRole(id);
  if (got.isError) return <div className="role-side"><Refusal error={got.error} again={() => void got.refetch()} /></div>;
  const role = got.data;
  if (!role) return <div className="role-side"><Skeleton lines={10} /></div>;
  const pulse = role.pulse;
  return (
    <div className="role-side stack">
      <div className="line">
        <span className="badge accent square">{role.id}</span>
        {pulse && <StandingBadge standing={pulse.standing} />}
        <span className="end" />
        <Button small look="plain" icon="close" label={t("console.close")} onClick={onClose} />
      </div>
      <h2 className="role-name">{titled(role)}</h2>
      <dl className="facts">
        <dt>{t("console.organisation.column.function")}</dt><dd>{role.function} · {t(`console.function.${role.function.toLowerCase()}`)}</dd>
        <dt>{t("console.organisation.column.team")}</dt><dd>{role.teams.map((team) => titleOf(team)).join(" / ") || "–"}</dd>
        <dt>{t("console.organisation.column.area")}</dt><dd>{[role.area, titleOf(role.area_reason)].filter(Boolean).join(" · ")}</dd>
        <dt>{t("console.organisation.column.owner")}</dt><dd>{role.owner ?? <span className="nobody">{t("console.organisation.no_owner")}</span>}</dd>
        <dt>{t("console.organisation.home")}</dt><dd className="line wrap">{role.home.map((home) => {
          const type = types?.find((one) => one.id === home);
          return type ? <Link key={home} to={`/registers/${home}`}>{titleOf(type.title)}</Link> : <span key={home}>{home}</span>;
        })}</dd>
      </dl>
      {pulse ? (
        <section className="panel" aria-label={t("console.organisation.pulse")}>
          <header><h2>{t("console.organisation.pulse")}</h2><span className="end" /><Beats periods={pulse.periods} /><b>{pulse.score}</b></header>
          <dl className="facts inside">
            <dt>{t("console.organisation.column.last")}</dt><dd>{pulse.last_performed ? <Time at={pulse.last_performed} since /> : <span className="nobody">{t("console.organisation.never")}</span>}</dd>
            <dt>{t("console.organisation.cadence")}</dt><dd>{pulse.on_demand ? t("console.organisation.on_demand", { n: pulse.cadence_days }) : t("console.organisation.every", { n: pulse.cadence_days })}</dd>
            <dt>{t("console.organisation.deeds")}</dt><dd>{pulse.facts}</dd>
            <dt>{t("console.organisation.duties")}</dt><dd>{t("console.organisation.duties.counts", { open: pulse.duties_open, over: pulse.duties_overdue })}</dd>
          </dl>
        </section>
      ) : <p className="notice">{t("console.organisation.hidden.says")}</p>}
      {pulse && (
        <section className="panel" aria-label={t("console.organisation.evidence")}>
          <header><h2>{t("console.organisation.evidence")}</h2></header>
          <div className="inside"><Evidence role={role} /></div>
        </section>
      )}
      <Assigned role={role} />
      {role.duties.length > 0 && (
        <section className="panel" aria-label={t("console.organisation.duties")}>
          <header><h2>{t("console.organisation.duties")}</h2></header>
          <ul className="inside stack tight">
            {role.duties.map((due, i) => <li key={i} className="line"><RecordLink id={due.record} /><span className={due.overdue ? "badge critical end" : "badge outline end"}><Time at={due.due_at} since /></span></li>)}
          </ul>
        </section>
      )}
      {role.performers.length > 0 && (
        <section className="panel" aria-label={t("console.organisation.performers")}>
          <header><h2>{t("console.organisation.performers")}</h2></header>
          <ul className="inside stack tight">
            {role.performers.map((who) => <li key={who.actor} className="line"><span className="grow">{person(who.actor)}</span>{!who.assigned && <span className="badge outline">{t("console.organisation.not_assigned")}</span>}<span className="quiet">{t("console.organisation.deeds.count", { n: who.deeds })}</span></li>)}
          </ul>
        </section>
      )}
      <Linked role={role} onTake={onTake} />
    </div>
  );
}
