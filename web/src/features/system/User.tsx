import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Refusal, Skeleton } from "@/components/Empty";
import { ChoiceField, TextField } from "@/components/Field";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go } from "@/lib/place";
import { useWho } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { Once } from "./Once";
import { kindOf, makePassword, stateOf, useRoles, usersKey, type AccountRole, type User as Account } from "./people";
import { RoleChoice } from "./RoleChoice";
import { Sessions } from "./Sessions";
import "./system.css";

type Changes = { name?: string; lang?: "ja" | "en"; roles?: string[]; disabled?: boolean; password?: string; reseal?: boolean; remove_second_factor?: boolean };

function Person({ user, roles, change }: { user: Account; roles: AccountRole[]; change: (changes: Changes) => Promise<unknown> }) {
  const [given, setGiven] = useState({ name: user.name, lang: user.lang as string });
  const [held, setHeld] = useState(user.roles);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    setGiven({ name: user.name, lang: user.lang });
    setHeld(user.roles);
  }, [user]);
  const changed = given.name !== user.name || given.lang !== user.lang || [...held].sort().join() !== [...user.roles].sort().join();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    await change({ name: given.name.trim(), lang: given.lang as "ja", roles: held }).then(() => say({ tone: "good", text: t("console.user.saved") }), setError);
  };
  return (
    <section className="panel" aria-labelledby="person-title">
      <header><h2 id="person-title">{t("console.user.person")}</h2></header>
      <form className="inside stack" onSubmit={save}>
        <div className="pair">
          <TextField label={t("console.users.name")} must maxLength={200} value={given.name} onChange={(event) => setGiven({ ...given, name: event.target.value })} />
          <ChoiceField label={t("console.users.lang")} value={given.lang} onChange={(event) => setGiven({ ...given, lang: event.target.value })}>
            <option value="ja">{t("console.lang.ja")}</option>
            <option value="en">{t("console.lang.en")}</option>
          </ChoiceField>
        </div>
        <RoleChoice roles={roles} held={held} onChange={setHeld} />
        {error !== null && <Refusal error={error} />}
        <div className="line"><Button type="submit" look="primary" disabled={!changed}>{t("console.save")}</Button></div>
      </form>
    </section>
  );
}

type Asking = "" | "disable" | "password" | "factor" | "reseal";

