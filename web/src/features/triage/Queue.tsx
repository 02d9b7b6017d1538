import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { actorOf, Face, Level, levels, person, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Grid, type Column } from "@/components/Grid";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { stepKeys, useKeys } from "@/lib/keys";
import { useLive } from "@/lib/live";
import { go, useSearch } from "@/lib/place";
import { stateTitle, useCriteria, namedTitle, useType, type AlertRecord } from "@/lib/records";
import { useWho } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { useNarrow } from "@/lib/narrow";
import { useAlertActs } from "./acts";
import { AlertView } from "./AlertView";
import { filterOf, putAlert, useAlerts, views, type Filter, type View } from "./alerts";
import "./triage.css";

function useFilter(): { filter: Filter; view: View } {
  const [search] = useSearch();
  const who = useWho();
  const text = useDeferredValue(search.get("text") ?? "");
  return useMemo(() => filterOf(search, text, actorOf(who.login)), [search, text, who.login]);
}

function useColumns(wide: boolean): Column<AlertRecord>[] {
  const spoken = useLang();
  const type = useType("alert");
  const criteria = useCriteria();
  return useMemo(() => {
    const all: (Column<AlertRecord> & { extra?: boolean })[] = [
      { id: "priority", title: t("console.alert.priority"), width: "78px", sort: "priority", cell: (a) => <Priority value={a.body.priority} /> },
      { id: "level", title: t("console.alert.level"), width: "84px", cell: (a) => <Level level={a.body.level} /> },
      { id: "title", title: t("console.alert.name"), width: "minmax(200px, 3fr)", sort: "title", cell: (a) => <span title={a.body.title}>{a.body.title}</span> },
      { id: "host", title: t("console.alert.host"), width: "minmax(90px, 1fr)", sort: "host", cell: (a) => a.body.host ?? <span className="quiet">–</span> },
      { id: "user", title: t("console.alert.user"), width: "minmax(80px, 1fr)", sort: "user", extra: true, cell: (a) => a.body.user ?? <span className="quiet">–</span> },
      { id: "attack", title: t("console.alert.attack"), width: "minmax(110px, 1fr)", extra: true, cell: (a) => <span className="soft">{namedTitle(criteria?.attack_types, a.body.attack_type)}</span> },
      { id: "findings", title: t("console.alert.findings"), width: "84px", right: true, extra: true, sort: "findings", cell: (a) => number(a.body.findings ?? 0) },
      { id: "seen", title: t("console.alert.seen"), width: "104px", sort: "last_seen", cell: (a) => <span className="soft"><Time at={a.body.last_seen} since /></span> },
      { id: "state", title: t("console.alert.state"), width: "134px", cell: (a) => <State state={a.state} says={stateTitle(type, a.state)} /> },
      { id: "assignee", title: t("console.alert.assignee"), width: "96px", extra: true, cell: (a) => a.body.assignee ? <span className="line tight"><Face name={a.body.assignee} /><span className="cut">{person(a.body.assignee)}</span></span> : <span className="quiet">–</span> },
    ];
    return wide ? all : all.filter((column) => !column.extra);
    // eslint: the titles change with the language
  }, [type, criteria, wide, spoken]);
}

/** One alert in a narrow list. */
function Card({ alert }: { alert: AlertRecord }) {
  const type = useType("alert");
  return (
    <div className="alert-card">
      <span className={`bar ${alert.body.level}`} />
      <div className="grow">
        <div className="line"><span className="cut grow strong">{alert.body.title}</span><Priority value={alert.body.priority} /></div>
        <div className="line quiet"><span className="cut grow">{[alert.body.host, alert.body.user].filter(Boolean).join(" · ")}</span><Time at={alert.body.last_seen} since /><State state={alert.state} says={stateTitle(type, alert.state)} /></div>
      </div>
    </div>
  );
}

const card = (row: AlertRecord) => <Card alert={row} />;

