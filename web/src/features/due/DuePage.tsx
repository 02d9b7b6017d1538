// What is owed, to whom, by when: the cycle of the functions, and the list of everything that runs out.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { RecordLink } from "@/components/RecordLink";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { useKeys } from "@/lib/keys";
import { go, useSearch } from "@/lib/place";
import { functions, placeOf, useTypes } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, titleOf, useLang } from "@/lib/text";
import { edgesOf, functionOf, type Due, type Handed } from "./ring";
import { Ring } from "./Ring";
import "./due.css";

const kinds = ["", "obligation", "handed", "clock", "review", "retention"] as const;
const page_max = 1000; // of the API; who has more narrows it down
const handed_max = 5000;
const rows_step = 200; // drawn at a time
const open_states = "sent,received,answered";

type Row = { key: string; at: string; overdue: boolean; kind: string; title: string; why: string; what: string; from: string; to: string; acts: string[]; record: string };

function useOwed() {
  const may = useMay()("governance.read");
  const due = useQuery({ queryKey: ["due"], refetchInterval: 60_000, queryFn: ({ signal }) => call("listDue", { query: { limit: page_max }, signal }) });
  const links = useQuery({ queryKey: ["role-links"], enabled: may, staleTime: Infinity, queryFn: ({ signal }) => call("listRoleLinks", { signal }), select: (got) => got.links });
  const handed = useQuery({
    queryKey: ["referrals", "open"], enabled: may, refetchInterval: 60_000,
    queryFn: async ({ signal }) => {
      const out: AnyRecord[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await call("listReferrals", { query: { state: open_states, limit: page_max, ...(cursor ? { cursor } : {}) }, signal });
        out.push(...(page.records as AnyRecord[]));
        cursor = page.next_cursor;
        if (!cursor || out.length >= handed_max) return out;
      }
    },
    select: (got): Handed[] => got.map((record) => {
      const body = record.body as Record<string, string | undefined>;
      return { id: record.id, from: body.from_role ?? "", to: body.to_role ?? "", what: body.what ?? "", state: record.state, ...(body.due_at ? { due_at: body.due_at } : {}) };
    }),
  });
  return { due, links: links.data, handed: handed.data };
}

function rowsOf(items: Due[], handed: Handed[], titleOfType: (type: string) => string, clockOf: (item: Due) => string): Row[] {
  const now = Date.now();
  const owed = items.map((item, i): Row => ({
    key: `${item.record} ${item.kind} ${item.clock ?? item.obligation ?? ""} ${i}`, at: item.due_at, overdue: item.overdue, kind: item.kind,
    title: titleOf(item.title) || clockOf(item) || t(`console.due.kind.${item.kind}`), why: titleOf(item.why), what: item.what ?? titleOfType(item.type),
    from: item.from ?? "", to: item.to ?? "", acts: item.acts, record: item.record,
  }));
  const passed = handed.map((one): Row => ({ key: one.id, at: one.due_at ?? "", overdue: !!one.due_at && new Date(one.due_at).getTime() < now, kind: "handed", title: t(`console.due.handed.${one.state}`), why: "", what: one.what, from: one.from, to: one.to, acts: [one.state === "answered" ? one.from : one.to], record: one.id }));
  return [...owed, ...passed].sort((a, b) => Number(b.overdue) - Number(a.overdue) || (a.at || "9").localeCompare(b.at || "9"));
}

