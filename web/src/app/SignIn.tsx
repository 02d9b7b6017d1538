import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/Button";
import { Refusal, refusalText } from "@/components/Empty";
import { TextField } from "@/components/Field";
import { call, Problem } from "@/lib/call";
import { changeSession, sessionKey, type Who } from "@/lib/session";
import { speak, t, useLang } from "@/lib/text";
import { Doorway } from "./Doorway";

/** Who is there? A second factor where the account has one; and, when an administrator set the password, a new one. */
export function SignIn({ who }: { who: Who | null }) {
  useLang();
  const client = useQueryClient();
  const [given, setGiven] = useState({ login: "", password: "", code: "", first: "", second: "" });
  const [error, setError] = useState<unknown>(null);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [factor, setFactor] = useState<"" | "app" | "recovery">("");
  const changing = who?.must_change_password === true;
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    setWrong("");
    try {
      await work();
    } catch (refused) {
      if (!(refused instanceof Problem && refused.status === 401)) return setError(refused);
      if (refused.code !== "sign_in.second_factor") {
        setFactor("");
        return setWrong(t("console.sign_in.wrong"));
      }
      if (factor) setWrong(t("console.sign_in.code.wrong"));
      else setFactor("app");
      setGiven({ ...given, code: "" });
    } finally {
      setBusy(false);
    }
  };
  const turn = (to: typeof factor) => {
    setFactor(to);
    setWrong("");
    setError(null);
    setGiven({ ...given, code: "", ...(to ? {} : { password: "" }) });
  };
  const signIn = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const code = factor && given.code.trim() ? { code: given.code.trim() } : {};
      const came = await call("signIn", { body: { login: given.login.trim(), password: given.password, ...code } });
      if (!localStorage.getItem("yagura.lang")) await speak(came.lang);
      changeSession(client, came);
    });
  };
  const change = (event: FormEvent) => {
    event.preventDefault();
    if (given.first !== given.second) return setWrong(t("console.password.differs"));
    void run(async () => {
      await call("changePassword", { body: { old_password: given.password, new_password: given.first } });
      client.setQueryData(sessionKey, { ...who!, must_change_password: false });
      await client.invalidateQueries({ queryKey: sessionKey });
    });
  };
  return (
    <Doorway>
      {changing ? (
        <form className="stack" onSubmit={change}>
          <h1>{t("console.password.title")}</h1>
          <p className="soft">{t("console.password.says")}</p>
          {!given.login && <TextField label={t("console.password.old")} type="password" autoComplete="current-password" must value={given.password} onChange={put("password")} />}
          <TextField label={t("console.password.new")} type="password" autoComplete="new-password" must minLength={12} help={t("console.password.rule")} value={given.first} onChange={put("first")} />
          <TextField label={t("console.password.again")} type="password" autoComplete="new-password" must wrong={wrong} value={given.second} onChange={put("second")} />
          {error !== null && <Refusal error={error} />}
          <Button type="submit" look="primary" disabled={busy}>{t("console.password.change")}</Button>
        </form>
      ) : (
        <form className="stack" onSubmit={signIn}>
          <h1>{factor ? t("console.sign_in.code.title") : t("console.sign_in.title")}</h1>
          {factor === "" && <TextField label={t("console.sign_in.login")} autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus must value={given.login} onChange={put("login")} />}
          {factor === "" && <TextField label={t("console.sign_in.password")} type="password" autoComplete="current-password" must wrong={wrong} value={given.password} onChange={put("password")} />}
          {factor === "app" && <TextField key="app" label={t("console.sign_in.code")} help={t("console.sign_in.code.help")} inputMode="numeric" autoComplete="one-time-code" maxLength={16} autoFocus must wrong={wrong} value={given.code} onChange={put("code")} />}
          {factor === "recovery" && <TextField key="recovery" label={t("console.sign_in.recovery")} help={t("console.sign_in.recovery.help")} autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} autoFocus must wrong={wrong} value={given.code} onChange={put("code")} />}
          {error !== null && <div className="notice bad" role="alert">{refusalText(error)}</div>}
          <Button type="submit" look="primary" disabled={busy}>{t("console.sign_in.do")}</Button>
          {factor !== "" && (
            <div className="line wrap">
              <Button look="plain" icon="key" onClick={() => turn(factor === "app" ? "recovery" : "app")}>{factor === "app" ? t("console.sign_in.use_recovery") : t("console.sign_in.use_app")}</Button>
              <span className="end" />
              <Button look="plain" onClick={() => turn("")}>{t("console.sign_in.other")}</Button>
            </div>
          )}
        </form>
      )}
    </Doorway>
  );
}
