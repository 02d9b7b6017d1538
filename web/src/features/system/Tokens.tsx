import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { ChoiceField, TextField } from "@/components/Field";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { useMay, useWho } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { Once } from "./Once";
import { useRoles, useUsers, type Token } from "./people";
import "./system.css";

const day_ms = 86_400_000;
const spans = ["7", "30", "90", "365"] as const; // days; the server takes 366 at most

function stateOf(token: Token): "revoked" | "over" | "living" {
  return token.revoked_at ? "revoked" : new Date(token.expires_at).getTime() <= Date.now() ? "over" : "living";
}

/** Which permissions of its owner a token carries; the fewer the better, so none is marked at first. */
function Permissions({ of, held, onChange }: { of: string[]; held: string[]; onChange: (held: string[]) => void }) {
  const groups = useMemo(() => {
    const out = new Map<string, string[]>();
    for (const permission of of) {
      const what = permission.split(".")[0] ?? "";
      out.set(what, [...(out.get(what) ?? []), permission]);
    }
    return [...out];
  }, [of]);
  const flip = (permission: string) => onChange(held.includes(permission) ? held.filter((one) => one !== permission) : [...held, permission]);
  return (
    <fieldset className="options columns">
      <legend className="label">{t("console.tokens.permissions")}<span className="must" aria-hidden="true">*</span></legend>
      {groups.map(([what, all]) => (
        <div key={what} role="group" aria-label={what}>
          {all.map((permission) => (
            <label key={permission} className="check"><input type="checkbox" checked={held.includes(permission)} onChange={() => flip(permission)} /><span className="mono">{permission}</span></label>
          ))}
        </div>
      ))}
      {of.length === 0 && <p className="soft">{t("console.tokens.permissions.none")}</p>}
    </fieldset>
  );
}

function NewToken({ onClose, onMade }: { onClose: () => void; onMade: (name: string, secret: string) => void }) {
  const who = useWho();
  const may = useMay();
  const client = useQueryClient();
  const others = may("token.manage") && may("user.manage");
  const programs = (useUsers(others).data ?? []).filter((user) => user.service && !user.disabled);
  const roles = useRoles(others);
  const [given, setGiven] = useState({ name: "", login: who.login, days: "90" });
  const [held, setHeld] = useState<string[]>([]);
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  const owners = useMemo(() => {
    if (given.login === who.login) return [...who.permissions].sort();
    const owner = programs.find((user) => user.login === given.login);
    return [...new Set((roles ?? []).filter((role) => owner?.roles.includes(role.id)).flatMap((role) => role.permissions))].sort();
  }, [given.login, who, programs, roles]);
  return (
    <AskDialog wide title={t("console.tokens.new")} says={t("console.tokens.new.do")} onClose={onClose} onSend={async () => {
      const made = await call("createToken", { body: {
        name: given.name.trim(), permissions: held.filter((one) => owners.includes(one)),
        expires_at: new Date(Date.now() + Number(given.days) * day_ms).toISOString(), ...(given.login === who.login ? {} : { login: given.login }),
      } });
      await client.invalidateQueries({ queryKey: ["tokens"] });
      setTimeout(() => onMade(made.name, made.secret), 0);
    }}>
      <TextField label={t("console.tokens.name")} help={t("console.tokens.name.help")} must maxLength={200} autoComplete="off" value={given.name} onChange={put("name")} />
      <div className="pair">
        <ChoiceField label={t("console.tokens.for")} help={t("console.tokens.for.help")} value={given.login} onChange={(event) => { put("login")(event); setHeld([]); }}>
          <option value={who.login}>{t("console.tokens.for.me")}</option>
          {programs.map((user) => <option key={user.login} value={user.login}>{user.name} ({user.login})</option>)}
        </ChoiceField>
        <ChoiceField label={t("console.tokens.ends")} value={given.days} onChange={put("days")}>
          {spans.map((days) => <option key={days} value={days}>{t("console.tokens.days", { n: days })}</option>)}
        </ChoiceField>
      </div>
      <Permissions of={owners} held={held} onChange={setHeld} />
    </AskDialog>
  );
}

