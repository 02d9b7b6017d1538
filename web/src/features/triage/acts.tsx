// What one may do with an alert, by button and by key.
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { actorOf, person } from "@/components/Badge";
import { AskDialog } from "@/components/Dialog";
import { refusalText } from "@/components/Empty";
import { ChoiceField, ProseField, TextField } from "@/components/Field";
import { act, say } from "@/lib/acts";
import { call } from "@/lib/call";
import type { AlertRecord } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { t } from "@/lib/text";
import { putAlert } from "./alerts";

type Sheet = "escalate" | "dismiss" | "judge" | "comment" | "assign" | "reopen";
const open_states = ["new", "set_aside", "acknowledged"];
const verdicts = ["false_positive", "benign", "true_positive"] as const;

export function useAlertActs(alert: AlertRecord | undefined) {
  const client = useQueryClient();
  const may = useMay();
  const who = useWho();
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const state = alert?.state ?? "";
  const can = {
    acknowledge: !!alert && (state === "new" || state === "set_aside") && may("alert.acknowledge"),
    escalate: !!alert && open_states.includes(state) && may("alert.escalate"),
    dismiss: !!alert && open_states.includes(state) && may("alert.dismiss"),
    judge: !!alert && may("alert.judge") && state !== "closed",
    comment: !!alert && may("alert.comment"),
    assign: !!alert && may("alert.assign"),
    reopen: !!alert && (state === "dismissed" || state === "closed") && may("alert.reopen"),
  };
  const refresh = (id: string) => {
    void client.invalidateQueries({ queryKey: ["alert", id] });
    void client.invalidateQueries({ queryKey: ["record", "alert", id] });
    void client.invalidateQueries({ queryKey: ["alerts", "open-count"] });
  };
  const put = (changed: AlertRecord) => {
    putAlert(client, changed.id, () => changed);
    refresh(changed.id);
  };
  const acknowledge = () => {
    if (!alert || !can.acknowledge) return;
    const before = alert;
    act({
      says: t("console.alert.did.acknowledge", { id: alert.id }),
      show: () => putAlert(client, before.id, (a) => ({ ...a, state: "acknowledged", body: { ...a.body, assignee: actorOf(who.login) } })),
      hide: () => putAlert(client, before.id, () => before),
      send: (keepalive) => call("acknowledgeAlert", { path: { id: before.id }, body: {}, keepalive }).then((changed) => put(changed as AlertRecord)),
      failed: (error) => say({ tone: "bad", text: t("console.alert.failed.acknowledge", { id: before.id }), detail: refusalText(error) }),
    });
  };
  const open = (wanted: Sheet) => () => can[wanted] && setSheet(wanted);
  const close = () => setSheet(null);
  const dialog = alert && sheet ? <Sheets alert={alert} sheet={sheet} onClose={close} onPut={put} onDone={() => refresh(alert.id)} /> : null;
  return { can, acknowledge, escalate: open("escalate"), dismiss: open("dismiss"), judge: open("judge"), comment: open("comment"), assign: open("assign"), reopen: open("reopen"), dialog };
}

function Sheets({ alert, sheet, onClose, onPut, onDone }: {
  alert: AlertRecord; sheet: Sheet; onClose: () => void; onPut: (changed: AlertRecord) => void; onDone: () => void;
}): ReactNode {
  const who = useWho();
  const [reason, setReason] = useState("");
  const [verdict, setVerdict] = useState<(typeof verdicts)[number]>(sheet === "judge" ? "true_positive" : "false_positive");
  const [into, setInto] = useState("");
  const [user, setUser] = useState(person(alert.body.assignee) || who.login);
  const path = { id: alert.id };
  const title = `${t(`console.alert.act.${sheet}`)} · ${alert.id}`;
  const why = <ProseField label={t("console.alert.reason")} must value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t(`console.alert.reason.${sheet === "escalate" ? "escalate" : "dismiss"}`)} />;
  const choice = (
    <ChoiceField label={t("console.alert.verdict")} must value={verdict} onChange={(e) => setVerdict(e.target.value as typeof verdict)}>
      {verdicts.map((v) => <option key={v} value={v}>{t(`console.alert.verdict.${v}`)}</option>)}
    </ChoiceField>
  );
  const put = (changed: unknown) => onPut(changed as AlertRecord);
  switch (sheet) {
    case "escalate":
      return (
        <AskDialog title={title} says={t("console.alert.act.escalate")} onClose={onClose} onSend={async () => {
          put(await call("escalateAlert", { path, body: { reason, ...(into.trim() ? { into: into.trim() } : {}) } }));
          const incident = await incidentOf(alert.id);
          say({ tone: "good", text: t("console.alert.did.escalate", { id: alert.id }), ms: 12_000, ...(incident ? { link: { to: `/incidents/${incident}`, says: incident } } : {}) });
          onDone();
        }}>
          <p className="soft">{t("console.alert.escalate.says")}</p>
          {why}
          <TextField label={t("console.alert.escalate.into")} help={t("console.alert.escalate.into.help")} value={into} onChange={(e) => setInto(e.target.value)} placeholder="INC-2026-0001" pattern="\s*(INC-[0-9]{4}-[0-9]+)?\s*" />
        </AskDialog>
      );
    case "dismiss":
      return (
        <AskDialog danger title={title} says={t("console.alert.act.dismiss")} onClose={onClose} onSend={async () => {
          put(await call("dismissAlert", { path, body: { verdict, reason } }));
          say({ tone: "good", text: t("console.alert.did.dismiss", { id: alert.id }) });
        }}>{choice}{why}</AskDialog>
      );
    case "judge":
      return <AskDialog title={title} says={t("console.save")} onClose={onClose} onSend={async () => put(await call("judgeAlert", { path, body: { verdict, reason } }))}>{choice}{why}</AskDialog>;
    case "reopen":
      return <AskDialog title={title} says={t("console.alert.act.reopen")} onClose={onClose} onSend={async () => put(await call("reopenAlert", { path, body: { reason } }))}>{why}</AskDialog>;
    case "assign":
      return (
        <AskDialog title={title} says={t("console.alert.act.assign")} onClose={onClose} onSend={async () => put(await call("assignAlert", { path, body: { user: actorOf(user) } }))}>
          <TextField label={t("console.alert.assign.who")} help={t("console.alert.assign.help")} must value={user} onChange={(e) => setUser(e.target.value)} />
        </AskDialog>
      );
    case "comment":
      return (
        <AskDialog title={title} says={t("console.alert.act.comment")} onClose={onClose} onSend={async () => { await call("commentAlert", { path, body: { text: reason } }); onDone(); }}>
          <ProseField label={t("console.alert.comment")} must value={reason} onChange={(e) => setReason(e.target.value)} />
        </AskDialog>
      );
  }
}

/** The incident that an escalated alert became part of; response takes it in a moment later. */
async function incidentOf(id: string): Promise<string | undefined> {
  for (let i = 0; i < 10; ++i) {
    const now = (await call("getAlert", { path: { id } })) as AlertRecord;
    if (now.body.incident) return now.body.incident;
    await new Promise((done) => setTimeout(done, 150));
  }
  return undefined;
}
