// Rules that came with the product or the configuration: taken out of force, with the reason, and put back.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { ProseField } from "@/components/Field";
import { Grid, type Column } from "@/components/Grid";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { stepKeys, useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { go, useSearch } from "@/lib/place";
import { stateTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { Source } from "./Source";

export type Withdrawal = Schemas["Record_rule_withdrawal"];

const shown_max = 1000;

/** What was decided of shipped rules, the newest first; of one rule alone when it is named. */
export function useWithdrawals(rule = "", wanted = true) {
  return useQuery({
    queryKey: ["own-rules", "shipped", rule],
    enabled: wanted,
    queryFn: async ({ signal }) => (await call("listRuleWithdrawals", { query: { limit: shown_max, ...(rule ? { rule_id: rule } : {}) }, signal })).records as Withdrawal[],
  });
}

/** A shipped rule goes out of force (`rule`), or back into it (`back`). */
export function ShippedDialog({ rule, back, onClose, onDone }: { rule?: { id: string; title: string }; back?: Withdrawal; onClose: () => void; onDone?: (made: Withdrawal) => void }) {
  useLang();
  const client = useQueryClient();
  const [why, setWhy] = useState("");
  const title = back?.body.title ?? rule?.title ?? "";
  const send = async () => {
    const made = back
      ? await call("putShippedRuleBackInForce", { path: { id: back.id }, body: { why, version: back.version } })
      : await call("takeShippedRuleOutOfForce", { body: { rule_id: rule?.id ?? "", why } });
    say({ tone: "good", text: t(back ? "console.rules.put.done" : "console.rules.withdrawn.done", { title }) });
    onDone?.(made as Withdrawal);
    await Promise.all([client.invalidateQueries({ queryKey: ["rules"] }), client.invalidateQueries({ queryKey: ["rule"], refetchType: back ? "active" : "none" }), client.invalidateQueries({ queryKey: ["own-rules"] })]);
  };
  return (
    <AskDialog danger={!back} title={t(back ? "console.rules.restore.title" : "console.rules.withdraw.title", { title })} says={t(back ? "console.rules.restore" : "console.rules.withdraw")} onClose={onClose} onSend={send}>
      <p className="soft">{t(back ? "console.rules.put.says" : "console.rules.shipped.withdraw.says")}</p>
      <ProseField label={t("console.rules.why")} must value={why} onChange={(event) => setWhy(event.target.value)} />
    </AskDialog>
  );
}

/** The page of a rule that is out of force: who took it out, when and why, its text, and the way back. */
export function OutOfForce({ withdrawal }: { withdrawal: Withdrawal }) {
  useLang();
  const may = useMay()("tooling.write");
  const [moving, setMoving] = useState(false);
  const tune = () => go(`/rules/editor?of=${encodeURIComponent(withdrawal.body.rule_id ?? "")}&keep=1`);
  useKeys([
    { keys: "x", says: t("console.rules.restore"), off: !may, run: () => setMoving(true) },
    { keys: "e", says: t("console.rules.tune"), run: tune },
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/rules/own?state=shipped") },
  ]);
  return (
    <>
      <div className="page-head rule-head">
        <Button small look="plain" icon="left" label={t("console.rules.title")} onClick={() => go("/rules")} />
        <div className="grow">
          <div className="line wrap"><State state="draft" says={t("console.rules.shipped.out")} /><span className="quiet mono">{withdrawal.body.rule_id}</span></div>
          <h1>{withdrawal.body.title}</h1>
        </div>
        <Button icon="rules" hint="E" onClick={tune}>{t("console.rules.tune")}</Button>
        {may && <Button look="primary" hint="X" onClick={() => setMoving(true)}>{t("console.rules.restore")}</Button>}
      </div>
      <div className="page-body">
        <div className="rule-columns">
          <div className="stack"><Source id={withdrawal.body.rule_id ?? ""} /></div>
          <section className="panel" aria-label={t("console.rules.shipped.out")}>
            <header><h2>{t("console.rules.shipped.out")}</h2></header>
            <dl className="facts inside">
              <dt>{t("console.rules.shipped.by")}</dt><dd>{person(withdrawal.updated_by)} <Time at={withdrawal.updated_at} since /></dd>
              <dt>{t("console.rules.why")}</dt><dd className="rule-description">{withdrawal.body.why}</dd>
              <dt>{t("console.rules.own.record")}</dt><dd><Link to={`/registers/rule_withdrawal/${withdrawal.id}`}>{withdrawal.id}</Link></dd>
            </dl>
          </section>
        </div>
      </div>
      {moving && <ShippedDialog back={withdrawal} onClose={() => setMoving(false)} />}
    </>
  );
}

/** Every decision about shipped rules, in the list of what the organisation decided. */
export function ShippedList() {
  const spoken = useLang();
  const may = useMay()("tooling.write");
  const phone = useNarrow(720);
  const type = useType("rule_withdrawal");
  const [search, change] = useSearch();
  const [moving, setMoving] = useState<Withdrawal | null>(null);
  const got = useWithdrawals();
  const all = got.data ?? [];
  const at = search.get("at") ?? undefined;
  const picked = all.find((one) => one.id === at);
  const out = picked?.state === "out_of_force";
  const step = (by: number) => {
    const index = all.findIndex((one) => one.id === at);
    const next = all[Math.max(0, Math.min(all.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.id });
  };
  const open = (one: Withdrawal) => go(`/rules/${encodeURIComponent(one.body.rule_id ?? "")}`);
  useKeys([
    ...stepKeys(step),
    { keys: "Enter", says: t("console.keys.open"), off: !picked, run: () => picked && open(picked) },
    { keys: "x", says: t(out ? "console.rules.restore" : "console.rules.withdraw"), off: !picked || !may, run: () => picked && setMoving(picked) },
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/rules") },
  ]);
  const columns = useMemo<Column<Withdrawal>[]>(() => [
    { id: "state", title: t("console.rules.status"), width: "118px", cell: (one) => <State state={one.state === "out_of_force" ? "draft" : "ok"} says={stateTitle(type, one.state)} /> },
    { id: "title", title: t("console.rules.name"), width: "minmax(200px, 2fr)", cell: (one) => <span title={one.body.title}>{one.body.title}</span> },
    { id: "why", title: t("console.rules.why"), width: "minmax(160px, 2fr)", cell: (one) => <span className="soft" title={one.body.why}>{one.body.why}</span> },
    { id: "by", title: t("console.rules.shipped.by"), width: "120px", cell: (one) => <span className="soft">{person(one.updated_by)}</span> },
    { id: "at", title: t("console.rules.own.at"), width: "110px", cell: (one) => <span className="soft"><Time at={one.updated_at} since /></span> },
    { id: "record", title: t("console.rules.own.record"), width: "136px", cell: (one) => <Link className="mono" to={`/registers/rule_withdrawal/${one.id}`}>{one.id}</Link> },
  ], [type, spoken]);
  return (
    <div className="rules-list">
      {got.isPending ? <div className="rules-pad"><Skeleton lines={10} /></div>
        : got.isError ? <div className="rules-pad"><Refusal error={got.error} again={() => void got.refetch()} /></div>
        : all.length === 0 ? <Empty icon="rules" title={t("console.rules.shipped.none")} act={<Button onClick={() => go("/rules")}>{t("console.rules.title")}</Button>}>{t("console.rules.shipped.none.says")}</Empty>
        : <Grid label={t("console.rules.shipped")} columns={columns} rows={all} keyOf={(one) => one.id} at={at} onSelect={(one) => change({ at: one.id })} onOpen={open} rowHeight={phone ? 52 : 36}
            compact={phone ? (one) => <div className="rule-card"><span className="cut">{one.body.title}</span><span className="line tight"><State state={one.state === "out_of_force" ? "draft" : "ok"} says={stateTitle(type, one.state)} /><span className="quiet cut">{one.body.why}</span></span></div> : undefined} />}
      {moving && (moving.state === "out_of_force"
        ? <ShippedDialog back={moving} onClose={() => setMoving(null)} />
        : <ShippedDialog rule={{ id: moving.body.rule_id ?? "", title: moving.body.title ?? "" }} onClose={() => setMoving(null)} />)}
    </div>
  );
}
