// One record: what it holds, what may be done with it, what it is linked with and how it came to be so.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { History } from "@/components/History";
import { Menu } from "@/components/Menu";
import { Tabs } from "@/components/Tabs";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go, useSearch } from "@/lib/place";
import { labelOf, placeOf, stateTitle, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { wide } from "./controls";
import { isEmpty } from "./kinds";
import { Links } from "./Links";
import { useFollowed, useLabels } from "./listing";
import { MoveDialog, useMovesOf, type Move } from "./moves";
import { OfType } from "./Register";
import { Value } from "./Value";
import { Versions } from "./Versions";
import "./registers.css";

const no_ids: string[] = [];

function Fields({ type, record }: { type: RecordType; record: AnyRecord }) {
  useLang();
  const records = useMemo(() => [record], [record]);
  const labels = useLabels(type, records, no_ids);
  const [all, setAll] = useState(false);
  const empty = type.fields.filter((field) => isEmpty(record.body[field.name]));
  const shown = type.fields.filter((field) => all || !empty.includes(field));
  return (
    <section className="panel" aria-label={t("console.registers.fields")}>
      <header>
        <h2>{t("console.registers.fields")}</h2>
        <span className="end" />
        {empty.length > 0 && <Button small look="plain" aria-pressed={all} onClick={() => setAll(!all)}>{all ? t("console.registers.fields.filled") : t("console.registers.fields.all", { n: empty.length })}</Button>}
      </header>
      <dl className="record-fields inside">
        {shown.map((field) => (
          <div key={field.name} className={wide(field) && !isEmpty(record.body[field.name]) ? "whole" : ""}>
            <dt title={titleOf(field.description)}>{titleOf(field.title, field.name)}</dt>
            <dd><Value field={field} value={record.body[field.name]} labels={labels} /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What runs out for this record. */
function Owed({ type, record }: { type: RecordType; record: AnyRecord }) {
  useLang();
  const due = useQuery({
    queryKey: ["register", type.id, "due"],
    staleTime: 30_000,
    queryFn: ({ signal }) => call("listDue", { query: { type: type.id, limit: 500 }, signal }),
    select: (got) => got.items,
  });
  const own = (due.data ?? []).filter((one) => one.record === record.id);
  if (own.length === 0) return null;
  return (
    <section className="panel" aria-label={t("console.registers.due")}>
      <header><h2>{t("console.registers.due")}</h2></header>
      <ul className="inside stack tight">
        {own.map((one, i) => (
          <li key={i} className="line wrap">
            <span className={one.overdue ? "badge critical" : "badge outline"}>{one.overdue ? t("console.registers.due.over") : t("console.registers.due.open")}</span>
            <span>{titleOf(one.title) || titleOf(type.clocks.find((clock) => clock.id === one.clock)?.title) || t(`console.registers.due.${one.kind}`)}</span>
            <span className="quiet end"><Time at={one.due_at} since /></span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Record({ type, id }: { type: RecordType; id: string }) {
  useLang();
  const client = useQueryClient();
  const may = useMay();
  const movesOf = useMovesOf(type);
  const [search, change] = useSearch();
  const [moving, setMoving] = useState<Move[] | null>(null);
  const got = useQuery({ queryKey: ["record", type.id, id], queryFn: ({ signal }) => call("getRecord", { path: { type: type.id, id }, signal }) });
  useFollowed(type.id);
  const record: (AnyRecord & { erased?: boolean }) | undefined = got.data;
  const moves = record ? movesOf(record) : [];
  const edit = () => go(`/registers/${type.id}/${id}/edit`);
  const editable = !!record && !record.erased && may(type.permissions.update);
  useKeys([
    { keys: "e", says: t("console.registers.edit"), off: !editable, run: edit },
    { keys: "m", says: t("console.registers.move"), off: moves.length === 0, run: () => setMoving(moves) },
    { keys: "Escape", says: t("console.keys.back"), run: () => go(`/registers/${type.id}`) },
  ]);
  if (got.isError && !record) return <div className="page-body" style={{ paddingTop: 20 }}><Refusal error={got.error} again={() => void got.refetch()} /></div>;
  if (!record) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  const put = (next: AnyRecord) => {
    client.setQueryData(["record", type.id, id], next);
    void client.invalidateQueries({ queryKey: ["register", type.id] });
  };
  const own = placeOf(type.id, id);
  const tab = search.get("tab") === "journal" ? "journal" : "versions";
  return (
    <>
      <div className="page-head record-head">
        <Button small look="plain" icon="left" label={titleOf(type.title)} onClick={() => go(`/registers/${type.id}`)} />
        <div className="grow">
          <div className="line wrap">
            <span className="quiet">{titleOf(type.title)}</span>
            <State state={record.state} says={stateTitle(type, record.state)} />
            <span className="quiet mono">{record.id}</span>
          </div>
          <h1>{labelOf(type, record)}</h1>
        </div>
        <div className="line wrap">
          {own !== `/registers/${type.id}/${id}` && <Button icon="external" onClick={() => go(own)}>{t("console.registers.own_page")}</Button>}
          {moves.slice(0, 2).map((move, i) => <Button key={move.id} look={i === 0 ? "primary" : undefined} onClick={() => setMoving([move])}>{titleOf(move.title)}</Button>)}
          {editable && <Button icon="rules" hint="E" onClick={edit}>{t("console.registers.edit")}</Button>}
          <Menu button={(opens) => <Button icon="more" label={t("console.more")} {...opens} />} items={[
            ...moves.slice(2).map((move) => ({ says: titleOf(move.title), icon: "right" as const, run: () => setMoving([move]) })),
            { says: t("console.copy.link"), icon: "copy", run: () => void navigator.clipboard?.writeText(location.href) },
          ]} />
        </div>
      </div>
      <div className="page-body record-columns">
        <div className="stack">
          {record.erased && <p className="notice">{t("console.registers.erased")}</p>}
          <Fields type={type} record={record} />
          <Links type={type} record={record} />
        </div>
        <div className="stack">
          <section className="panel" aria-label={t("console.registers.about")}>
            <dl className="facts inside">
              <dt>{t("console.registers.about.state_since")}</dt><dd><Time at={record.state_since} /></dd>
              <dt>{t("console.registers.about.created_at")}</dt><dd><Time at={record.created_at} /> · {person(record.created_by)}</dd>
              <dt>{t("console.registers.about.updated_at")}</dt><dd><Time at={record.updated_at} /> · {person(record.updated_by)}</dd>
              <dt>{t("console.registers.about.version")}</dt><dd>{record.version}</dd>
            </dl>
          </section>
          <Owed type={type} record={record} />
          <div>
            <Tabs label={t("console.history.title")} at={tab} onChange={(id) => change({ tab: id === "versions" ? undefined : id })}
              tabs={[{ id: "versions", says: t("console.registers.versions") }, { id: "journal", says: t("console.registers.journal") }]}>
              <div className="under-tabs">{tab === "versions" ? <Versions type={type} record={record} /> : <History type={type.id} id={id} version={record.version} />}</div>
            </Tabs>
          </div>
        </div>
      </div>
      {moving && <MoveDialog type={type} record={record} moves={moving} onClose={() => setMoving(null)} onMoved={put} />}
    </>
  );
}

export default function RecordPage({ params }: PageProps) {
  return <OfType name={params.type ?? ""}>{(type) => <Record key={params.id} type={type} id={params.id ?? ""} />}</OfType>;
}