export default function Queue() {
  useLang();
  const [search, change] = useSearch();
  const { filter, view } = useFilter();
  const { query, rows, count, total } = useAlerts(filter);
  const client = useQueryClient();
  const phone = useNarrow(720);
  const narrow = useNarrow(1500);
  const at = search.get("at") ?? undefined;
  const taken = rows.find((row) => row.id === at);
  const acts = useAlertActs(taken);
  const columns = useColumns(!narrow && !at);
  const box = useRef<HTMLInputElement>(null);
  const [fresh, setFresh] = useState<Set<string>>(new Set());
  const [waiting, setWaiting] = useState(0);

  useLive((fact) => {
    if (!fact.subject.startsWith("ALT-") || !fact.record) return;
    const record = fact.record as unknown as AlertRecord;
    if (putAlert(client, record.id, (before) => (record.version >= before.version ? record : before))) setFresh((had) => new Set([...had].slice(-50).concat(record.id)));
    else if (fact.kind === "alert.created") setWaiting((n) => n + 1);
  });
  const showNew = useCallback(() => {
    setWaiting(0);
    void query.refetch();
    void count.refetch();
  }, [query, count]);
  useEffect(() => setWaiting(0), [filter]);

  const select = useCallback((row: AlertRecord | undefined) => (phone && row ? go(`/alerts/${row.id}`) : change({ at: row?.id })), [change, phone]);
  const step = (by: number) => {
    const index = rows.findIndex((row) => row.id === at);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.id });
  };
  const openTaken = () => taken && go(`/alerts/${taken.id}`);
  useKeys([
    ...stepKeys(step),
    { keys: "Enter", says: t("console.keys.open"), run: openTaken, off: !taken },
    { keys: "a", says: t("console.alert.act.acknowledge"), run: acts.acknowledge, off: !acts.can.acknowledge },
    { keys: "e", says: t("console.alert.act.escalate"), run: acts.escalate, off: !acts.can.escalate },
    { keys: "d", says: t("console.alert.act.dismiss"), run: acts.dismiss, off: !acts.can.dismiss },
    { keys: "c", says: t("console.alert.act.comment"), run: acts.comment, off: !acts.can.comment },
    { keys: "m", says: t("console.alert.act.assign"), run: acts.assign, off: !acts.can.assign },
    { keys: "/", says: t("console.keys.search"), run: () => box.current?.focus() },
    { keys: "r", says: t("console.keys.refresh"), run: showNew },
    { keys: "Escape", says: t("console.keys.close"), run: () => change({ at: undefined }), off: !at },
  ]);

  const chips = (["host", "user", "rule", "decision", "class"] as const).filter((name) => search.get(name));
  const filtered = chips.length > 0 || !!search.get("text") || !!search.get("level");
  const sort = { by: filter.sort ?? "", order: filter.order ?? "desc" };
  const side = at && !phone;
  return (
    <div className="queue">
      <div className="page-head">
        <h1>{t("console.queue.title")}</h1>
        {total !== undefined && <span className="quiet" aria-live="polite">{t("console.queue.count", { n: number(total) })}</span>}
        {waiting > 0 && <button type="button" className="badge accent pill" onClick={showNew}>{t("console.queue.waiting", { n: waiting })}</button>}
        <span className="grow" />
        <Choices label={t("console.queue.views")} at={view} onChange={(id) => change({ view: id === "open" ? undefined : id, at: undefined }, { push: true })}
          of={(Object.keys(views) as View[]).map((id) => ({ id, says: t(`console.queue.view.${id}`) }))} />
      </div>
      <div className="queue-filter">
        <div className="search grow">
          <Icon name="search" />
          <input ref={box} className="input" type="search" aria-label={t("console.queue.search")} placeholder={t("console.queue.search.hint")} value={search.get("text") ?? ""}
            onChange={(event) => change({ text: event.target.value })} onKeyDown={(event) => { if (event.key !== "Escape") return; event.preventDefault(); event.currentTarget.blur(); }} />
        </div>
        <select className="input level-choice" aria-label={t("console.alert.level")} value={search.get("level") ?? ""} onChange={(event) => change({ level: event.target.value })}>
          <option value="">{t("console.queue.level.all")}</option>
          {levels.map((level) => <option key={level} value={level}>{t(`console.level.${level}`)}</option>)}
        </select>
        {chips.map((name) => (
          <button key={name} type="button" className="badge outline chip" onClick={() => change({ [name]: undefined })} title={t("console.queue.chip.remove")}>
            {t(`console.alert.${name}`)}: <b className="cut">{search.get(name)}</b> <Icon name="close" />
          </button>
        ))}
        {filtered && <Button small look="plain" onClick={() => change({ text: "", level: "", host: "", user: "", rule: "", decision: "", class: "" })}>{t("console.queue.clear")}</Button>}
      </div>
      <div className={side ? "queue-split two" : "queue-split"}>
        <div className="queue-list">
          {query.isPending ? <div className="inside-pad"><Skeleton lines={14} /></div>
            : query.isError && rows.length === 0 ? <div className="inside-pad"><Refusal error={query.error} again={() => void query.refetch()} /></div>
            : rows.length === 0 ? (filtered
              ? <Empty icon="filter" title={t("console.queue.none.filtered")} act={<Button onClick={() => change({ text: "", level: "", host: "", user: "", rule: "", decision: "", class: "" })}>{t("console.queue.clear")}</Button>}>{t("console.queue.none.filtered.says")}</Empty>
              : <Empty icon="check" title={t(`console.queue.none.${view === "mine" ? "mine" : "open"}`)} act={<Button onClick={() => change({ view: "all" })}>{t("console.queue.none.all")}</Button>}>{t("console.queue.none.says")}</Empty>)
            : <Grid label={t("console.queue.title")} columns={columns} rows={rows} keyOf={(row) => row.id} at={at} onSelect={select} onOpen={(row) => go(`/alerts/${row.id}`)}
                total={total} sort={sort} onSort={(by) => change({ sort: by, order: sort.by === by && sort.order === "desc" ? "asc" : "desc" })}
                rowClass={(row) => `${row.body.level} ${fresh.has(row.id) ? "fresh" : ""}`} rowHeight={phone || side ? 52 : 36}
                compact={phone || side ? card : undefined}
                onEnd={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined} />}
        </div>
        {side && at && <aside className="queue-side" aria-label={t("console.alert.title")}><AlertView id={at} acts={acts} onClose={() => change({ at: undefined })} /></aside>}
      </div>
      {acts.dialog}
    </div>
  );
}
