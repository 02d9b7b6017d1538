// How a rule of one's own comes into force and out of it: with its reason, and told when somebody was quicker.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { person } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { ProseField } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call, Problem } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { t, useLang } from "@/lib/text";

export type OwnRule = Schemas["Record_own_rule"];

/** What somebody else made of the rule since it was read; null when the refusal is another one. */
export function quickerOf(error: unknown): OwnRule | null {
  if (!(error instanceof Problem) || error.status !== 409) return null;
  return (error.more.conflict as { current?: OwnRule } | undefined)?.current ?? null;
}

/** The text as it is written goes in force, anew or in the place of `own`. */
export function PutDialog({ own, version, yaml, samples, onClose, onDone, onQuicker }: {
  own: string; version: number; yaml: string; samples: string; onClose: () => void; onDone: (rule: OwnRule) => void; onQuicker: (theirs: OwnRule) => void;
}) {
  useLang();
  const client = useQueryClient();
  const [why, setWhy] = useState("");
  const send = async () => {
    const body = { yaml, why, ...(samples.trim() ? { samples } : {}) };
    try {
      const rule = own ? await call("replaceRuleInForce", { path: { id: own }, body: { ...body, version } }) : await call("putRuleInForce", { body });
      say({ tone: "good", text: t("console.rules.put.done", { title: rule.body.title ?? "" }), link: { to: "/rules/own", says: t("console.rules.own") } });
      await Promise.all([client.invalidateQueries({ queryKey: ["rules"] }), client.invalidateQueries({ queryKey: ["rule"] }), client.invalidateQueries({ queryKey: ["own-rules"] })]);
      onDone(rule);
    } catch (error) {
      const theirs = quickerOf(error);
      if (!theirs) throw error;
      onQuicker(theirs);
    }
  };
  return (
    <AskDialog title={t(own ? "console.rules.put.again" : "console.rules.put")} says={t("console.rules.put")} onClose={onClose} onSend={send}>
      <p className="soft">{t("console.rules.put.says")}</p>
      <ProseField label={t("console.rules.why")} must value={why} onChange={(event) => setWhy(event.target.value)} />
    </AskDialog>
  );
}

/** Out of force, or back into it. */
export function MoveDialog({ rule, onClose, onDone }: { rule: OwnRule; onClose: () => void; onDone?: (rule: OwnRule) => void }) {
  useLang();
  const client = useQueryClient();
  const [why, setWhy] = useState("");
  const out = rule.state === "in_force";
  const send = async () => {
    const moved = await call(out ? "takeRuleOutOfForce" : "putRuleBackInForce", { path: { id: rule.id }, body: { why, version: rule.version } });
    say({ tone: "good", text: t(out ? "console.rules.withdrawn.done" : "console.rules.put.done", { title: moved.body.title ?? "" }) });
    onDone?.(moved as OwnRule);
    // A rule that is out of force is not asked for again where it was seen.
    await Promise.all([client.invalidateQueries({ queryKey: ["rules"] }), client.invalidateQueries({ queryKey: ["rule"], refetchType: "none" }), client.invalidateQueries({ queryKey: ["own-rules"] })]);
  };
  return (
    <AskDialog danger={out} title={t(out ? "console.rules.withdraw.title" : "console.rules.restore.title", { title: rule.body.title ?? "" })} says={t(out ? "console.rules.withdraw" : "console.rules.restore")} onClose={onClose} onSend={send}>
      <p className="soft">{t(out ? "console.rules.withdraw.says" : "console.rules.put.says")}</p>
      <ProseField label={t("console.rules.why")} must value={why} onChange={(event) => setWhy(event.target.value)} />
    </AskDialog>
  );
}

/** Somebody was quicker: theirs can be read, taken, or replaced by what stands here. */
export function Quicker({ theirs, onTake, onKeep }: { theirs: OwnRule; onTake: () => void; onKeep: () => void }) {
  useLang();
  return (
    <div className="notice warn stack" role="alert">
      <div className="line wrap"><Icon name="warn" /><b>{t("console.rules.quicker", { user: person(theirs.updated_by) })}</b><Time at={theirs.updated_at} since /></div>
      <div>{t("console.rules.why")}: {theirs.body.why}</div>
      <details><summary>{t("console.rules.quicker.read")}</summary><pre className="raw hostile" tabIndex={0} aria-label={t("console.rules.quicker.read")}>{theirs.body.yaml}</pre></details>
      <div className="line wrap">
        <Button small onClick={onTake}>{t("console.rules.quicker.take")}</Button>
        <Button small onClick={onKeep}>{t("console.rules.quicker.keep")}</Button>
      </div>
    </div>
  );
}
