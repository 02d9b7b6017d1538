import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { Button } from "@/components/Button";
import { Empty, Refusal } from "@/components/Empty";
import { TextField } from "@/components/Field";
import { call, Problem } from "@/lib/call";
import { go } from "@/lib/place";
import { changeSession } from "@/lib/session";
import { lang, t, useLang } from "@/lib/text";
import { Doorway } from "./Doorway";

/** The secret of the link that the terminal showed; taken out of the address at once, so that no history keeps it. */
function takeSecret(): string {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", "/first-run");
  return secret;
}
const secret = location.pathname === "/first-run" ? takeSecret() : "";

/** Makes the first administrator, once. */
export function FirstRun() {
  useLang();
  const client = useQueryClient();
  const [given, setGiven] = useState({ login: "", name: "", first: "", second: "" });
  const [error, setError] = useState<unknown>(null);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  useEffect(() => {
    document.title = `${t("console.first_run.title")} · Yagura`;
  });
  const over = !secret || (error instanceof Problem && (error.code === "first_run.closed" || error.code === "first_run.remote"));
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    setWrong("");
    if (given.first !== given.second) return setWrong(t("console.password.differs"));
    setBusy(true);
    try {
      const who = await call("beginFirstRun", { body: { secret, login: given.login.trim().toLowerCase(), name: given.name.trim(), lang: lang.get(), password: given.first } });
      go("/welcome", { replace: true });
      changeSession(client, who);
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Doorway>
      {over ? (
        <Empty icon="key" title={t("console.first_run.over")} act={<Button look="primary" onClick={() => go("/queue", { replace: true })}>{t("console.sign_in.title")}</Button>}>
          {error instanceof Problem && error.code === "first_run.remote" ? t("console.first_run.remote") : t("console.first_run.over.says")}
        </Empty>
      ) : (
        <form className="stack" onSubmit={begin}>
          <h1>{t("console.first_run.title")}</h1>
          <p className="soft">{t("console.first_run.says")}</p>
          <TextField label={t("console.first_run.name")} must autoFocus autoComplete="name" maxLength={200} value={given.name} onChange={put("name")} />
          <TextField label={t("console.sign_in.login")} help={t("console.first_run.login.help")} must autoComplete="username" autoCapitalize="none" spellCheck={false} pattern="[A-Za-z0-9_][A-Za-z0-9._\-]*" maxLength={64} value={given.login} onChange={put("login")} />
          <TextField label={t("console.password.new")} type="password" autoComplete="new-password" must minLength={12} help={t("console.password.rule")} value={given.first} onChange={put("first")} />
          <TextField label={t("console.password.again")} type="password" autoComplete="new-password" must wrong={wrong} value={given.second} onChange={put("second")} />
          {error !== null && <Refusal error={error} />}
          <Button type="submit" look="primary" disabled={busy}>{t("console.first_run.do")}</Button>
        </form>
      )}
    </Doorway>
  );
}
