// Records by state: a move is a card drawn to another column, or "m" on it.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, refusalText, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { act, say } from "@/lib/acts";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { useKeys } from "@/lib/keys";
import { labelOf, placeOf, stateTitle, type RecordType } from "@/lib/records";
import { number, t, titleOf, useLang } from "@/lib/text";
import { defaultColumns } from "./columns";
import { isEmpty } from "./kinds";
import { useLabels, useTotal, type Asked, type Page } from "./listing";
import { isReady, MoveDialog, useMovesOf, type Move } from "./moves";
import { Value } from "./Value";

const cards_a_page = 40;
const facts_a_card = 3;
const no_ids: string[] = [];

type Shifted = Map<string, { record: AnyRecord; to: string }>;
type Drawn = { record: AnyRecord; to: (state: string) => Move[] };

function useColumn(type: RecordType, state: string, asked: Asked) {
  const query = useInfiniteQuery({
    queryKey: ["register", type.id, "board", state, asked],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => (await call("listRecords", { path: { type: type.id }, query: { ...asked, state, limit: cards_a_page, ...(pageParam ? { cursor: pageParam } : {}) }, signal })) as Page,
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: (before) => before,
  });
  return { query, records: useMemo(() => query.data?.pages.flatMap((page) => page.records) ?? [], [query.data]), total: useTotal(type.id, { ...asked, state }) };
}

function Card({ type, record, facts, labels, onDraw, onDrop }: { type: RecordType; record: AnyRecord; facts: string[]; labels: Map<string, string>; onDraw: () => void; onDrop: () => void }) {
  const shown = facts.filter((name) => !isEmpty(record.body[name])).slice(0, facts_a_card);
  return (
    <li className="board-card" draggable onDragStart={(event) => { event.dataTransfer.setData("text/plain", record.id); event.dataTransfer.effectAllowed = "move"; onDraw(); }} onDragEnd={onDrop}>
      <Link className="card-link" data-record={record.id} to={placeOf(type.id, record.id)} draggable={false}>{labelOf(type, record)}</Link>
      {shown.map((name) => {
        const field = type.fields.find((one) => one.name === name)!;
        return <div key={name} className="line tight card-fact"><span className="quiet">{titleOf(field.title, name)}</span><span className="cut"><Value field={field} value={record.body[name]} short labels={labels} /></span></div>;
      })}
      <div className="line quiet card-foot"><span className="mono">{record.id}</span><span className="end" /><span title={person(record.updated_by)}><Time at={record.updated_at} since /></span></div>
    </li>
  );
}

function Column({ type, state, asked, shifted, drawn, facts, onDraw, onTake, keep }: {
  type: RecordType; state: RecordType["states"][number]; asked: Asked; shifted: Shifted; drawn: Drawn | null; facts: string[];
  onDraw: (record: AnyRecord | null) => void; onTake: (state: string) => void; keep: (records: AnyRecord[]) => void;
}) {
  useLang();
  const { query, records, total } = useColumn(type, state.id, asked);
  keep(records);
  const labels = useLabels(type, records, no_ids);
  const here = [...[...shifted.values()].filter((one) => one.to === state.id).map((one) => one.record), ...records.filter((record) => !shifted.has(record.id))];
  const takes = !!drawn && drawn.record.state !== state.id && drawn.to(state.id).length > 0;
  const [over, setOver] = useState(false);
  const says = stateTitle(type, state.id);
  return (
    <section className={["board-column", drawn && (takes ? "takes" : drawn.record.state === state.id ? "" : "refuses"), over && takes && "over"].filter(Boolean).join(" ")} aria-label={says}
      onDragOver={(event) => { if (takes) { event.preventDefault(); setOver(true); } }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); if (takes) onTake(state.id); }}>
      <header><State state={state.id} says={says} /><span className="quiet">{total === undefined ? "" : number(total)}</span></header>
      <ul>
        {query.isPending ? <li><Skeleton lines={4} /></li> : here.map((record) => <Card key={record.id} type={type} record={record} facts={facts} labels={labels} onDraw={() => onDraw(record)} onDrop={() => onDraw(null)} />)}
        {query.isError && <li><Refusal error={query.error} again={() => void query.refetch()} /></li>}
        {!query.isPending && here.length === 0 && <li className="quiet board-none">{t("console.registers.board.none")}</li>}
        {query.hasNextPage && <li><Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("console.registers.board.more")}</Button></li>}
      </ul>
    </section>
  );
}

