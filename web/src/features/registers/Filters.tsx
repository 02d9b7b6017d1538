// Conditions on fields, kept in the address: what a table, a board and a calendar show.
import { useState } from "react";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField, Field } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { Problem } from "@/lib/call";
import { useSearch } from "@/lib/place";
import { stateTitle, type RecordField, type RecordType } from "@/lib/records";
import { t, titleOf, useLang } from "@/lib/text";
import { ScalarControl } from "./controls";
import { isScalar, toDraft, valueOf } from "./kinds";
import { termsOf, type Term } from "./listing";

const ordered = ["integer", "number", "date", "time", "duration"];

function opsOf(field: RecordField): string[] {
  if (field.type === "list") return ["contains", "filled", "empty"];
  if (ordered.includes(field.type)) return ["at_least", "at_most", "equals", "filled", "empty"];
  if (field.type === "boolean") return ["equals", "filled", "empty"];
  return ["equals", "not_equals", "filled", "empty"];
}

const bare = (op: string) => op === "filled" || op === "empty";
/** The field as one value of it is compared. */
const one = (field: RecordField): RecordField => ({ ...field, required: true, type: field.type === "list" ? (field.items ?? "text") : field.type });

function shown(field: RecordField, value: unknown): string {
  const kind = one(field);
  if (kind.type === "choice") return titleOf(field.choices?.find((choice) => choice.id === value)?.title, String(value));
  if (kind.type === "boolean") return value ? t("console.registers.yes") : t("console.registers.no");
  return String(toDraft(kind, value));
}

export function termText(type: RecordType, term: Term): string {
  const field = type.fields.find((each) => each.name === term.field);
  const name = field ? titleOf(field.title, field.name) : term.field;
  const values = (Array.isArray(term.value) ? term.value : [term.value]).map((value) => (field ? shown(field, value) : String(value)));
  return t(`console.registers.term.${term.op}`, { field: name, value: values.join(" / ") });
}

function AddFilter({ type, onClose, onAdd }: { type: RecordType; onClose: () => void; onAdd: (term: Term) => void }) {
  useLang();
  const fields = type.fields.filter((field) => isScalar(field) || field.type === "list");
  const [name, setName] = useState(fields[0]?.name ?? "");
  const field = fields.find((each) => each.name === name);
  const [op, setOp] = useState(field ? opsOf(field)[0]! : "equals");
  const [typed, setTyped] = useState("");
  if (!field) return null;
  const ops = opsOf(field);
  const send = async () => {
    if (bare(op)) return onAdd({ field: name, op });
    const got = valueOf(one(field), typed);
    if ("wrong" in got) throw new Problem(422, "value", got.wrong);
    onAdd({ field: name, op, value: got.value });
  };
  return (
    <AskDialog title={t("console.registers.filter.add")} says={t("console.registers.filter.do")} onClose={onClose} onSend={send}>
      <ChoiceField label={t("console.registers.filter.field")} value={name} onChange={(event) => {
        const next = fields.find((each) => each.name === event.target.value)!;
        setName(next.name);
        setOp(opsOf(next)[0]!);
        setTyped("");
      }}>
        {fields.map((each) => <option key={each.name} value={each.name}>{titleOf(each.title, each.name)}</option>)}
      </ChoiceField>
      <ChoiceField label={t("console.registers.filter.op")} value={op} onChange={(event) => setOp(event.target.value)}>
        {ops.map((each) => <option key={each} value={each}>{t(`console.registers.op.${each}`)}</option>)}
      </ChoiceField>
      {!bare(op) && <Field label={t("console.registers.filter.value")}>{(control) => <ScalarControl field={field} kind={one(field).type} value={typed} control={control} onChange={setTyped} />}</Field>}
    </AskDialog>
  );
}

export function Filters({ type, states }: { type: RecordType; states: boolean }) {
  useLang();
  const [search, change] = useSearch();
  const [adding, setAdding] = useState(false);
  const terms = termsOf(search.get("filter"));
  const keep = (next: Term[]) => change({ filter: next.length ? JSON.stringify(next) : undefined });
  const state = search.get("state") ?? "";
  return (
    <>
      {states && type.states.length > 1 && (
        <select className="input state-choice" aria-label={aboutState()} value={state} onChange={(event) => change({ state: event.target.value })}>
          <option value="">{t("console.registers.state.all")}</option>
          <option value={openStates(type)}>{t("console.registers.state.open")}</option>
          {type.states.map((each) => <option key={each.id} value={each.id}>{stateTitle(type, each.id)}</option>)}
        </select>
      )}
      {terms.map((term, i) => (
        <button key={i} type="button" className="badge outline filter-chip" title={t("console.registers.filter.remove")} onClick={() => keep(terms.filter((_, j) => j !== i))}>
          <span className="cut">{termText(type, term)}</span> <Icon name="close" />
        </button>
      ))}
      <Button small icon="filter" onClick={() => setAdding(true)}>{t("console.registers.filter.add")}</Button>
      {(terms.length > 0 || state || search.get("text")) && <Button small look="plain" onClick={() => change({ text: "", filter: "", state: "" })}>{t("console.registers.clear")}</Button>}
      {adding && <AddFilter type={type} onClose={() => setAdding(false)} onAdd={(term) => keep([...terms, term])} />}
    </>
  );
}

const aboutState = () => t("console.registers.about.state");
const openStates = (type: RecordType) => type.states.filter((state) => !state.final).map((state) => state.id).join(",");