/** What an administrator may do with an account beside naming it: each asks once more, since sessions end by it. */
function Access({ user, change, onSecret }: { user: Account; change: (changes: Changes) => Promise<{ password?: string }>; onSecret: (password: string) => void }) {
  const who = useWho();
  const [asking, setAsking] = useState<Asking>("");
  const [password, setPassword] = useState("");
  const kind = kindOf(user);
  const own = who.login === user.login;
  const ask = (what: Asking) => {
    setPassword(makePassword());
    setAsking(what);
  };
  const done = () => say({ tone: "good", text: t("console.user.saved") });
  const enable = () => change({ disabled: false }).then(done, (refused: unknown) => say({ tone: "bad", text: String(refused) }));
  return (
    <section className="panel" aria-labelledby="access-title">
      <header><h2 id="access-title">{t("console.user.access")}</h2></header>
      <ul className="inside acts">
        {kind === "person" && !own && <li><div className="grow"><b>{t("console.user.password")}</b><p className="soft">{t("console.user.password.says")}</p></div><Button icon="key" onClick={() => ask("password")}>{t("console.user.password.do")}</Button></li>}
        {kind === "person" && !own && user.second_factor && <li><div className="grow"><b>{t("console.user.factor")}</b><p className="soft">{t("console.user.factor.says")}</p></div><Button look="danger" onClick={() => ask("factor")}>{t("console.user.factor.do")}</Button></li>}
        {kind === "glass" && <li><div className="grow"><b>{t("console.user.reseal")}</b><p className="soft">{t("console.user.reseal.says")}</p></div><Button icon="key" onClick={() => ask("reseal")}>{t("console.user.reseal.do")}</Button></li>}
        {own && <li><div className="grow"><b>{t("console.user.own")}</b><p className="soft">{t("console.user.own.says")}</p></div><Link className="button" to="/account">{t("console.account_page.title")}</Link></li>}
        <li>
          <div className="grow"><b>{user.disabled ? t("console.user.enable") : t("console.user.disable")}</b><p className="soft">{user.disabled ? t("console.user.enable.says") : t("console.user.disable.says")}</p></div>
          {user.disabled ? <Button onClick={() => void enable()}>{t("console.user.enable.do")}</Button> : <Button look="danger" onClick={() => ask("disable")}>{t("console.user.disable.do")}</Button>}
        </li>
      </ul>
      {asking === "disable" && <AskDialog danger title={t("console.user.disable.ask", { login: user.login })} says={t("console.user.disable.do")} onClose={() => setAsking("")} onSend={() => change({ disabled: true }).then(done)}><p>{t("console.user.disable.says")}</p></AskDialog>}
      {asking === "factor" && <AskDialog danger title={t("console.user.factor")} says={t("console.user.factor.do")} onClose={() => setAsking("")} onSend={() => change({ remove_second_factor: true }).then(done)}><p>{t("console.user.factor.ask")}</p></AskDialog>}
      {asking === "reseal" && <AskDialog title={t("console.user.reseal")} says={t("console.user.reseal.do")} onClose={() => setAsking("")} onSend={async () => { const made = await change({ reseal: true }); setTimeout(() => onSecret(made.password ?? ""), 0); }}><p>{t("console.user.reseal.ask")}</p></AskDialog>}
      {asking === "password" && (
        <AskDialog title={t("console.user.password")} says={t("console.user.password.do")} onClose={() => setAsking("")} onSend={async () => { await change({ password }); setTimeout(() => onSecret(password), 0); }}>
          <p>{t("console.user.password.ask")}</p>
          <TextField label={t("console.users.password")} must minLength={12} autoComplete="off" spellCheck={false} className="input mono" value={password} onChange={(event) => setPassword(event.target.value)} />
        </AskDialog>
      )}
    </section>
  );
}

export default function User({ params }: PageProps) {
  useLang();
  const client = useQueryClient();
  const login = params.login ?? "";
  const [secret, setSecret] = useState("");
  const user = useQuery({ queryKey: ["user", login], queryFn: () => call("getUser", { path: { login } }) });
  const roles = useRoles();
  useKeys([{ keys: "Escape", says: t("console.keys.back"), run: () => go("/users") }]);
  const change = async (body: Changes) => {
    const now = await call("changeUser", { path: { login }, body });
    client.setQueryData(["user", login], now);
    await Promise.all([client.invalidateQueries({ queryKey: usersKey }), client.invalidateQueries({ queryKey: ["sessions", login] })]);
    return now;
  };
  if (user.isPending || !roles) return <div className="page-body first"><Skeleton lines={8} /></div>;
  if (user.isError) return <div className="page-body first"><Refusal error={user.error} again={() => void user.refetch()} /></div>;
  const state = stateOf(user.data);
  return (
    <>
      <div className="page-head">
        <Link className="button plain" to="/users">{t("console.users.title")}</Link>
        <h1>{user.data.name}</h1>
        <span className="quiet mono">{login}</span>
        <span className={`badge ${state.tone}`}>{state.says}</span>
        <span className="badge outline">{t(`console.users.kind.${kindOf(user.data)}`)}</span>
        <span className="end quiet">{t("console.users.seen")}: <Time at={user.data.last_sign_in} since /></span>
      </div>
      <div className="page-body narrow">
        <Person user={user.data} roles={roles} change={change} />
        <Access user={user.data} change={change} onSecret={setSecret} />
        {!user.data.service && <Sessions login={login} />}
      </div>
      {secret && <Once title={t("console.users.once", { login })} says={user.data.break_glass ? t("console.user.reseal.once") : t("console.users.once.says")} lines={[secret]} onClose={() => setSecret("")} />}
    </>
  );
}