export default function Tokens() {
  useLang();
  const may = useMay();
  const who = useWho();
  const client = useQueryClient();
  const all = may("token.manage");
  const tokens = useQuery({ queryKey: ["tokens", all], queryFn: async () => (await call("listTokens", all ? { query: { all: true } } : {})).tokens });
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const [once, setOnce] = useState<{ name: string; secret: string } | null>(null);
  useKeys([{ keys: "n", says: t("console.tokens.new"), run: () => setAdding(true) }]);
  const sorted = useMemo(() => [...(tokens.data ?? [])].sort((a, b) => Number(stateOf(a) !== "living") - Number(stateOf(b) !== "living") || b.created_at.localeCompare(a.created_at)), [tokens.data]);
  return (
    <>
      <div className="page-head">
        <h1>{t("console.tokens.title")}</h1>
        {tokens.data && <span className="quiet">{t("console.tokens.count", { n: number(sorted.filter((one) => stateOf(one) === "living").length) })}</span>}
        <span className="grow" />
        {!who.break_glass && <Button look="primary" icon="plus" hint="N" onClick={() => setAdding(true)}>{t("console.tokens.new")}</Button>}
      </div>
      <div className="page-body">
        <p className="soft">{t("console.tokens.says")}</p>
        {tokens.isPending ? <Skeleton lines={5} /> : tokens.isError ? <Refusal error={tokens.error} again={() => void tokens.refetch()} /> : sorted.length === 0 ? (
          <Empty icon="key" title={t("console.tokens.none")} act={<Button icon="plus" onClick={() => setAdding(true)}>{t("console.tokens.new")}</Button>}>{t("console.tokens.none.says")}</Empty>
        ) : (
          <section className="panel" aria-label={t("console.tokens.title")}>
            <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.tokens.title")}>
              <table className="plain tokens">
                <thead><tr>{["name", "owner", "permissions", "made", "used", "ends", "state"].map((id) => <th key={id}>{t(`console.tokens.column.${id}`)}</th>)}<th><span className="visually-hidden">{t("console.more")}</span></th></tr></thead>
                <tbody>
                  {sorted.map((token) => {
                    const state = stateOf(token);
                    return (
                      <tr key={token.id} className={state === "living" ? "" : "over"}>
                        <td><b>{token.name}</b></td>
                        <td className="mono">{token.login}</td>
                        <td className="mono soft wide">{token.permissions.join(", ") || "–"}</td>
                        <td><Time at={token.created_at} since /></td>
                        <td>{token.last_used ? <Time at={token.last_used} since /> : <span className="quiet">{t("console.tokens.never")}</span>}</td>
                        <td><Time at={token.expires_at} since /></td>
                        <td><span className={`badge ${state === "living" ? "good" : "outline"}`}>{t(`console.tokens.state.${state}`)}</span></td>
                        <td className="act">{state === "living" && <Button small look="danger" onClick={() => setRevoking(token)}>{t("console.tokens.revoke")}</Button>}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          </section>
        )}
      </div>
      {adding && <NewToken onClose={() => setAdding(false)} onMade={(name, secret) => setOnce({ name, secret })} />}
      {once && <Once title={t("console.tokens.once", { name: once.name })} says={t("console.tokens.once.says")} lines={[once.secret]} onClose={() => setOnce(null)} />}
      {revoking && (
        <AskDialog danger title={t("console.tokens.revoke.ask", { name: revoking.name })} says={t("console.tokens.revoke")} onClose={() => setRevoking(null)} onSend={async () => {
          await call("revokeToken", { path: { id: revoking.id } });
          say({ tone: "good", text: t("console.tokens.revoked", { name: revoking.name }) });
          await client.invalidateQueries({ queryKey: ["tokens"] });
        }}><p>{t("console.tokens.revoke.says")}</p></AskDialog>
      )}
    </>
  );
}
