import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField, TextField } from "@/components/Field";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { lang, t, useLang } from "@/lib/text";
import { makePassword, usersKey, type AccountRole } from "./people";
import { RoleChoice } from "./RoleChoice";

type Kind = "person" | "program" | "glass";

/** A person, a program that acts by tokens, or the account in the safe. `onMade`: its login, and the password to hand over. */
export function NewUser({ roles, onClose, onMade }: { roles: AccountRole[]; onClose: () => void; onMade: (login: string, password: string) => void }) {
  useLang();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("person");
  const [given, setGiven] = useState({ login: "", name: "", lang: lang.get() as string, password: makePassword() });
  const [held, setHeld] = useState<string[]>(["analyst"]);
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  const turn = (to: Kind) => {
    setKind(to);
    setHeld(to === "person" ? ["analyst"] : to === "program" ? ["collector"] : ["admin"]);
  };
  return (
    <AskDialog wide title={t("console.users.new")} says={t("console.users.new.do")} onClose={onClose} onSend={async () => {
      const made = await call("createUser", { body: {
        login: given.login.trim().toLowerCase(), name: given.name.trim(), lang: given.lang as "ja", roles: held,
        ...(kind === "program" ? { service: true } : kind === "glass" ? { break_glass: true } : { password: given.password }),
      } });
      await client.invalidateQueries({ queryKey: usersKey });
      say({ tone: "good", text: t("console.users.made", { login: made.login }) });
      const password = kind === "person" ? given.password : made.password ?? "";
      setTimeout(() => onMade(made.login, password), 0);
    }}>
      <ChoiceField label={t("console.users.kind")} value={kind} help={t(`console.users.kind.${kind}.says`)} onChange={(event) => turn(event.target.value as Kind)}>
        {(["person", "program", "glass"] as const).map((one) => <option key={one} value={one}>{t(`console.users.kind.${one}`)}</option>)}
      </ChoiceField>
      <div className="pair">
        <TextField label={t("console.sign_in.login")} help={t("console.users.login.help")} must pattern="[A-Za-z0-9_][A-Za-z0-9._\-]*" maxLength={64} autoCapitalize="none" autoComplete="off" spellCheck={false} value={given.login} onChange={put("login")} />
        <TextField label={t("console.users.name")} must maxLength={200} autoComplete="off" value={given.name} onChange={put("name")} />
      </div>
      <div className="pair">
        <ChoiceField label={t("console.users.lang")} value={given.lang} onChange={put("lang")}>
          <option value="ja">{t("console.lang.ja")}</option>
          <option value="en">{t("console.lang.en")}</option>
        </ChoiceField>
        {kind === "person" && (
          <div className="line joined">
            <div className="grow"><TextField label={t("console.users.password")} help={t("console.users.password.help")} must minLength={12} autoComplete="off" spellCheck={false} className="input mono" value={given.password} onChange={put("password")} /></div>
            <Button label={t("console.users.password.again")} icon="key" onClick={() => setGiven({ ...given, password: makePassword() })} />
          </div>
        )}
      </div>
      <RoleChoice roles={roles} held={held} onChange={setHeld} />
    </AskDialog>
  );
}