export default function DuePage() {
  useLang();
  const types = useTypes();
  const may = useMay();
  const [search, change] = useSearch();
  const { due, links, handed } = useOwed();
  const kind = search.get("kind") ?? "";
  const only = search.get("function") ?? "";
  const late = search.get("overdue") === "1";
  const all = useMemo(() => {
    const type = (id: string) => types?.find((one) => one.id === id);
    // A hand-over is listed once: as what it is, with its state.
    const items = (due.data?.items ?? []).filter((item) => item.type !== "referral" || item.kind === "retention");
    return rowsOf(items, handed ?? [], (id) => titleOf(type(id)?.title, id), (item) => titleOf(type(item.type)?.clocks.find((clock) => clock.id === item.clock)?.title));
  }, [due.data, handed, types]);
  const edges = useMemo(() => edgesOf(links ?? [], due.data?.items.filter((item) => item.type !== "referral") ?? [], handed ?? []), [links, due.data, handed]);
  const rows = all.filter((row) => (!kind || row.kind === kind) && (!late || row.overdue) && (!only || [row.from, row.to, ...row.acts].some((role) => functionOf(role) === only)));
  const at = search.get("at") ?? "";
  const [steps, setSteps] = useState(1);
  const drawn = Math.max(steps * rows_step, rows.findIndex((row) => row.key === at) + 20);
  const step = (by: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at ? rows.findIndex((row) => row.key === at) + by : 0))];
    if (next) change({ at: next.key });
  };
  const taken = rows.find((row) => row.key === at);
  const open = (row: Row) => {
    const type = types?.find((one) => row.record.startsWith(`${one.prefix}-`));
    if (type) go(placeOf(type.id, row.record));
  };
  useKeys([
    { keys: "j", says: t("console.keys.next"), run: () => step(1) },
    { keys: "k", says: t("console.keys.previous"), run: () => step(-1) },
    { keys: "Enter", says: t("console.keys.open"), off: !taken, run: () => taken && open(taken) },
    { keys: "l", says: t("console.due.late"), run: () => change({ overdue: late ? undefined : "1" }) },
  ]);
  return (
    <>
      <div className="page-head">
        <h1>{t("console.due.title")}</h1>
        {due.data && <span className="quiet" aria-live="polite">{t("console.due.count", { n: number(rows.length), over: number(rows.filter((row) => row.overdue).length) })}</span>}
        <span className="grow" />
        {may("governance.write") && <Button icon="plus" onClick={() => go("/registers/referral/new")}>{t("console.due.hand")}</Button>}
      </div>
      <div className="page-body due">
        <div className="stack">
          <div className="line wrap">
            <Choices label={t("console.due.kinds")} at={kind} onChange={(id) => change({ kind: id, at: undefined })} of={kinds.map((id) => ({ id, says: t(`console.due.kind.${id || "all"}`) }))} />
            <select className="input function-pick" aria-label={t("console.due.function")} value={only} onChange={(event) => change({ function: event.target.value })}>
              <option value="">{t("console.due.function.all")}</option>
              {functions.map((letter) => <option key={letter} value={letter}>{letter} {t(`console.function.${letter.toLowerCase()}`)}</option>)}
            </select>
            <label className="check"><input type="checkbox" checked={late} onChange={(event) => change({ overdue: event.target.checked ? "1" : undefined })} />{t("console.due.late")}</label>
          </div>
          {due.isError ? <Refusal error={due.error} again={() => void due.refetch()} />
            : !due.data ? <Skeleton lines={10} />
            : rows.length === 0 ? <Empty icon="check" title={t("console.due.none")}>{t("console.due.none.says")}</Empty>
            : (
              <div className="scroll-x panel" tabIndex={0} role="group" aria-label={t("console.due.title")}>
                <table className="plain due-table">
                  <thead><tr>{["due", "what", "who", "record"].map((name) => <th key={name} scope="col">{t(`console.due.column.${name}`)}</th>)}</tr></thead>
                  <tbody>
                    {rows.slice(0, drawn).map((row) => (
                      <tr key={row.key} className={row.key === at ? "taken" : ""} aria-current={row.key === at ? "true" : undefined}>
                        <td>{row.overdue && <span className="badge critical">{t("console.due.over")}</span>} <Time at={row.at || undefined} since /></td>
                        <td title={row.why}><b>{row.title}</b><div className="quiet">{row.what}</div></td>
                        <td>{row.from || row.to ? <span>{row.from || "–"} → {row.to || "–"}</span> : row.acts.join(" ")}</td>
                        <td><RecordLink id={row.record} /></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          {rows.length > drawn && <div><Button onClick={() => setSteps(Math.ceil(drawn / rows_step) + 1)}>{t("console.due.next", { n: number(rows.length - drawn) })}</Button></div>}
          {due.data?.more && <p className="notice">{t("console.due.more", { n: number(page_max) })}</p>}
        </div>
        {links && <Ring edges={edges} only={only} onOnly={(letter) => change({ function: letter })} />}
      </div>
    </>
  );
}
