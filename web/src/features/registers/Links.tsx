// What a record is linked with: links that people made, and records whose fields name it.
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Refusal } from "@/components/Empty";
import { Field, TextField } from "@/components/Field";
import { RecordLink } from "@/components/RecordLink";
import { State } from "@/components/Badge";
import { act } from "@/lib/acts";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { labelOf, stateTitle, useTypes, type RecordField, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { refusalText } from "@/components/Empty";
import { say } from "@/lib/acts";
import { useLabels, type Page } from "./listing";
import { RefPicker } from "./RefPicker";

const shown_max = 20;
const no_records: AnyRecord[] = [];

function AddLink({ type, record, onClose, onDone }: { type: RecordType; record: AnyRecord; onClose: () => void; onDone: () => void }) {
  useLang();
  const [kind, setKind] = useState("related");
  const [to, setTo] = useState("");
  const types = useTypes();
  const may = useMay();
  const among = useMemo(() => (types ?? []).filter((one) => may(one.permissions.read)).map((one) => one.id), [types, may]);
  const [one, setOne] = useState(type.id);
  return (
    <AskDialog title={t("console.registers.link.add")} says={t("console.registers.link.do")} onClose={onClose} onSend={async () => {
      await call("linkRecord", { path: { type: type.id, id: record.id }, body: { kind: kind.trim(), to: to.trim() } });
      onDone();
    }}>
      <Field label={t("console.registers.link.register")}>{(control) => (
        <select className="input" {...control} value={one} onChange={(event) => { setOne(event.target.value); setTo(""); }}>
          {(types ?? []).filter((each) => among.includes(each.id)).map((each) => <option key={each.id} value={each.id}>{titleOf(each.title)}</option>)}
        </select>
      )}</Field>
      <Field label={t("console.registers.link.to")} must>{(control) => <RefPicker control={control} label={t("console.registers.link.to")} value={to} to={[one]} onChange={setTo} />}</Field>
      <TextField label={t("console.registers.link.kind")} help={t("console.registers.link.kind.help")} must value={kind} onChange={(event) => setKind(event.target.value)} pattern="[a-z][a-z0-9_]*" />
    </AskDialog>
  );
}

/** Registers with a field that may name records of this one. */
function referringFields(types: RecordType[] | undefined, type: string): { of: RecordType; field: RecordField; inside: boolean }[] {
  return (types ?? []).flatMap((of) => of.fields.flatMap((field) => {
    const names = field.to?.includes(type) && (field.type === "reference" || (field.type === "list" && field.items === "reference"));
    return names ? [{ of, field, inside: field.type === "list" }] : [];
  }));
}

function useReferring(type: RecordType, id: string) {
  const types = useTypes();
  const may = useMay();
  const fields = useMemo(() => referringFields(types, type.id).filter((one) => may(one.of.permissions.read)), [types, type, may]);
  const pages = useQueries({
    queries: fields.map(({ of, field, inside }) => ({
      queryKey: ["register", of.id, "referring", field.name, id],
      staleTime: 30_000,
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await call("listRecords", { path: { type: of.id }, query: { limit: shown_max, filter: JSON.stringify([{ field: field.name, op: inside ? "contains" : "equals", value: id }]) }, signal })) as Page,
    })),
  });
  return fields.map((one, i) => ({ ...one, records: pages[i]?.data?.records ?? no_records })).filter((one) => one.records.length > 0);
}

export function Links({ type, record }: { type: RecordType; record: AnyRecord }) {
  useLang();
  const client = useQueryClient();
  const may = useMay()(type.permissions.update);
  const [adding, setAdding] = useState(false);
  const [gone, setGone] = useState<string[]>([]);
  const key = ["record", type.id, record.id, "links"];
  const got = useQuery({ queryKey: key, queryFn: ({ signal }) => call("getRecordLinks", { path: { type: type.id, id: record.id }, signal }) });
  const links = useMemo(() => [...(got.data?.from ?? []).map((link) => ({ ...link, other: link.to, out: true })), ...(got.data?.to ?? []).map((link) => ({ ...link, other: link.from, out: false }))], [got.data]);
  const others = useMemo(() => links.map((link) => link.other), [links]);
  const labels = useLabels(undefined, no_records, others);
  const referring = useReferring(type, record.id);
  const keyOf = (link: (typeof links)[number]) => `${link.from} ${link.kind} ${link.to}`;
  const shown = links.filter((link) => !gone.includes(keyOf(link)));
  const remove = (link: (typeof links)[number]) => act({
    says: t("console.registers.link.removed", { record: link.other }),
    show: () => setGone((had) => [...had, keyOf(link)]),
    hide: () => setGone((had) => had.filter((one) => one !== keyOf(link))),
    send: (keepalive) => call("unlinkRecord", { path: { type: type.id, id: record.id }, body: { kind: link.kind, to: link.to }, keepalive }),
    done: () => void client.invalidateQueries({ queryKey: key }),
    failed: (error) => say({ tone: "bad", text: t("console.registers.link.failed"), detail: refusalText(error) }),
  });
  return (
    <section className="panel" aria-label={t("console.registers.links")}>
      <header>
        <h2>{t("console.registers.links")}</h2>
        <span className="end" />
        {may && <Button small icon="plus" onClick={() => setAdding(true)}>{t("console.registers.link.add")}</Button>}
      </header>
      <div className="inside stack tight">
        {got.isError && <Refusal error={got.error} again={() => void got.refetch()} />}
        {shown.map((link) => (
          <div key={keyOf(link)} className="line">
            <span className="badge outline square">{link.out ? link.kind : t("console.registers.link.from", { kind: link.kind })}</span>
            <span className="grow"><RecordLink id={link.other} says={labels.get(link.other)} /></span>
            {link.out && may && <Button small look="plain" icon="close" label={t("console.registers.link.remove", { record: link.other })} onClick={() => remove(link)} />}
          </div>
        ))}
        {referring.map(({ of, field, records }) => (
          <div key={`${of.id} ${field.name}`} className="referring">
            <h3>{t("console.registers.referring", { type: titleOf(of.title), field: titleOf(field.title, field.name) })}</h3>
            <ul>
              {records.map((one) => <li key={one.id} className="line"><span className="grow"><RecordLink id={one.id} says={labelOf(of, one)} /></span><State state={one.state} says={stateTitle(of, one.state)} /></li>)}
            </ul>
          </div>
        ))}
        {shown.length === 0 && referring.length === 0 && <p className="quiet">{t("console.registers.links.none")}</p>}
      </div>
      {adding && <AddLink type={type} record={record} onClose={() => setAdding(false)} onDone={() => void client.invalidateQueries({ queryKey: key })} />}
    </section>
  );
}
