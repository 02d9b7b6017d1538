// The control of each kind of field, from its declaration alone.
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Field } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { Markdown } from "@/components/Markdown";
import { call } from "@/lib/call";
import type { RecordField } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { unknown_value, type Draft } from "./kinds";
import { RefPicker } from "./RefPicker";

type Control = { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean; required?: boolean };
type Plain = Partial<Control> & { "aria-label"?: string };

function Account({ control, value, onChange }: { control: Plain; value: string; onChange: (value: string) => void }) {
  const list = useId();
  const may = useMay()("user.manage");
  const who = useWho();
  const users = useQuery({ queryKey: ["users"], enabled: may, staleTime: 60_000, queryFn: () => call("listUsers", {}) }).data?.users;
  const known = users?.filter((user) => !user.disabled) ?? [{ login: who.login, name: who.name }];
  return (
    <>
      <input className="input" {...control} list={list} autoComplete="off" spellCheck={false} value={value} placeholder={t("console.registers.user.hint")} onChange={(event) => onChange(event.target.value)} />
      <datalist id={list}>{known.map((user) => <option key={user.login} value={user.login}>{user.name}</option>)}</datalist>
    </>
  );
}

function Prose({ control, value, onChange }: { control: Plain; value: string; onChange: (value: string) => void }) {
  const [view, setView] = useState("write");
  const lines = value.split("\n").length;
  return (
    <div className="stack tight">
      {view === "write"
        ? <textarea className="input" {...control} rows={Math.min(18, Math.max(4, lines + 1))} value={value} onChange={(event) => onChange(event.target.value)} />
        : <div className="preview"><Markdown text={value} /></div>}
      <Choices label={t("console.registers.prose")} at={view} onChange={setView} of={[{ id: "write", says: t("console.registers.prose.write") }, { id: "read", says: t("console.registers.prose.read") }]} />
    </div>
  );
}

/** One scalar; `control` carries its id, or its name where no label stands beside it. */
export function ScalarControl({ field, kind, value, control, onChange }: { field: RecordField; kind: string; value: string; control: Plain; onChange: (value: string) => void }) {
  useLang();
  const set = (event: { target: { value: string } }) => onChange(event.target.value);
  const title = titleOf(field.title, field.name);
  switch (kind) {
    case "choice":
      return (
        <select className="input" {...control} value={value} onChange={set}>
          <option value="">{t("console.registers.choose")}</option>
          {field.choices?.map((one) => <option key={one.id} value={one.id}>{titleOf(one.title, one.id)}</option>)}
        </select>
      );
    case "boolean":
      return (
        <select className="input" {...control} value={value} onChange={set}>
          <option value="">{t("console.registers.choose")}</option>
          <option value="true">{t("console.registers.yes")}</option>
          <option value="false">{t("console.registers.no")}</option>
        </select>
      );
    case "date": return <input className="input" type="date" {...control} value={value} onChange={set} />;
    case "time": return <input className="input" type="datetime-local" step={1} {...control} value={value} onChange={set} />;
    case "integer": case "number": return <input className="input" inputMode={kind === "integer" ? "numeric" : "decimal"} {...control} value={value} onChange={set} />;
    case "duration": return <input className="input" {...control} value={value} placeholder={t("console.registers.duration.hint")} onChange={set} />;
    case "reference": return <RefPicker {...(control.id ? { control: control as Control } : {})} label={control["aria-label"] ?? title} value={value} to={field.to ?? []} onChange={onChange} />;
    case "user": return <Account control={control} value={value} onChange={onChange} />;
    case "markdown": return <Prose control={control} value={value} onChange={onChange} />;
    case "json": return <textarea className="input mono" {...control} spellCheck={false} rows={Math.min(16, Math.max(4, value.split("\n").length + 1))} value={value} onChange={set} />;
    case "blob": return <input className="input mono" {...control} spellCheck={false} value={value} placeholder="SHA-256" onChange={set} />;
    default:
      return (field.max ?? 0) > 400 && !control["aria-label"]
        ? <textarea className="input" {...control} rows={2} value={value} onChange={(event) => onChange(event.target.value.replace(/[\r\n]+/g, " "))} />
        : <input className="input" {...control} value={value} onChange={set} />;
  }
}

