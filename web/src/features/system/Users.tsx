import { useMemo, useRef, useState } from "react";
import { Face } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Grid, type Column } from "@/components/Grid";
import { Icon } from "@/components/Icon";
import { Tabs } from "@/components/Tabs";
import { Time } from "@/components/Time";
import { useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { go, useSearch } from "@/lib/place";
import { number, t, titleOf, useLang } from "@/lib/text";
import { NewUser } from "./NewUser";
import { Once } from "./Once";
import { kindOf, stateOf, useRoles, useUsers, type AccountRole, type User } from "./people";
import "./system.css";

function Roles({ roles, users }: { roles: AccountRole[]; users: User[] }) {
  const groups = (permissions: string[]) => {
    const out = new Map<string, string[]>();
    for (const permission of permissions) {
      const [what = "", may = ""] = permission.split(".");
      out.set(what, [...(out.get(what) ?? []), may]);
    }
    return [...out];
  };
  return (
    <div className="page-body role-cards" tabIndex={0} role="region" aria-label={t("console.users.tab.roles")}>
      {roles.map((role) => (
        <section key={role.id} className="panel" aria-label={titleOf(role.title, role.id)}>
          <header>
            <h2>{titleOf(role.title, role.id)}</h2>
            <span className="quiet mono">{role.id}</span>
            <span className="end quiet">{t("console.users.held_by", { n: users.filter((user) => user.roles.includes(role.id)).length })}</span>
          </header>
          <div className="inside"><dl className="facts">{groups(role.permissions).map(([what, may]) => <div key={what} className="contents"><dt className="mono">{what}</dt><dd className="mono soft">{may.join(", ")}</dd></div>)}</dl></div>
        </section>
      ))}
    </div>
  );
}

export default function Users() {
  const spoken = useLang();
  const users = useUsers();
  const roles = useRoles();
  const [search, change] = useSearch();
  const [adding, setAdding] = useState(false);
  const [once, setOnce] = useState<{ login: string; password: string } | null>(null);
  const phone = useNarrow(720);
  const box = useRef<HTMLInputElement>(null);
  const tab = search.get("tab") ?? "users";
  const text = (search.get("text") ?? "").toLowerCase();
  const at = search.get("at") ?? undefined;
  const rows = useMemo(() => (users.data ?? []).filter((user) => !text || `${user.login} ${user.name} ${user.roles.join(" ")}`.toLowerCase().includes(text)), [users.data, text]);
  const step = (by: number) => {
    const index = rows.findIndex((row) => row.login === at);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.login });
  };
  const listing = tab === "users";
  useKeys([
    { keys: "j", says: t("console.keys.next"), off: !listing, run: () => step(1) },
    { keys: "k", says: t("console.keys.previous"), off: !listing, run: () => step(-1) },
    { keys: "ArrowDown", says: "", off: !listing, run: () => step(1) },
    { keys: "ArrowUp", says: "", off: !listing, run: () => step(-1) },
    { keys: "Enter", says: t("console.keys.open"), off: !listing || !at, run: () => go(`/users/${at}`) },
    { keys: "/", says: t("console.keys.search"), off: !listing, run: () => box.current?.focus() },
    { keys: "n", says: t("console.users.new"), run: () => setAdding(true) },
  ]);
  const roleTitle = (id: string) => titleOf(roles?.find((role) => role.id === id)?.title, id);
  const columns = useMemo<Column<User>[]>(() => [
    { id: "name", title: t("console.users.name"), width: "minmax(160px, 2fr)", cell: (u) => <span className="line tight"><Face name={u.login} /><span className="cut">{u.name}</span></span> },
    { id: "login", title: t("console.sign_in.login"), width: "minmax(110px, 1fr)", cell: (u) => <span className="mono">{u.login}</span> },
    { id: "kind", title: t("console.users.kind"), width: "124px", cell: (u) => t(`console.users.kind.${kindOf(u)}`) },
    { id: "roles", title: t("console.users.roles"), width: "minmax(160px, 2fr)", cell: (u) => <span className="soft">{u.roles.map(roleTitle).join(", ") || "–"}</span> },
    { id: "factor", title: t("console.users.factor"), width: "110px", cell: (u) => kindOf(u) !== "person" ? <span className="quiet">–</span> : u.second_factor ? <span className="badge good">{t("console.factor.on")}</span> : <span className="badge medium">{t("console.factor.off")}</span> },
    { id: "seen", title: t("console.users.seen"), width: "124px", cell: (u) => <span className="soft"><Time at={u.last_sign_in} since /></span> },
    { id: "state", title: t("console.users.state"), width: "184px", cell: (u) => { const state = stateOf(u); return <span className={`badge ${state.tone}`}>{state.says}</span>; } },
  ], [roles, spoken]);
  return (
    <div className="system-list">
      <div className="page-head">
        <h1>{t("console.users.title")}</h1>
        {users.data && <span className="quiet">{t("console.users.count", { n: number(users.data.length) })}</span>}
        <span className="grow" />
        <Button look="primary" icon="plus" hint="N" onClick={() => setAdding(true)}>{t("console.users.new")}</Button>
      </div>
      <div className="system-tabs">
        <Tabs label={t("console.users.title")} at={tab} onChange={(id) => change({ tab: id === "users" ? undefined : id })} tabs={[
          { id: "users", says: t("console.users.tab.users") }, { id: "roles", says: t("console.users.tab.roles"), count: roles?.length }]} />
      </div>
      {users.isPending || !roles ? <div className="page-body"><Skeleton lines={8} /></div> : users.isError ? <div className="page-body"><Refusal error={users.error} again={() => void users.refetch()} /></div>
        : tab === "roles" ? <Roles roles={roles} users={users.data} /> : (
          <>
            <div className="system-filter"><div className="search grow">
              <Icon name="search" />
              <input ref={box} className="input" type="search" aria-label={t("console.users.search")} placeholder={t("console.users.search")} value={search.get("text") ?? ""}
                onChange={(event) => change({ text: event.target.value, at: undefined })} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
            </div></div>
            <div className="system-body">
              {rows.length === 0 ? <Empty icon="people" title={t("console.users.none")}>{t("console.users.none.says")}</Empty> : (
                <Grid label={t("console.users.title")} columns={columns} rows={rows} keyOf={(user) => user.login} at={at}
                  onSelect={(user) => (at === user.login || phone ? go(`/users/${user.login}`) : change({ at: user.login }))} onOpen={(user) => go(`/users/${user.login}`)} rowHeight={phone ? 60 : 36}
                  compact={phone ? (u) => <span className="line"><Face name={u.login} /><span className="grow cut">{u.name}<br /><span className="quiet">{u.roles.map(roleTitle).join(", ")}</span></span><span className={`badge ${stateOf(u).tone}`}>{stateOf(u).says}</span></span> : undefined} />
              )}
            </div>
          </>
        )}
      {adding && roles && <NewUser roles={roles} onClose={() => setAdding(false)} onMade={(login, password) => (password ? setOnce({ login, password }) : go(`/users/${login}`))} />}
      {once && <Once title={t("console.users.once", { login: once.login })} says={t("console.users.once.says")} lines={[once.password]} onClose={() => { setOnce(null); change({ at: once.login }); }} />}
    </div>
  );
}