/** The arrows go from card to card as they stand; false when there is none in that direction. */
function walk(board: HTMLElement, key: string): boolean {
  const columns = [...board.querySelectorAll<HTMLElement>(".board-column")].map((column) => [...column.querySelectorAll<HTMLElement>(".card-link")]);
  const x = columns.findIndex((column) => column.includes(document.activeElement as HTMLElement));
  if (x < 0) {
    columns.find((column) => column.length > 0)?.[0]?.focus();
    return true;
  }
  const y = columns[x]!.indexOf(document.activeElement as HTMLElement);
  const sideways = { ArrowRight: 1, l: 1, ArrowLeft: -1, h: -1 }[key];
  if (sideways) {
    for (let at = x + sideways; at >= 0 && at < columns.length; at += sideways) {
      const column = columns[at]!;
      if (column.length > 0) return column[Math.min(y, column.length - 1)]!.focus(), true;
    }
    return false;
  }
  const next = columns[x]![y + (key === "ArrowDown" || key === "j" ? 1 : -1)];
  next?.focus();
  return !!next;
}

export function Board({ type, asked }: { type: RecordType; asked: Asked }) {
  useLang();
  const client = useQueryClient();
  const movesOf = useMovesOf(type);
  const board = useRef<HTMLDivElement>(null);
  const known = useRef(new Map<string, AnyRecord>());
  const [shifted, setShifted] = useState<Shifted>(new Map());
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [moving, setMoving] = useState<{ record: AnyRecord; moves: Move[] } | null>(null);
  const { state: _state, ...narrowed } = asked;
  const facts = useMemo(() => defaultColumns(type).filter((name) => type.fields.some((field) => field.name === name)).slice(1), [type]);
  const renew = () => client.invalidateQueries({ queryKey: ["register", type.id] });
  const shift = (record: AnyRecord, to: string | null) => setShifted((had) => {
    const next = new Map(had);
    if (to) next.set(record.id, { record, to });
    else next.delete(record.id);
    return next;
  });
  const begin = (record: AnyRecord, moves: Move[]) => {
    const only = moves[0];
    if (!only) return say({ tone: "plain", text: t("console.registers.move.none", { record: labelOf(type, record), state: stateTitle(type, record.state) }) });
    if (moves.length > 1 || !isReady(only, record)) return setMoving({ record, moves });
    act({
      says: t("console.registers.moved", { record: labelOf(type, record), state: stateTitle(type, only.to) }),
      show: () => shift(record, only.to),
      hide: () => shift(record, null),
      send: (keepalive) => call("moveRecord", { path: { type: type.id, id: record.id }, body: { version: record.version, move: only.id }, keepalive }),
      done: () => void renew().then(() => shift(record, null)),
      failed: (error) => {
        say({ tone: "bad", text: t("console.registers.move.failed", { record: labelOf(type, record) }), detail: refusalText(error) });
        void renew();
      },
    });
  };
  const taken = () => known.current.get((document.activeElement as HTMLElement | null)?.dataset.record ?? "");
  const step = (key: string) => board.current && walk(board.current, key);
  useKeys([
    ...["j", "k", "h", "l"].map((key) => ({ keys: key, says: key === "j" ? t("console.keys.next") : key === "k" ? t("console.keys.previous") : "", run: () => void step(key) })),
    { keys: "m", says: t("console.registers.move"), run: () => {
      const record = taken();
      if (record) begin(record, movesOf(record));
    } },
  ]);
  const keys = (event: KeyboardEvent) => {
    if (!event.key.startsWith("Arrow") || !(event.target as HTMLElement).classList.contains("card-link")) return;
    if (step(event.key)) event.preventDefault();
  };
  const keep = (records: AnyRecord[]) => {
    for (const record of records) known.current.set(record.id, record);
  };
  const draw = (record: AnyRecord | null) => setDrawn(record && { record, to: (state) => movesOf(record).filter((move) => move.to === state) });
  return (
    <div className="register-body board-scroll" tabIndex={-1}>
      <div className="board" ref={board} onKeyDown={keys}>
        {type.states.map((state) => (
          <Column key={state.id} type={type} state={state} asked={narrowed} shifted={shifted} drawn={drawn} facts={facts} onDraw={draw} keep={keep}
            onTake={(to) => { if (drawn) begin(drawn.record, drawn.to(to)); setDrawn(null); }} />
        ))}
      </div>
      {moving && <MoveDialog type={type} record={moving.record} moves={moving.moves} onClose={() => setMoving(null)} onMoved={() => void renew()} />}
    </div>
  );
}