function ListControl({ field, value, control, onChange }: { field: RecordField; value: string[]; control: Plain; onChange: (value: string[]) => void }) {
  const title = titleOf(field.title, field.name);
  if (field.items === "choice")
    return (
      <div className="checks" role="group" aria-label={title}>
        {field.choices?.map((one) => (
          <label key={one.id} className="check">
            <input type="checkbox" checked={value.includes(one.id)} onChange={(event) => onChange(event.target.checked ? [...value, one.id] : value.filter((id) => id !== one.id))} />
            {titleOf(one.title, one.id)}
          </label>
        ))}
      </div>
    );
  if (field.items === "text" || !field.items)
    return <textarea className="input" {...control} rows={Math.min(10, Math.max(3, value.length + 1))} value={value.join("\n")} placeholder={t("console.registers.list.hint")} onChange={(event) => onChange(event.target.value === "" ? [] : event.target.value.split("\n"))} />;
  const shown = value.length ? value : [""];
  return (
    <div className="stack tight" role="group" aria-label={title}>
      {shown.map((one, i) => (
        <div key={i} className="line">
          <div className="grow"><ScalarControl field={field} kind={field.items!} value={one} control={i === 0 ? control : { "aria-label": `${title} ${i + 1}` }} onChange={(next) => onChange(shown.map((had, j) => (i === j ? next : had)))} /></div>
          <Button small look="plain" icon="close" label={t("console.registers.list.remove", { n: i + 1 })} onClick={() => onChange(shown.filter((_, j) => j !== i))} />
        </div>
      ))}
      <div><Button small icon="plus" onClick={() => onChange([...shown, ""])}>{t("console.registers.list.add")}</Button></div>
    </div>
  );
}

function TableControl({ field, value, onChange }: { field: RecordField; value: Record<string, string>[]; onChange: (value: Record<string, string>[]) => void }) {
  const columns = field.columns ?? [];
  const title = titleOf(field.title, field.name);
  return (
    <div className="stack tight">
      {value.length > 0 && (
        <div className="scroll-x">
          <table className="plain edit-table">
            <thead>
              <tr>
                {columns.map((column) => <th key={column.name} scope="col">{titleOf(column.title, column.name)}{column.required && <span className="must" aria-hidden="true"> *</span>}</th>)}
                <td />
              </tr>
            </thead>
            <tbody>
              {value.map((line, i) => (
                <tr key={i}>
                  {columns.map((column) => (
                    <td key={column.name}>
                      <ScalarControl field={column} kind={column.type} value={line[column.name] ?? ""} control={{ "aria-label": `${title} ${i + 1} ${titleOf(column.title, column.name)}` }}
                        onChange={(next) => onChange(value.map((had, j) => (i === j ? { ...had, [column.name]: next } : had)))} />
                    </td>
                  ))}
                  <td><Button small look="plain" icon="close" label={t("console.registers.list.remove", { n: i + 1 })} onClick={() => onChange(value.filter((_, j) => j !== i))} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div><Button small icon="plus" onClick={() => onChange([...value, {}])}>{t("console.registers.lines.add")}</Button></div>
    </div>
  );
}

/** A field with its label, its control and what is wrong with it. */
export function FieldControl({ field, draft, wrong, onChange }: { field: RecordField; draft: Draft; wrong: string | undefined; onChange: (draft: Draft) => void }) {
  useLang();
  const unknown = field.unknown_allowed && draft === unknown_value;
  const title = titleOf(field.title, field.name);
  const empty: Draft = field.type === "list" || field.type === "table" ? [] : "";
  const marks = field.sensitivity === "normal" ? "" : ` (${t(`console.registers.sensitivity.${field.sensitivity}`)})`;
  const grouped = field.type === "table" || (field.type === "list" && field.items === "choice");
  const inside = (control: Control) => unknown
    ? <input className="input" {...control} readOnly value={t("console.registers.unknown")} />
    : field.type === "list" ? <ListControl field={field} value={Array.isArray(draft) ? (draft as string[]) : []} control={control} onChange={onChange} />
    : field.type === "table" ? <TableControl field={field} value={Array.isArray(draft) ? (draft as Record<string, string>[]) : []} onChange={onChange} />
    : <ScalarControl field={field} kind={field.type} value={typeof draft === "string" ? draft : ""} control={control} onChange={onChange} />;
  const help = titleOf(field.description) || undefined;
  return (
    <div className="field-line" data-field={field.name}>
      {grouped && !unknown ? (
        <fieldset className="field group">
          <legend className="label">{title}{marks}{field.required && <span className="must" aria-hidden="true">*</span>}</legend>
          {inside({ id: "" })}
          {(wrong || help) && <span className={wrong ? "wrong" : "help"}>{wrong || help}</span>}
        </fieldset>
      ) : <Field label={title + marks} must={field.required} wrong={wrong} help={help}>{inside}</Field>}
      {field.unknown_allowed && (
        <label className="check quiet">
          <input type="checkbox" checked={unknown} onChange={(event) => onChange(event.target.checked ? unknown_value : empty)} />
          {t("console.registers.unknown.is", { field: title })}
        </label>
      )}
      {field.sensitivity !== "normal" && <span className="guarded" aria-hidden="true"><Icon name="key" /></span>}
    </div>
  );
}

export const wide = (field: RecordField) => ["markdown", "table", "json"].includes(field.type) || (field.type === "list" && field.items !== "reference" && field.items !== "user" && (field.choices?.length ?? 9) > 5) || (field.type === "text" && (field.max ?? 1000) > 400);
