// The form of any register: to make a record and to change one.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type FormEvent } from "react";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { say } from "@/lib/acts";
import { call, Problem } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { beforeLeaving, go, useSearch } from "@/lib/place";
import { labelOf, placeOf, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { ConflictView, conflictOf, merged, type Conflict } from "./conflict";
import { FieldControl, wide } from "./controls";
import { changesOf, draftsOf, fieldErrors, type Drafts } from "./drafts";
import { isScalar, same } from "./kinds";
import { OfType } from "./Register";
import "./registers.css";

/** Asks before what was typed is left behind. */
function useGuard(dirty: boolean) {
  const now = useRef(dirty);
  now.current = dirty;
  useEffect(() => {
    const unload = (event: BeforeUnloadEvent) => now.current && event.preventDefault();
    addEventListener("beforeunload", unload);
    const stop = beforeLeaving(() => !now.current || confirm(t("console.registers.leave")));
    return () => {
      removeEventListener("beforeunload", unload);
      stop();
    };
  }, []);
  return () => void (now.current = false);
}

function Form({ type, record }: { type: RecordType; record?: AnyRecord }) {
  useLang();
  const client = useQueryClient();
  const [search] = useSearch();
  const form = useRef<HTMLFormElement>(null);
  const [base, setBase] = useState(record);
  const given = useMemo(() => (record ? draftsOf(type, record.body) : {
    ...draftsOf(type, {}),
    ...Object.fromEntries(type.fields.filter((field) => isScalar(field) && search.get(field.name)).map((field) => [field.name, search.get(field.name)!])),
    // Only the address that the page was opened with fills the form.
  }), [type, record]); // eslint-disable-line
  const [drafts, setDrafts] = useState<Drafts>(given);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [busy, setBusy] = useState(false);
  const done = useGuard(!same(drafts, given));
  const back = () => go(base ? placeOf(type.id, base.id) : `/registers/${type.id}`);
  useKeys([
    { keys: "mod+enter", says: t("console.save"), run: () => form.current?.requestSubmit() },
    { keys: "Escape", says: t("console.keys.back"), run: back },
  ]);
  useEffect(() => form.current?.querySelector<HTMLElement>("[data-field] :is(input, select, textarea)")?.focus(), []);
  const toFirst = (faults: Record<string, string>) => requestAnimationFrame(() => {
    const first = type.fields.find((field) => faults[field.name]);
    const place = first && form.current?.querySelector(`[data-field="${first.name}"]`);
    (place?.querySelector<HTMLElement>("input, select, textarea") ?? form.current?.querySelector<HTMLElement>("[role=alert]"))?.focus();
    place?.scrollIntoView({ block: "center" });
  });
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = changesOf(type, base?.body ?? {}, drafts);
    setWrong(found.wrong);
    setError(null);
    if (Object.keys(found.wrong).length) {
      setError(new Problem(422, "form", t("console.registers.wrong.some", { n: Object.keys(found.wrong).length })));
      return toFirst(found.wrong);
    }
    setBusy(true);
    try {
      const saved = base
        ? Object.keys(found.changes).length ? await call("updateRecord", { path: { type: type.id, id: base.id }, body: { version: base.version, changes: found.changes } }) : base
        : await call("createRecord", { path: { type: type.id }, body: { body: Object.fromEntries(Object.entries(found.changes).filter(([, value]) => value !== null)) } });
      client.setQueryData(["record", type.id, saved.id], saved);
      void client.invalidateQueries({ queryKey: ["register", type.id] });
      done();
      say({ tone: "good", text: t(base ? "console.registers.saved" : "console.registers.created", { record: labelOf(type, saved) }) });
      go(placeOf(type.id, saved.id), { replace: true });
    } catch (refused) {
      setBusy(false);
      const stale = conflictOf(refused);
      if (stale) {
        setConflict(stale);
        setBase(stale.current);
        setDrafts(merged(type, stale, drafts));
        form.current?.scrollTo(0, 0);
        form.current?.closest("main")?.scrollTo(0, 0);
        return;
      }
      const { at, rest } = fieldErrors(type, refused);
      setWrong(at);
      setError(refused instanceof Problem && Object.keys(at).length ? new Problem(refused.status, refused.code, refused.detail, rest, refused.hint) : refused);
      toFirst(at);
    }
  };
  return (
    <form ref={form} className="record-form" noValidate onSubmit={send}>
      <div className="page-head">
        <Button small look="plain" icon="left" label={titleOf(type.title)} onClick={back} />
        <h1>{base ? t("console.registers.edit.of", { record: labelOf(type, base) }) : t("console.registers.new.of", { type: titleOf(type.title) })}</h1>
        {base && <span className="quiet mono">{base.id}</span>}
        <span className="grow" />
        <Button onClick={back}>{t("console.cancel")}</Button>
        <Button type="submit" look="primary" disabled={busy} hint="⌃↵">{base ? t("console.save") : t("console.registers.create")}</Button>
      </div>
      <div className="page-body">
        {conflict && <ConflictView type={type} conflict={conflict} drafts={drafts} onTake={(field, draft) => setDrafts({ ...drafts, [field]: draft })} />}
        {error !== null && <Refusal error={error} />}
        <div className="panel form-panel">
          <p className="soft">{titleOf(type.description)}</p>
          <div className="form-fields">
            {type.fields.map((field) => (
              <div key={field.name} className={wide(field) ? "whole" : ""}>
                <FieldControl field={field} draft={drafts[field.name] ?? ""} wrong={wrong[field.name]} onChange={(draft) => {
                  setDrafts((now) => ({ ...now, [field.name]: draft }));
                  if (wrong[field.name]) setWrong(({ [field.name]: _, ...rest }) => rest);
                }} />
              </div>
            ))}
          </div>
        </div>
      </div>
    </form>
  );
}

function Edit({ type, id }: { type: RecordType; id: string }) {
  // Read once and anew: what others do meanwhile is told when it is saved, not by changing what is being typed.
  const record = useQuery({ queryKey: ["record-to-edit", type.id, id], queryFn: ({ signal }) => call("getRecord", { path: { type: type.id, id }, signal }), staleTime: Infinity, gcTime: 0, refetchOnMount: "always" });
  if (record.isError) return <div className="page-body" style={{ paddingTop: 20 }}><Refusal error={record.error} again={() => void record.refetch()} /></div>;
  if (!record.data) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  return <Form type={type} record={record.data} />;
}

export default function RecordForm({ params }: PageProps) {
  useLang();
  const may = useMay();
  const id = params.id;
  return (
    <OfType name={params.type ?? ""}>
      {(type) => {
        const needed = id ? type.permissions.update : type.permissions.create;
        if (!may(needed)) return <Empty icon="key" title={t("console.denied.title")}>{t("console.denied.says", { permission: needed })}</Empty>;
        return id ? <Edit key={id} type={type} id={id} /> : <Form key={type.id} type={type} />;
      }}
    </OfType>
  );
}
