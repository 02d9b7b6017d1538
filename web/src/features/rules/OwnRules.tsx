// Rules that the organisation wrote: which are in force, which were taken out, by whom and why.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Grid, type Column } from "@/components/Grid";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { stepKeys, useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { go, useSearch } from "@/lib/place";
import { stateTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { MoveDialog, type OwnRule } from "./PutInForce";
import { ShippedList } from "./ShippedOut";
import "./rules.css";

const page_rules = 200;

/** Our own by their state, and what was decided of shipped ones. */
function Which() {
  useLang();
  const type = useType("own_rule");
  const [search, change] = useSearch();
  return <Choices label={t("console.rules.status")} at={search.get("state") ?? ""} onChange={(id) => change({ state: id || undefined, at: undefined })}
    of={[{ id: "", says: t("console.rules.own.all") }, ...["in_force", "withdrawn"].map((id) => ({ id, says: stateTitle(type, id) })), { id: "shipped", says: t("console.rules.shipped") }]} />;
}

function Shipped() {
  useLang();
  return (
    <div className="rules">
      <div className="page-head">
        <Button small look="plain" icon="left" label={t("console.rules.title")} onClick={() => go("/rules")} />
        <h1>{t("console.rules.own")}</h1>
        <span className="grow" />
        <Which />
      </div>
      <ShippedList />
    </div>
  );
}

export default function OwnRules() {
  const [search] = useSearch();
  return search.get("state") === "shipped" ? <Shipped /> : <Ours />;
}

function Ours() {
  const spoken = useLang();
  const may = useMay()("tooling.write");
  const phone = useNarrow(720);
  const type = useType("own_rule");
  const [search, change] = useSearch();
  const [moving, setMoving] = useState<OwnRule | null>(null);
  const state = search.get("state") ?? "";
  const got = useInfiniteQuery({
    queryKey: ["own-rules", state],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => call("listOwnRules", { query: { limit: page_rules, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
  const rules = useMemo(() => (got.data?.pages ?? []).flatMap((page) => page.records as OwnRule[]), [got.data]);
  const at = search.get("at") ?? undefined;
  const picked = rules.find((rule) => rule.id === at);
  const step = (by: number) => {
    const index = rules.findIndex((rule) => rule.id === at);
    const next = rules[Math.max(0, Math.min(rules.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.id });
  };
  const open = (rule: OwnRule) => go(`/rules/editor?own=${rule.id}`);
  useKeys([
    ...stepKeys(step),
    { keys: "Enter", says: t("console.keys.open"), off: !picked, run: () => picked && open(picked) },
    { keys: "x", says: t(picked?.state === "withdrawn" ? "console.rules.restore" : "console.rules.withdraw"), off: !picked || !may, run: () => picked && setMoving(picked) },
    { keys: "n", says: t("console.rules.new"), run: () => go("/rules/editor?new=1") },
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/rules") },
  ]);
  const columns = useMemo<Column<OwnRule>[]>(() => [
    { id: "state", title: t("console.rules.status"), width: "118px", cell: (rule) => <State state={rule.state === "in_force" ? "ok" : "draft"} says={stateTitle(type, rule.state)} /> },
    { id: "title", title: t("console.rules.name"), width: "minmax(200px, 2fr)", cell: (rule) => <span title={rule.body.title}>{rule.body.title}</span> },
    { id: "why", title: t("console.rules.why"), width: "minmax(160px, 2fr)", cell: (rule) => <span className="soft" title={rule.body.why}>{rule.body.why}</span> },
    { id: "by", title: t("console.rules.own.by"), width: "110px", cell: (rule) => <span className="soft">{person(rule.updated_by)}</span> },
    { id: "at", title: t("console.rules.own.at"), width: "110px", cell: (rule) => <span className="soft"><Time at={rule.updated_at} since /></span> },
    { id: "record", title: t("console.rules.own.record"), width: "136px", cell: (rule) => <Link className="mono" to={`/registers/own_rule/${rule.id}`}>{rule.id}</Link> },
  ], [type, spoken]);
  return (
    <div className="rules">
      <div className="page-head">
        <Button small look="plain" icon="left" label={t("console.rules.title")} onClick={() => go("/rules")} />
        <h1>{t("console.rules.own")}</h1>
        <span className="quiet" aria-live="polite">{got.data && t(got.hasNextPage ? "console.rules.own.more" : "console.rules.count", { n: number(rules.length) })}</span>
        <span className="grow" />
        <Which />
        {may && <Button hint="X" disabled={!picked} onClick={() => picked && setMoving(picked)}>{t(picked?.state === "withdrawn" ? "console.rules.restore" : "console.rules.withdraw")}</Button>}
        <Button look="primary" icon="plus" hint="N" onClick={() => go("/rules/editor?new=1")}>{t("console.rules.new")}</Button>
      </div>
      <div className="rules-list">
        {got.isPending ? <div className="rules-pad"><Skeleton lines={10} /></div>
          : got.isError ? <div className="rules-pad"><Refusal error={got.error} again={() => void got.refetch()} /></div>
          : rules.length === 0 ? <Empty icon="rules" title={t("console.rules.own.none")} act={<Button onClick={() => go("/rules/editor?new=1")}>{t("console.rules.new")}</Button>}>{t("console.rules.own.none.says")}</Empty>
          : <Grid label={t("console.rules.own")} columns={columns} rows={rules} keyOf={(rule) => rule.id} at={at} onSelect={(rule) => change({ at: rule.id })} onOpen={open} rowHeight={phone ? 52 : 36}
              onEnd={got.hasNextPage && !got.isFetchingNextPage ? () => void got.fetchNextPage() : undefined}
              compact={phone ? (rule) => <div className="rule-card"><span className="cut">{rule.body.title}</span><span className="line tight"><State state={rule.state === "in_force" ? "ok" : "draft"} says={stateTitle(type, rule.state)} /><span className="quiet cut">{rule.body.why}</span></span></div> : undefined} />}
      </div>
      {moving && <MoveDialog rule={moving} onClose={() => setMoving(null)} />}
    </div>
  );
}
