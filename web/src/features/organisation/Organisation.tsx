// The board of the 54 roles: who does each, whether it is alive, and by whom it is done.
import { useMemo } from "react";
import { Face } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { say } from "@/lib/acts";
import { handData } from "@/lib/handout";
import { useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { useSearch } from "@/lib/place";
import { t, titleOf, useLang } from "@/lib/text";
import { Areas } from "./Areas";
import { RoleSide } from "./RoleSide";
import { grouped, groupings, standings, titled, tones, useRoles, useSourcing, type Grouping, type Role, type RoleGroup, type Standing } from "./roles";
import "./organisation.css";

/** How often it was performed in the periods that count, the present one last. */
export function Beats({ periods }: { periods: number[] }) {
  const most = Math.max(1, ...periods);
  return (
    <svg className="beats" viewBox={`0 0 ${periods.length * 9} 18`} width={periods.length * 9} height="18" role="img" aria-label={t("console.organisation.beats", { n: [...periods].reverse().join(", ") })}>
      {[...periods].reverse().map((deeds, i) => <rect key={i} className={deeds ? "beat" : "beat none"} x={i * 9} y={deeds ? 18 - Math.max(4, (deeds / most) * 18) : 16} width="7" height={deeds ? Math.max(4, (deeds / most) * 18) : 2} rx="1" />)}
    </svg>
  );
}

export function StandingBadge({ standing }: { standing: Standing }) {
  return <span className={`badge square ${tones[standing]}`}>{t(`console.organisation.standing.${standing}`)}</span>;
}

function RoleCard({ role, on, onTake }: { role: Role; on: boolean; onTake: () => void }) {
  const pulse = role.pulse;
  const nobody = pulse && (pulse.standing === "missing" || pulse.standing === "without_owner");
  return (
    <li>
      <button type="button" className={["role-card", pulse?.standing ?? "hidden", on && "taken"].filter(Boolean).join(" ")} aria-pressed={on} data-role={role.id} onClick={onTake}>
        <span className="line"><b className="mono">{role.id}</b><span className="cut grow role-title" title={titled(role)}>{titled(role)}</span></span>
        <span className="line">
          {role.owner ? <span className="line tight"><Face name={role.owner} /><span className="cut">{role.owner}</span></span> : <span className={nobody ? "nobody" : "quiet"}>{t("console.organisation.no_owner")}</span>}
          <span className="end" />
          {pulse && <Beats periods={pulse.periods} />}
        </span>
        <span className="line">
          {pulse ? <StandingBadge standing={pulse.standing} /> : <span className="badge outline">{t("console.organisation.hidden")}</span>}
          <span className="end quiet">{t(`console.organisation.by.${role.sourcing ?? "undecided"}`)}</span>
        </span>
      </button>
    </li>
  );
}

function Summary({ roles, only, onOnly }: { roles: Role[]; only: string; onOnly: (standing: string) => void }) {
  return (
    <div className="standings" role="group" aria-label={t("console.organisation.standings")}>
      {standings.map((standing) => {
        const n = roles.filter((role) => role.pulse?.standing === standing).length;
        return (
          <button key={standing} type="button" aria-pressed={only === standing} className={`standing-count ${tones[standing]}`} onClick={() => onOnly(only === standing ? "" : standing)}>
            <b>{n}</b> {t(`console.organisation.standing.${standing}`)}
          </button>
        );
      })}
    </div>
  );
}

function sheetOf(roles: Role[]) {
  const columns = ["id", "title", "function", "team", "area", "owner", "standing", "score", "last", "sourcing"].map((name) => t(`console.organisation.column.${name}`));
  return {
    columns,
    rows: roles.map((role) => [role.id, titled(role), role.function, role.teams.map((team) => titleOf(team)).join(" / "), role.area, role.owner ?? "",
      role.pulse ? t(`console.organisation.standing.${role.pulse.standing}`) : t("console.organisation.hidden"), role.pulse?.score ?? "", role.pulse?.last_performed ?? "", t(`console.organisation.by.${role.sourcing ?? "undecided"}`)]),
  };
}

function Board({ roles, groups, at, onTake }: { roles: Role[]; groups: RoleGroup[]; at: string | undefined; onTake: (id: string) => void }) {
  useLang();
  if (roles.length === 0) return <Empty icon="people" title={t("console.organisation.none")} />;
  return (
    <>
      {groups.filter((group) => group.roles.length > 0).map((group) => (
        <section key={group.id} aria-label={group.says}>
          <h2 className="group-title">{group.id && group.id !== group.says && <span className="badge accent square">{group.id}</span>} {group.says} <span className="quiet">{group.roles.length}</span></h2>
          <ul className="role-cards">{group.roles.map((role) => <RoleCard key={role.id} role={role} on={role.id === at} onTake={() => onTake(role.id)} />)}</ul>
        </section>
      ))}
    </>
  );
}

export default function Organisation() {
  const spoken = useLang();
  const [search, change] = useSearch();
  const phone = useNarrow(900);
  const all = useRoles();
  const sourcing = useSourcing(search.get("target") ?? "");
  const view = search.get("view") === "areas" ? "areas" : "roles";
  const by = groupings.includes(search.get("by") as Grouping) ? (search.get("by") as Grouping) : "function";
  const only = search.get("standing") ?? "";
  const at = search.get("at") ?? undefined;
  const shown = useMemo(() => (all.data?.roles ?? []).filter((role) => !only || role.pulse?.standing === only), [all.data, only]);
  const groups = useMemo(() => grouped(shown, by, sourcing.data?.areas ?? []), [shown, by, sourcing.data, spoken]);
  const order = useMemo(() => [...new Set(groups.flatMap((group) => group.roles.map((role) => role.id)))], [groups]);
  const step = (by: number) => {
    const next = order[Math.max(0, Math.min(order.length - 1, at ? order.indexOf(at) + by : 0))];
    if (!next) return;
    change({ at: next });
    document.querySelector<HTMLElement>(`[data-role="${next}"]`)?.focus();
  };
  const walking = view === "roles";
  useKeys([
    { keys: "j", says: t("console.keys.next"), off: !walking, run: () => step(1) },
    { keys: "k", says: t("console.keys.previous"), off: !walking, run: () => step(-1) },
    { keys: "1", says: t("console.organisation.view.roles"), run: () => change({ view: undefined }) },
    { keys: "2", says: t("console.organisation.view.areas"), run: () => change({ view: "areas", at: undefined }) },
    { keys: "Escape", says: t("console.keys.close"), off: !at, run: () => change({ at: undefined }) },
  ]);
  const copy = async () => say({ tone: "good", text: t(`console.picture.${await handData(sheetOf(shown), "roles")}`) });
  const side = at && view === "roles";
  return (
    <div className={side && !phone ? "organisation two" : "organisation"}>
      <div className="organisation-main">
        <div className="page-head">
          <h1>{t("console.organisation.title")}</h1>
          <span className="quiet">{t("console.organisation.count", { n: shown.length })}</span>
          <span className="grow" />
          {view === "roles" && (
            <select className="input by-choice" aria-label={t("console.organisation.group")} value={by} onChange={(event) => change({ by: event.target.value === "function" ? undefined : event.target.value })}>
              {groupings.map((each) => <option key={each} value={each}>{t(`console.organisation.group.${each}`)}</option>)}
            </select>
          )}
          {view === "roles" && <Button icon="copy" label={t("console.picture.copy.data")} onClick={() => void copy()} />}
          <Choices label={t("console.organisation.views")} at={view} onChange={(id) => change({ view: id === "roles" ? undefined : id, at: undefined }, { push: true })} of={[{ id: "roles", says: t("console.organisation.view.roles") }, { id: "areas", says: t("console.organisation.view.areas") }]} />
        </div>
        <div className="page-body">
          {all.isError ? <Refusal error={all.error} again={() => void all.refetch()} />
            : !all.data ? <Skeleton lines={14} />
            : view === "areas" ? <Areas sourcing={sourcing} onRole={(id) => change({ view: undefined, at: id }, { push: true })} />
            : <>
                <Summary roles={all.data.roles} only={only} onOnly={(standing) => change({ standing })} />
                {phone && at && <RoleSide id={at} onTake={(id) => change({ at: id })} onClose={() => change({ at: undefined })} />}
                <Board roles={shown} groups={groups} at={at} onTake={(id) => change({ at: id === at ? undefined : id })} />
                <p className="quiet">{titleOf(all.data.rule)}</p>
              </>}
        </div>
      </div>
      {side && !phone && <aside className="organisation-side" aria-label={t("console.organisation.role")}><RoleSide id={at} onTake={(id) => change({ at: id })} onClose={() => change({ at: undefined })} /></aside>}
    </div>
  );
}
