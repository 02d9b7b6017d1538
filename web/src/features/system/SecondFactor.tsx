import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { Button } from "@/components/Button";
import { AskDialog, Dialog } from "@/components/Dialog";
import { Refusal } from "@/components/Empty";
import { TextField } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { sessionKey, type Who } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { Once } from "./Once";
import { Qr } from "./Qr";

const few_codes = 3;

type Step = { at: "" | "password" | "renew" | "remove" } | { at: "offer"; secret: string; uri: string } | { at: "codes"; codes: string[] };

/** The picture to scan, the same as letters, and a first code that proves that it arrived. */
function Offer({ offer, onClose, onDone }: { offer: { secret: string; uri: string }; onClose: () => void; onDone: (codes: string[]) => void }) {
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    try {
      onDone((await call("confirmSecondFactor", { body: { code: code.trim() } })).recovery_codes);
    } catch (refused) {
      setError(refused);
      setCode("");
    }
  };
  const secret = offer.secret.replace(/(.{4})(?=.)/g, "$1 ");
  return (
    <Dialog title={t("console.factor.scan")} onClose={onClose}>
      <form ref={box} className="stack" onSubmit={confirm}>
        <div className="factor-offer">
          <Qr text={offer.uri} says={t("console.factor.qr")} />
          <div className="stack">
            <p>{t("console.factor.scan.says")}</p>
            <div><span className="label">{t("console.factor.secret")}</span><pre className="once" tabIndex={0} aria-label={t("console.factor.secret")}>{secret}</pre></div>
          </div>
        </div>
        <TextField label={t("console.factor.first")} help={t("console.factor.first.help")} inputMode="numeric" autoComplete="one-time-code" maxLength={16} must value={code} onChange={(event) => setCode(event.target.value)} />
        {error !== null && <Refusal error={error} />}
        <div className="line"><span className="end" /><Button type="submit" look="primary">{t("console.factor.confirm")}</Button></div>
      </form>
    </Dialog>
  );
}

export function SecondFactor({ who }: { who: Who }) {
  useLang();
  const client = useQueryClient();
  const [step, setStep] = useState<Step>({ at: "" });
  const [given, setGiven] = useState({ password: "", code: "" });
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  const begin = (at: "password" | "renew" | "remove") => {
    setGiven({ password: "", code: "" });
    setStep({ at });
  };
  // A dialog closes itself when it has sent; what comes next opens after that.
  const next = (to: Step) => setTimeout(() => setStep(to), 0);
  const refresh = () => client.invalidateQueries({ queryKey: sessionKey });
  const left = who.recovery_codes_left;
  return (
    <section className="panel" aria-labelledby="factor-title">
      <header>
        <h2 id="factor-title">{t("console.factor.title")}</h2>
        <span className={`badge ${who.second_factor ? "good" : "medium"}`}>{who.second_factor ? t("console.factor.on") : t("console.factor.off")}</span>
      </header>
      <div className="inside stack">
        {who.break_glass ? <p className="soft">{t("console.factor.glass")}</p> : who.second_factor ? (
          <>
            <p className="soft">{t("console.factor.on.says")}</p>
            {left <= few_codes
              ? <div className="notice warn"><Icon name="warn" /><span>{t("console.factor.few", { n: number(left) })}</span></div>
              : <p>{t("console.factor.left", { n: number(left) })}</p>}
            <div className="line wrap">
              <Button icon="key" onClick={() => begin("renew")}>{t("console.factor.renew")}</Button>
              <Button look="danger" onClick={() => begin("remove")}>{t("console.factor.remove")}</Button>
            </div>
          </>
        ) : (
          <>
            <p className="soft">{t("console.factor.off.says")}</p>
            <div className="line"><Button look="primary" icon="key" onClick={() => begin("password")}>{t("console.factor.begin")}</Button></div>
          </>
        )}
      </div>
      {step.at === "password" && (
        <AskDialog title={t("console.factor.begin")} says={t("console.factor.go_on")} onClose={() => setStep({ at: "" })} onSend={async () => {
          const offer = await call("beginSecondFactor", { body: { password: given.password } });
          next({ at: "offer", ...offer });
        }}>
          <TextField label={t("console.password.old")} type="password" autoComplete="current-password" must value={given.password} onChange={put("password")} />
        </AskDialog>
      )}
      {step.at === "offer" && <Offer offer={step} onClose={() => setStep({ at: "" })} onDone={(codes) => { setStep({ at: "codes", codes }); void refresh(); }} />}
      {step.at === "codes" && <Once title={t("console.factor.codes")} says={t("console.factor.codes.says")} lines={step.codes} onClose={() => setStep({ at: "" })} />}
      {step.at === "renew" && (
        <AskDialog title={t("console.factor.renew")} says={t("console.factor.renew.do")} onClose={() => setStep({ at: "" })} onSend={async () => {
          const made = await call("renewRecoveryCodes", { body: { code: given.code.trim() } });
          next({ at: "codes", codes: made.recovery_codes });
          void refresh();
        }}>
          <p>{t("console.factor.renew.says")}</p>
          <TextField label={t("console.sign_in.code")} inputMode="numeric" autoComplete="one-time-code" must value={given.code} onChange={put("code")} />
        </AskDialog>
      )}
      {step.at === "remove" && (
        <AskDialog danger title={t("console.factor.remove")} says={t("console.factor.remove")} onClose={() => setStep({ at: "" })} onSend={async () => {
          await call("removeSecondFactor", { body: { password: given.password, code: given.code.trim() } });
          say({ tone: "good", text: t("console.factor.removed") });
          void refresh();
        }}>
          <p>{t("console.factor.remove.says")}</p>
          <TextField label={t("console.password.old")} type="password" autoComplete="current-password" must value={given.password} onChange={put("password")} />
          <TextField label={t("console.factor.code_or_recovery")} autoComplete="one-time-code" must value={given.code} onChange={put("code")} />
        </AskDialog>
      )}
    </section>
  );
}
