import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/Button";
import { Refusal } from "@/components/Empty";
import { TextField } from "@/components/Field";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useSession, useWho, type Who } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";
import "./system.css";

function Password({ who }: { who: Who }) {
  const client = useQueryClient();
  const [given, setGiven] = useState({ old: "", first: "", second: "" });
  const [error, setError] = useState<unknown>(null);
  const [wrong, setWrong] = useState("");
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  const change = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    setWrong("");
    if (given.first !== given.second) return setWrong(t("console.password.differs"));
    try {
      await call("changePassword", { body: { old_password: given.old, new_password: given.first } });
      setGiven({ old: "", first: "", second: "" });
      say({ tone: "good", text: t("console.account_page.password_changed") });
      await client.invalidateQueries({ queryKey: ["sessions", ""] });
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <section className="panel" aria-labelledby="password-title">
      <header><h2 id="password-title">{t("console.account_page.password")}</h2></header>
      <div className="inside">
        {who.break_glass ? <p className="soft">{t("console.account_page.password.glass")}</p> : (
          <form className="stack" onSubmit={change}>
            <input type="text" hidden readOnly autoComplete="username" value={who.login} />
            <TextField label={t("console.password.old")} type="password" autoComplete="current-password" must value={given.old} onChange={put("old")} />
            <div className="pair">
              <TextField label={t("console.password.new")} type="password" autoComplete="new-password" must minLength={12} help={t("console.password.rule")} value={given.first} onChange={put("first")} />
              <TextField label={t("console.password.again")} type="password" autoComplete="new-password" must wrong={wrong} value={given.second} onChange={put("second")} />
            </div>
            {error !== null && <Refusal error={error} />}
            <div className="line"><Button type="submit" look="primary">{t("console.account_page.password.do")}</Button><span className="quiet">{t("console.account_page.password.ends")}</span></div>
          </form>
        )}
      </div>
    </section>
  );
}

/** The own account: password, second factor, sessions. */
export default function Account() {
  useLang();
  const before = useWho();
  const who = useSession().data ?? before;
  return (
    <>
      <div className="page-head">
        <h1>{t("console.account_page.title")}</h1>
        <span className="quiet">{who.name} · <span className="mono">{who.login}</span></span>
      </div>
      <div className="page-body narrow">
        <SecondFactor who={who} />
        <Password who={who} />
        <Sessions />
      </div>
    </>
  );
}
