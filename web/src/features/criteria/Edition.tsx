// One edition of a table: edited while it is a proposal, checked, held against the past, approved by another person.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Empty, Refusal, refusalText, Skeleton } from "@/components/Empty";
import { Field, ProseField, TextField } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { beforeLeaving, go } from "@/lib/place";
import { stateTitle, useType } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { editionTitle } from "./Criteria";
import { ReplayPanel } from "./Replayed";
import { savedMeanwhile, Stale } from "./Stale";
import { Actions, columnTitle, Lines, Rows } from "./TableEditor";
import { approve, check, dimensions, edition, isKind, linesOf, partsOf, propose, reject, revise, rightOf, tableOf, typeOfKind, type Body, type Edition as EditionRecord, type Fault, type Kind, type Line } from "./tables";
import "./criteria.css";

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const not_replayed = "governance.approve.not_replayed"; // a step that is still to come, no fault of the table
const about = ["title_ja", "title_en", "change_note"] as const;
const numbers = ["alert_window_minutes", "off_criteria_priority"] as const;

function Faults({ kind, faults: all }: { kind: Kind; faults: Fault[] }) {
  const faults = all.filter((fault) => fault.code !== not_replayed);
  if (faults.length === 0 && all.length > 0) return <p className="notice" role="status"><Icon name="info" />{t("console.criteria.to_replay")}</p>;
  if (faults.length === 0) return <p className="notice good" role="status"><Icon name="check" />{t(kind === "policy" ? "console.criteria.sound.policy" : "console.criteria.sound")}</p>;
  return (
    <div className="notice bad" role="status">
      <Icon name="warn" />
      <div className="grow">
        <b>{t("console.criteria.faults", { n: faults.length })}</b>
        <ul>{faults.map((fault, i) => <li key={i}>{fault.message} <code className="quiet">{fault.pointer}</code></li>)}</ul>
      </div>
    </div>
  );
}

function ApproveDialog({ kind, record, onClose, onDone }: { kind: Kind; record: EditionRecord; onClose: () => void; onDone: (record: EditionRecord) => void }) {
  const [from, setFrom] = useState("");
  return (
    <AskDialog title={t("console.criteria.approve.title", { edition: String(record.body.edition ?? "") })} says={t("console.criteria.approve")} onClose={onClose}
      onSend={async () => onDone(await approve(kind, record.id, record.version, from && new Date(from).toISOString()))}>
      <p className="soft">{t("console.criteria.approve.says")}</p>
      <Field label={t("console.criteria.approve.from")} help={t("console.criteria.approve.now")}>{(control) => <input className="input" type="datetime-local" {...control} value={from} onChange={(event) => setFrom(event.target.value)} />}</Field>
    </AskDialog>
  );
}

function RejectDialog({ kind, record, onClose, onDone }: { kind: Kind; record: EditionRecord; onClose: () => void; onDone: (record: EditionRecord) => void }) {
  const [reason, setReason] = useState("");
  return (
    <AskDialog danger title={t("console.criteria.reject.title", { edition: String(record.body.edition ?? "") })} says={t("console.criteria.reject")} onClose={onClose}
      onSend={async () => onDone(await reject(kind, record.id, record.version, reason))}>
      <ProseField label={t("console.criteria.reject.reason")} must value={reason} onChange={(event) => setReason(event.target.value)} />
    </AskDialog>
  );
}

/** Parts that are no list of lines, as JSON: a few of them, rarely changed. */
function Raw({ body, names, onChange }: { body: Body; names: string[]; onChange: ((name: string, value: unknown) => void) | null }) {
  const [wrong, setWrong] = useState<Record<string, string>>({});
  return (
    <>
      {names.map((name) => (
        <Field key={name} label={columnTitle(name)} wrong={wrong[name]}>{(control) => (
          <textarea className="input mono" {...control} readOnly={!onChange} rows={Math.min(14, JSON.stringify(body[name], null, 1).split("\n").length + 1)} defaultValue={JSON.stringify(body[name], null, 1)} onBlur={(event) => {
            if (!onChange) return;
            try {
              onChange(name, JSON.parse(event.target.value));
              setWrong(({ [name]: _, ...rest }) => rest);
            } catch (error) {
              setWrong({ ...wrong, [name]: String(error) });
            }
          }} />
        )}</Field>
      ))}
    </>
  );
}

