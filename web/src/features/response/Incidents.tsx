import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { Face, person, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { AskDialog } from "@/components/Dialog";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { ChoiceField, ProseField, TextField } from "@/components/Field";
import { Grid, type Column } from "@/components/Grid";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { stepKeys, useKeys } from "@/lib/keys";
import { useLive } from "@/lib/live";
import { useNarrow } from "@/lib/narrow";
import { go, useSearch } from "@/lib/place";
import { choiceTitle, namedTitle, stateTitle, useCriteria, useType, type IncidentRecord } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import "./response.css";

const views = { open: "new,investigating,contained,recovering,closing", closed: "closed,rejected,merged", all: "" };
type View = keyof typeof views;

/** Somebody reports what no rule found. */
function NewIncident({ onClose }: { onClose: () => void }) {
  const type = useType("incident");
  const [given, setGiven] = useState({ title: "", summary: "", origin: "internal_report", channel: "mail", reporter: "", reporter_contact: "", hosts: "" });
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  const options = (field: string, only?: string[]) => (type?.fields.find((f) => f.name === field)?.choices ?? []).filter((c) => !only || only.includes(c.id)).map((c) => <option key={c.id} value={c.id}>{choiceTitle(type, field, c.id)}</option>);
  return (
    <AskDialog wide title={t("console.incidents.new")} says={t("console.incidents.new.do")} onClose={onClose} onSend={async () => {
      const { hosts, reporter, reporter_contact, summary, ...rest } = given;
      const names = hosts.split(/[\s,、]+/).filter(Boolean);
      const made = await call("reportIncident", { body: {
        ...rest, origin: rest.origin as "internal_report", channel: rest.channel as "mail",
        ...(summary ? { summary } : {}), ...(reporter ? { reporter } : {}), ...(reporter_contact ? { reporter_contact } : {}), ...(names.length ? { hosts: names } : {}),
      } });
      setTimeout(() => go(`/incidents/${made.id}`), 0);
    }}>
      <TextField label={t("console.incident.name")} must value={given.title} onChange={put("title")} />
      <ProseField label={t("console.incident.summary")} value={given.summary} onChange={put("summary")} />
      <div className="two-up">
        <ChoiceField label={t("console.incident.origin")} value={given.origin} onChange={put("origin")}>{options("origin", ["internal_report", "external_report"])}</ChoiceField>
        <ChoiceField label={t("console.incident.channel")} value={given.channel} onChange={put("channel")}>{options("channel")}</ChoiceField>
        <TextField label={t("console.incident.reporter")} value={given.reporter} onChange={put("reporter")} />
        <TextField label={t("console.incident.reporter_contact")} value={given.reporter_contact} onChange={put("reporter_contact")} />
      </div>
      <TextField label={t("console.incident.hosts")} help={t("console.incident.hosts.help")} value={given.hosts} onChange={put("hosts")} />
    </AskDialog>
  );
}

export default function Incidents() {
  const spoken = useLang();
  const may = useMay();
  const client = useQueryClient();
  const [search, change] = useSearch();
  const [adding, setAdding] = useState(false);
  const view = (search.get("view") ?? "open") as View;
  const text = useDeferredValue(search.get("text") ?? "");
  const sort = { by: search.get("sort") ?? "received_at", order: (search.get("order") ?? "desc") as "asc" | "desc" };
  const filter = { sort: sort.by, order: sort.order, ...(views[view] ? { state: views[view] } : {}), ...(text.trim() ? { text: text.trim() } : {}) };
  const query = useInfiniteQuery({
    queryKey: ["incidents", "list", filter],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => (await call("listIncidents", { query: { ...filter, limit: 100, ...(pageParam ? { cursor: pageParam } : { count: true }) }, signal })) as { records: IncidentRecord[]; next_cursor?: string; total?: number },
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: (before) => before,
    structuralSharing: false,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.records) ?? [], [query.data]);
  const total = query.data?.pages[0]?.total;
  const type = useType("incident");
  const criteria = useCriteria();
  const phone = useNarrow(720);
  const box = useRef<HTMLInputElement>(null);
  const at = search.get("at") ?? undefined;
  useLive((fact) => fact.subject.startsWith("INC-") && void client.invalidateQueries({ queryKey: ["incidents", "list"] }));
  const step = (by: number) => {
    const index = rows.findIndex((row) => row.id === at);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.id });
  };
  useKeys([
    ...stepKeys(step),
    { keys: "Enter", says: t("console.keys.open"), off: !at, run: () => go(`/incidents/${at}`) },
    { keys: "/", says: t("console.keys.search"), run: () => box.current?.focus() },
    { keys: "n", says: t("console.incidents.new"), off: !may("incident.report"), run: () => setAdding(true) },
  ]);
  const columns = useMemo<Column<IncidentRecord>[]>(() => [
    { id: "priority", title: t("console.incident.priority"), width: "78px", sort: "priority", cell: (r) => <Priority value={r.body.priority} /> },
    { id: "id", title: t("console.incident.number"), width: "122px", sort: "id", cell: (r) => <span className="mono">{r.id}</span> },
    { id: "title", title: t("console.incident.name"), width: "minmax(200px, 3fr)", sort: "title", cell: (r) => r.body.title },
    { id: "class", title: t("console.incident.class"), width: "84px", cell: (r) => namedTitle(criteria?.classes, r.body.class) || "–" },
    { id: "hosts", title: t("console.incident.hosts"), width: "minmax(100px, 1fr)", cell: (r) => <span className="soft">{(r.body.hosts ?? []).join(", ") || "–"}</span> },
    { id: "received", title: t("console.incident.received"), width: "112px", sort: "received_at", cell: (r) => <span className="soft"><Time at={r.body.received_at} since /></span> },
    { id: "state", title: t("console.incident.state"), width: "128px", cell: (r) => <State state={r.state} says={stateTitle(type, r.state)} /> },
    { id: "assignee", title: t("console.incident.assignee"), width: "104px", cell: (r) => r.body.assignee ? <span className="line tight"><Face name={r.body.assignee} /><span className="cut">{person(r.body.assignee)}</span></span> : <span className="quiet">–</span> },
  ], [type, criteria, spoken]);
  return (
    <div className="listing">
      <div className="page-head">
        <h1>{t("console.incidents.title")}</h1>
        {total !== undefined && <span className="quiet">{t("console.queue.count", { n: number(total) })}</span>}
        <span className="grow" />
        <Choices label={t("console.queue.views")} at={view} onChange={(id) => change({ view: id === "open" ? undefined : id, at: undefined }, { push: true })}
          of={(Object.keys(views) as View[]).map((id) => ({ id, says: t(`console.incidents.view.${id}`) }))} />
        {may("incident.report") && <Button look="primary" icon="plus" onClick={() => setAdding(true)}>{t("console.incidents.new")}</Button>}
      </div>
      <div className="listing-filter">
        <div className="search grow">
          <Icon name="search" />
          <input ref={box} className="input" type="search" aria-label={t("console.incidents.search")} placeholder={t("console.incidents.search")} value={search.get("text") ?? ""}
            onChange={(event) => change({ text: event.target.value })} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
        </div>
      </div>
      <div className="listing-body">
        {query.isPending ? <div style={{ padding: 20 }}><Skeleton lines={10} /></div>
          : query.isError && rows.length === 0 ? <div style={{ padding: 20 }}><Refusal error={query.error} again={() => void query.refetch()} /></div>
          : rows.length === 0 ? <Empty icon="incident" title={t("console.incidents.none")}>{t("console.incidents.none.says")}</Empty>
          : <Grid label={t("console.incidents.title")} columns={columns} rows={rows} keyOf={(row) => row.id} at={at} total={total} sort={sort}
              onSelect={(row) => go(`/incidents/${row.id}`)} onSort={(by) => change({ sort: by, order: sort.by === by && sort.order === "desc" ? "asc" : "desc" })}
              onEnd={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined} rowHeight={phone ? 56 : 36}
              compact={phone ? (r) => (
                <div className="stack" style={{ gap: 2 }}>
                  <div className="line"><Priority value={r.body.priority} /><b className="cut grow">{r.body.title}</b></div>
                  <div className="line quiet"><span className="mono">{r.id}</span><Time at={r.body.received_at} since /><span className="end" /><State state={r.state} says={stateTitle(type, r.state)} /></div>
                </div>
              ) : undefined} />}
      </div>
      {adding && <NewIncident onClose={() => setAdding(false)} />}
    </div>
  );
}
