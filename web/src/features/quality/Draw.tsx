// A sample is drawn from what was closed in a period, for somebody who had no hand in it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { actorOf } from "@/components/Badge";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField, Field, TextField } from "@/components/Field";
import { call } from "@/lib/call";
import { choiceTitle, useType } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { kinds, type Review } from "./quality";

const day = (back: number) => new Date(Date.now() - back * 86_400_000).toLocaleDateString("sv");
const sample_max = 200;

export function Draw({ onClose, onDone }: { onClose: () => void; onDone: (review: Review) => void }) {
  useLang();
  const client = useQueryClient();
  const list = useId();
  const who = useWho();
  const may = useMay();
  const type = useType("quality_review");
  const users = useQuery({ queryKey: ["users"], enabled: may("user.manage"), staleTime: 60_000, queryFn: () => call("listUsers", {}) }).data?.users;
  const [kind, setKind] = useState<(typeof kinds)[number]>("alerts");
  const [from, setFrom] = useState(day(30));
  const [to, setTo] = useState(day(0));
  const [title, setTitle] = useState("");
  const [reviewer, setReviewer] = useState("");
  const [size, setSize] = useState("20");
  const named = title.trim() || `${choiceTitle(type, "kind", kind)} ${from} – ${to}`;
  const send = async () => {
    const review = await call("drawQualityReview", { body: { title: named, kind, from, to, reviewer: actorOf(reviewer), size: Math.max(1, Math.min(sample_max, Number(size) || 20)), zone: Intl.DateTimeFormat().resolvedOptions().timeZone } });
    await client.invalidateQueries({ queryKey: ["quality"] });
    onDone(review as Review);
  };
  return (
    <AskDialog title={t("console.quality.draw")} says={t("console.quality.draw.do")} onClose={onClose} onSend={send}>
      <p className="soft">{t("console.quality.draw.says")}</p>
      <ChoiceField label={t("console.quality.kind")} value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
        {kinds.map((one) => <option key={one} value={one}>{choiceTitle(type, "kind", one)}</option>)}
      </ChoiceField>
      <div className="quality-two">
        <TextField label={t("console.quality.from")} must type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        <TextField label={t("console.quality.to")} must type="date" value={to} onChange={(event) => setTo(event.target.value)} />
      </div>
      <div className="quality-two">
        <Field label={t("console.quality.reviewer")} must help={t("console.quality.reviewer.help")}>{(control) => (
          <>
            <input className="input" {...control} list={list} autoComplete="off" spellCheck={false} value={reviewer} onChange={(event) => setReviewer(event.target.value)} />
            <datalist id={list}>{(users?.filter((user) => !user.disabled) ?? [{ login: who.login, name: who.name }]).map((user) => <option key={user.login} value={user.login}>{user.name}</option>)}</datalist>
          </>
        )}</Field>
        <TextField label={t("console.quality.size")} type="number" min={1} max={sample_max} value={size} onChange={(event) => setSize(event.target.value)} />
      </div>
      <TextField label={t("console.quality.name")} value={title} placeholder={named} onChange={(event) => setTitle(event.target.value)} />
    </AskDialog>
  );
}