function Parts({ kind, body, put }: { kind: Kind; body: Body; put: ((name: string, value: unknown) => void) | null }) {
  useLang();
  const parts = partsOf(kind, body);
  const known = new Set<string>([...parts, ...about, ...numbers, "rows", "actions", "edition", "in_force_from", "approved_by", "rejected_reason"]);
  const scalars = Object.keys(body).filter((name) => !known.has(name) && typeof body[name] !== "object");
  const raw = Object.keys(body).filter((name) => !known.has(name) && typeof body[name] === "object");
  return (
    <>
      {parts.map((name) => (
        <details key={name} className="panel part" open={kind === "naming" && name === "attack_types"}>
          <summary><h2>{columnTitle(name)}</h2> <span className="quiet">{linesOf(body, name).length}</span></summary>
          <div className="inside"><Lines name={name} lines={linesOf(body, name)} onChange={put && ((lines: Line[]) => put(name, lines))} /></div>
        </details>
      ))}
      <details className="panel part">
        <summary><h2>{t("console.criteria.more")}</h2></summary>
        <div className="inside stack">
          <div className="more-fields">
            {numbers.filter((name) => name in body).map((name) => <TextField key={name} label={columnTitle(name)} inputMode="numeric" readOnly={!put} value={String(body[name] ?? "")} onChange={(event) => put?.(name, Number(event.target.value) || 0)} />)}
            {scalars.map((name) => <TextField key={name} label={columnTitle(name)} readOnly={!put} value={String(body[name] ?? "")} onChange={(event) => put?.(name, event.target.value)} />)}
          </div>
          <Raw body={body} names={raw} onChange={put} />
        </div>
      </details>
    </>
  );
}

