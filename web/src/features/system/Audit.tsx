import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { person } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton, refusalText } from "@/components/Empty";
import { Grid, type Column } from "@/components/Grid";
import { Hostile } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { stepKeys, useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { useSearch } from "@/lib/place";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import "./system.css";

type Fact = Schemas["Fact"];
const page_facts = 200;
const shown_faults_max = 20;

/** A record's own page, where it has one. */
function pageOf(subject: string): string | null {
  if (/^ALT-/.test(subject)) return `/alerts/${subject}`;
  if (/^INC-\d/.test(subject)) return `/incidents/${subject}`;
  return subject.startsWith("user:") ? `/users/${subject.slice(5)}` : null;
}

/** Proves the journal from its first fact to its last, and says what it found. */
function Verify() {
  const verify = useMutation({ mutationFn: () => call("verifyLedger", {}) });
  const found = verify.data;
  return (
    <section className={`panel verify ${found ? (found.sound ? "sound" : "broken") : ""}`} aria-label={t("console.audit.verify")}>
      <div className="inside line wrap">
        <Icon name={found && !found.sound ? "warn" : "audit"} />
        <div className="grow" role="status">
          {verify.isPending ? t("console.audit.verifying") : verify.isError ? refusalText(verify.error) : !found ? t("console.audit.verify.says") : found.sound ? (
            <>
              <b>{t("console.audit.sound")}</b>
              <p className="soft">{t("console.audit.sound.says", { facts: number(found.facts), records: number(found.records), blobs: number(found.blobs) })}</p>
              <p className="quiet mono cut" title={found.head_hash}>{t("console.audit.head")}: {found.head_hash}</p>
            </>
          ) : (
            <>
              <b>{t("console.audit.broken", { n: number(found.faults_total) })}</b>
              <ul className="faults">{found.faults.slice(0, shown_faults_max).map((fault, i) => <li key={i}><code>{fault.code}</code> <Hostile text={fault.subject} /> <Hostile text={fault.what} /></li>)}</ul>
            </>
          )}
        </div>
        <Button look={found ? undefined : "primary"} icon="check" disabled={verify.isPending} onClick={() => verify.mutate()}>{found ? t("console.audit.verify.again") : t("console.audit.verify")}</Button>
      </div>
    </section>
  );
}

/** Facts that a desk could not take in: nothing is lost, but somebody has to look. */
function Parked() {
  const may = useMay();
  const client = useQueryClient();
  const parked = useQuery({ queryKey: ["parked"], queryFn: async () => (await call("listParked", {})).parked });
  if (!parked.data || parked.data.length === 0) return null;
  const retry = async (id: number) => {
    await call("retryParked", { path: { id: String(id) } }).then(
      () => say({ tone: "good", text: t("console.audit.parked.done") }), (refused: unknown) => say({ tone: "bad", text: refusalText(refused) }));
    await client.invalidateQueries({ queryKey: ["parked"] });
  };
  return (
    <section className="panel" aria-label={t("console.audit.parked")}>
      <header><h2>{t("console.audit.parked")}</h2><span className="badge high">{parked.data.length}</span></header>
      <ul className="inside acts">{parked.data.map((one) => (
        <li key={one.id}><div className="grow"><b className="mono">{one.reaction}</b> <span className="quiet">#{one.fact_seq} · <Time at={one.at} since /></span><p className="soft"><Hostile text={one.reason} /></p></div>
          {may("system.manage") && <Button onClick={() => void retry(one.id)}>{t("console.again")}</Button>}</li>
      ))}</ul>
    </section>
  );
}

function Detail({ fact, onClose }: { fact: Fact; onClose: () => void }) {
  const to = pageOf(fact.subject);
  return (
    <aside className="fact-detail" aria-label={t("console.audit.fact", { n: fact.seq })}>
      <header className="line"><h2>{t("console.audit.fact", { n: number(fact.seq) })}</h2><span className="end" /><Button look="plain" small icon="close" label={t("console.keys.close")} onClick={onClose} /></header>
      <dl className="facts">
        <dt>{t("console.audit.time")}</dt><dd><Time at={fact.time} seconds /></dd>
        <dt>{t("console.audit.actor")}</dt><dd className="mono"><Hostile text={fact.actor} /></dd>
        <dt>{t("console.audit.kind")}</dt><dd className="mono">{fact.kind}</dd>
        <dt>{t("console.audit.subject")}</dt><dd className="mono">{to ? <Link to={to}>{fact.subject}</Link> : <Hostile text={fact.subject || "–"} />}</dd>
        <dt>{t("console.audit.hash")}</dt><dd className="mono small">{fact.hash}</dd>
        <dt>{t("console.audit.before")}</dt><dd className="mono small">{fact.prev_hash}</dd>
      </dl>
      <h3>{t("console.audit.body")}</h3>
      <pre className="raw" tabIndex={0} aria-label={t("console.audit.body")}><Hostile text={JSON.stringify(fact.body ?? {}, null, 2)} /></pre>
    </aside>
  );
}

export default function Audit() {
  const spoken = useLang();
  const [search, change] = useSearch();
  const phone = useNarrow(720);
  const box = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState(true);
  const filter = { kind: useDeferredValue(search.get("kind") ?? ""), actor: useDeferredValue(search.get("actor") ?? ""), subject: useDeferredValue(search.get("subject") ?? ""), from: search.get("from") ?? "", until: search.get("until") ?? "" };
  const facts = useInfiniteQuery({
    queryKey: ["facts", filter],
    initialPageParam: 0,
    queryFn: async ({ pageParam, signal }) => (await call("listFacts", { query: {
      limit: page_facts, ...(pageParam ? { before: pageParam } : {}),
      ...(filter.kind.trim() ? { kind: filter.kind.trim() } : {}), ...(filter.actor.trim() ? { actor: filter.actor.trim() } : {}), ...(filter.subject.trim() ? { subject: filter.subject.trim() } : {}),
      ...(filter.from ? { from: new Date(`${filter.from}T00:00:00`).toISOString() } : {}), ...(filter.until ? { until: new Date(new Date(`${filter.until}T00:00:00`).getTime() + 86_400_000).toISOString() } : {}),
    }, signal })).facts,
    getNextPageParam: (page) => (page.length === page_facts ? page[page.length - 1]?.seq : undefined),
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => facts.data?.pages.flat() ?? [], [facts.data]);
  const at = search.get("at") ?? undefined;
  const taken = rows.find((row) => String(row.seq) === at);
  const step = (by: number) => {
    const index = rows.findIndex((row) => String(row.seq) === at);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: String(next.seq) });
    setShown(true);
  };
  useKeys([
    ...stepKeys(step),
    { keys: "Escape", says: t("console.keys.close"), off: !taken, run: () => change({ at: undefined }) },
    { keys: "/", says: t("console.keys.search"), run: () => box.current?.focus() },
    { keys: "r", says: t("console.keys.refresh"), run: () => void facts.refetch() },
  ]);
  const columns = useMemo<Column<Fact>[]>(() => [
    { id: "seq", title: "#", width: "72px", right: true, cell: (f) => <span className="mono quiet">{f.seq}</span> },
    { id: "time", title: t("console.audit.time"), width: "164px", cell: (f) => <Time at={f.time} seconds /> },
    { id: "actor", title: t("console.audit.actor"), width: "minmax(110px, 1fr)", cell: (f) => person(f.actor) },
    { id: "kind", title: t("console.audit.kind"), width: "minmax(170px, 1.4fr)", cell: (f) => <span className="mono">{f.kind}</span> },
    { id: "subject", title: t("console.audit.subject"), width: "minmax(130px, 1.2fr)", cell: (f) => <span className="mono soft">{f.subject}</span> },
  ], [spoken]);
  const field = (name: "kind" | "actor" | "subject", hint: string) => (
    <input className="input" aria-label={t(`console.audit.${name}`)} placeholder={`${t(`console.audit.${name}`)}: ${hint}`} spellCheck={false} ref={name === "kind" ? box : undefined}
      value={search.get(name) ?? ""} onChange={(event) => change({ [name]: event.target.value, at: undefined })} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
  );
  return (
    <div className="system-list">
      <div className="page-head"><h1>{t("console.audit.title")}</h1>{facts.data && <span className="quiet">{t("console.audit.says")}</span>}</div>
      <div className="system-top"><Verify /><Parked /></div>
      <div className="system-filter">
        {field("kind", "session.*")}{field("actor", "user:*")}{field("subject", "INC-…")}
        <label className="line tight soft">{t("console.audit.from")}<input className="input" type="date" value={filter.from} onChange={(event) => change({ from: event.target.value })} /></label>
        <label className="line tight soft">{t("console.audit.until")}<input className="input" type="date" value={filter.until} onChange={(event) => change({ until: event.target.value })} /></label>
      </div>
      <div className={taken && shown && !phone ? "system-body split" : "system-body"}>
        {facts.isPending ? <div className="page-body first"><Skeleton lines={10} /></div> : facts.isError ? <div className="page-body first"><Refusal error={facts.error} again={() => void facts.refetch()} /></div> : rows.length === 0 ? (
          <Empty icon="audit" title={t("console.audit.none")} act={<Button onClick={() => change({ kind: undefined, actor: undefined, subject: undefined, from: undefined, until: undefined })}>{t("console.audit.clear")}</Button>}>{t("console.audit.none.says")}</Empty>
        ) : phone && taken ? <Detail fact={taken} onClose={() => change({ at: undefined })} /> : (
          <>
            <Grid label={t("console.audit.title")} columns={columns} rows={rows} keyOf={(fact) => String(fact.seq)} at={at} onSelect={(fact) => { setShown(true); change({ at: String(fact.seq) }); }}
              onEnd={facts.hasNextPage && !facts.isFetchingNextPage ? () => void facts.fetchNextPage() : undefined} rowHeight={phone ? 58 : 32}
              compact={phone ? (f) => <span><span className="mono">{f.kind}</span><br /><span className="quiet">{person(f.actor)} · {f.subject}</span></span> : undefined} />
            {taken && shown && <Detail fact={taken} onClose={() => change({ at: undefined })} />}
          </>
        )}
      </div>
    </div>
  );
}