function Sheet({ kind, record }: { kind: Kind; record: EditionRecord }) {
  useLang();
  const client = useQueryClient();
  const may = useMay();
  const who = useWho();
  const type = useType(typeOfKind(kind));
  const [base, setBase] = useState(record);
  const [body, setBody] = useState<Body>(() => tableOf(record.body));
  const [sheet, setSheet] = useState<"" | "approve" | "reject">("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const right = rightOf(kind);
  const draft = base.state === "draft";
  const editable = draft && may(`${right}.propose`);
  const dirty = !same(body, tableOf(base.body));
  const guard = useRef(dirty);
  guard.current = dirty;
  useEffect(() => beforeLeaving(() => !guard.current || confirm(t("console.criteria.leave"))), []);
  const checked = useQuery({ queryKey: ["criteria", kind, "check", base.id, base.version], enabled: draft, queryFn: ({ signal }) => check(kind, base.id, signal) });
  const faults = useMemo(() => {
    const at = new Map<number, string[]>();
    for (const fault of checked.data ?? []) {
      const row = /^\/rows\/(\d+)/.exec(fault.pointer);
      if (row) at.set(Number(row[1]), [...(at.get(Number(row[1])) ?? []), fault.message]);
    }
    return at;
  }, [checked.data]);
  const taken = (next: EditionRecord) => {
    setBase(next);
    setBody(tableOf(next.body));
    void client.invalidateQueries({ queryKey: ["criteria"] });
  };
  const save = async () => {
    if (!editable || !dirty || busy) return;
    setBusy(true);
    setError(null);
    try {
      taken(await revise(kind, base.id, base.version, body));
      say({ tone: "good", text: t("console.criteria.saved") });
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  const theirs = savedMeanwhile(error);
  const again = async () => {
    try {
      guard.current = false;
      const made = await propose(kind, { ...tableOf(base.body), change_note: "" });
      go(`/criteria/${kind}/${made.id}`);
    } catch (refused) {
      say({ tone: "bad", text: t("console.criteria.new.failed"), detail: refusalText(refused) });
    }
  };
  useKeys([
    { keys: "mod+enter", says: t("console.save"), off: !editable, run: () => void save() },
    { keys: "a", says: t("console.criteria.approve"), off: !draft || !may(`${right}.approve`) || dirty, run: () => setSheet("approve") },
    { keys: "Escape", says: t("console.keys.back"), run: () => go(`/criteria?kind=${kind}`) },
  ]);
  const put = editable ? (name: string, value: unknown) => setBody((now) => ({ ...now, [name]: value })) : null;
  const own = base.created_by.endsWith(`:${who.login}`);
  return (
    <>
      <div className="page-head edition-head">
        <Button small look="plain" icon="left" label={t("console.criteria.title")} onClick={() => go(`/criteria?kind=${kind}`)} />
        <div className="grow">
          <div className="line wrap"><span className="quiet">{t(`console.criteria.kind.${kind}`)} · {t("console.criteria.edition.n", { n: String(base.body.edition ?? "") })}</span><State state={base.state} says={stateTitle(type, base.state)} /><span className="quiet mono">{base.id}</span></div>
          <h1>{editionTitle(base)}</h1>
        </div>
        <div className="line wrap">
          {!draft && may(`${right}.propose`) && <Button icon="plus" onClick={() => void again()}>{t("console.criteria.new.from")}</Button>}
          {draft && may(`${right}.approve`) && <Button look="danger" onClick={() => setSheet("reject")}>{t("console.criteria.reject")}</Button>}
          {draft && may(`${right}.approve`) && <Button icon="check" disabled={dirty} hint="A" onClick={() => setSheet("approve")}>{t("console.criteria.approve")}</Button>}
          {editable && <Button look="primary" hint="⌃↵" disabled={!dirty || busy} onClick={() => void save()}>{t("console.save")}</Button>}
        </div>
      </div>
      <div className="page-body">
        <p className="quiet">{t("console.criteria.by", { user: person(base.created_by) })} <Time at={base.created_at} />{base.body.approved_by ? <> · {t("console.criteria.approved_by", { user: person(String(base.body.approved_by)) })} <Time at={base.body.in_force_from as string} /></> : null}{draft && own && ` · ${t("console.criteria.another")}`}</p>
        {error !== null && !theirs && <Refusal error={error} />}
        {theirs && <Stale read={base.body} theirs={theirs} yours={body} onTake={(both) => { setBase(theirs); setBody(both); setError(null); }} />}
        {draft && checked.data && !dirty && <Faults kind={kind} faults={checked.data} />}
        {draft && dirty && <p className="notice"><Icon name="info" />{t("console.criteria.unsaved")}</p>}
        <div className="more-fields">
          {about.filter((name) => put || body[name]).map((name) => <TextField key={name} label={columnTitle(name)} readOnly={!put} value={String(body[name] ?? "")} onChange={(event) => put?.(name, event.target.value)} />)}
        </div>
        {draft && kind !== "policy" && <ReplayPanel kind={kind} id={base.id} version={base.version} body={body} saved={!dirty} onReplayed={() => void checked.refetch()} />}
        {kind === "policy" && <Actions body={body} onChange={put && ((actions: Line[]) => put("actions", actions))} />}
        {dimensions[kind].length > 0 && <section className="panel" aria-label={t("console.criteria.rows")}><header><h2>{t("console.criteria.rows")}</h2><span className="quiet">{linesOf(body, "rows").length}</span></header><Rows kind={kind} body={body} faults={faults} onChange={put && ((rows: Line[]) => put("rows", rows))} /></section>}
        <Parts key={base.version} kind={kind} body={body} put={put} />
      </div>
      {sheet === "approve" && <ApproveDialog kind={kind} record={base} onClose={() => setSheet("")} onDone={taken} />}
      {sheet === "reject" && <RejectDialog kind={kind} record={base} onClose={() => setSheet("")} onDone={taken} />}
    </>
  );
}

function Read({ kind, id }: { kind: Kind; id: string }) {
  const got = useQuery({ queryKey: ["edition-to-edit", kind, id], queryFn: ({ signal }) => edition(kind, id, signal), gcTime: 0, staleTime: Infinity, refetchOnMount: "always" });
  if (got.isError) return <div className="page-body" style={{ paddingTop: 20 }}><Refusal error={got.error} again={() => void got.refetch()} /></div>;
  if (!got.data) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  return <Sheet kind={kind} record={got.data} />;
}

export default function Edition({ params }: PageProps) {
  useLang();
  if (!isKind(params.kind)) return <Empty icon="table" title={t("console.gone.title")} act={<Button onClick={() => go("/criteria")}>{t("console.criteria.title")}</Button>} />;
  return <Read key={`${params.kind} ${params.id}`} kind={params.kind} id={params.id ?? ""} />;
}
