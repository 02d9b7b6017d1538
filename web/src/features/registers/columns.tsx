// Which fields a table shows: a choice of its own, kept in the address.
import { useMemo, useState } from "react";
import { State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import type { Column } from "@/components/Grid";
import { Time } from "@/components/Time";
import type { AnyRecord } from "@/lib/contract";
import { useSearch } from "@/lib/place";
import { labelOf, stateTitle, type RecordField, type RecordType } from "@/lib/records";
import { t, titleOf, useLang } from "@/lib/text";
import { isScalar } from "./kinds";
import { Account, Value, type Labels } from "./Value";

const default_columns_max = 6;
const about = ["id", "state", "state_since", "created_at", "created_by", "updated_at", "updated_by", "version"] as const;
const sortable_about: readonly string[] = ["id", "state", "created_at", "updated_at"];

export function aboutTitle(name: string): string {
  return t(`console.registers.about.${name}`);
}

/** The field that a record is called by, first; then what says most in little room. */
export function defaultColumns(type: RecordType): string[] {
  const texts = type.fields.filter((field) => field.type === "text");
  const name = (texts.find((field) => field.required) ?? texts[0])?.name;
  const rank = (field: RecordField) => (field.required ? 0 : 10) + (["choice", "date", "time", "user", "boolean"].includes(field.type) ? 0 : field.type === "reference" ? 1 : field.type === "text" && (field.max ?? 1000) <= 300 ? 3 : 5);
  const rest = type.fields.filter((field) => field.name !== name && isScalar(field) && field.sensitivity === "normal" && field.type !== "blob").sort((a, b) => rank(a) - rank(b)).slice(0, default_columns_max - 1);
  const order = type.fields.filter((field) => rest.includes(field)).map((field) => field.name);
  return ["id", ...(name ? [name] : []), ...order, "state", "updated_at"];
}

export function chosenColumns(type: RecordType, wanted: string | null): string[] {
  const known = new Set<string>([...about, ...type.fields.map((field) => field.name)]);
  const chosen = (wanted ?? "").split(",").filter((name) => known.has(name));
  return chosen.length ? chosen : defaultColumns(type);
}

/** What the heading of a column of numbers takes; a letter of Japanese takes the room of two. */
function headWidth(title: string): number {
  const units = [...title].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1.9 : 1), 0);
  return Math.min(180, Math.max(80, Math.ceil(units * 6.8 + 34)));
}

function widthOf(field: RecordField): string {
  switch (field.type) {
    case "date": return "104px";
    case "time": return "136px";
    case "boolean": return "80px";
    case "integer": case "number": case "duration": return `${headWidth(titleOf(field.title, field.name))}px`;
    case "choice": case "user": return "minmax(96px, 150px)";
    default: return field.required && field.type === "text" ? "minmax(180px, 3fr)" : "minmax(120px, 1.5fr)";
  }
}

export function useColumns(type: RecordType, names: string[], labels: Labels): Column<AnyRecord>[] {
  const spoken = useLang();
  return useMemo(() => names.map((name): Column<AnyRecord> => {
    const field = type.fields.find((one) => one.name === name);
    if (field) {
      const scalar = isScalar(field);
      return {
        id: name, title: titleOf(field.title, name), width: widthOf(field), right: field.type === "integer" || field.type === "number",
        ...(scalar ? { sort: name } : {}),
        cell: (record) => <Value field={field} value={record.body[name]} short labels={labels} />,
      };
    }
    const common = { id: name, title: aboutTitle(name), ...(sortable_about.includes(name) ? { sort: name } : {}) };
    switch (name) {
      case "id": return { ...common, width: "128px", cell: (record) => <span className="mono soft">{record.id}</span> };
      case "state": return { ...common, width: "minmax(110px, 150px)", cell: (record) => <State state={record.state} says={stateTitle(type, record.state)} /> };
      case "version": return { ...common, width: "64px", right: true, cell: (record) => record.version };
      case "created_by": case "updated_by": return { ...common, width: "minmax(96px, 140px)", cell: (record) => <Account name={record[name]} /> };
      default: return { ...common, width: "112px", cell: (record) => <span className="soft"><Time since at={record[name as "updated_at"]} /></span> };
    }
    // The titles change with the language.
  }), [type, names, labels, spoken]);
}

/** One record in a narrow list. */
export function Compact({ type, record }: { type: RecordType; record: AnyRecord }) {
  return (
    <div className="stack" style={{ gap: 2 }}>
      <b className="cut">{labelOf(type, record)}</b>
      <span className="line quiet"><span className="mono">{record.id}</span><Time at={record.updated_at} since /><span className="end" /><State state={record.state} says={stateTitle(type, record.state)} /></span>
    </div>
  );
}

export function ColumnsDialog({ type, onClose }: { type: RecordType; onClose: () => void }) {
  useLang();
  const [search, change] = useSearch();
  const [chosen, setChosen] = useState(() => chosenColumns(type, search.get("columns")));
  const all = [...about.map((name) => ({ name: name as string, says: aboutTitle(name) })), ...type.fields.map((field) => ({ name: field.name, says: titleOf(field.title, field.name) }))];
  const keep = (names: string[]) => {
    const own = names.join(",");
    change({ columns: own === defaultColumns(type).join(",") ? undefined : own });
    onClose();
  };
  const move = (name: string, by: number) => {
    const from = chosen.indexOf(name);
    const to = Math.max(0, Math.min(chosen.length - 1, from + by));
    const next = chosen.filter((one) => one !== name);
    next.splice(to, 0, name);
    setChosen(next);
  };
  const rows = [...chosen.map((name) => all.find((one) => one.name === name)!), ...all.filter((one) => !chosen.includes(one.name))];
  return (
    <Dialog title={t("console.registers.columns")} onClose={onClose} foot={<>
      <Button onClick={() => keep(defaultColumns(type))}>{t("console.registers.columns.default")}</Button>
      <Button look="primary" disabled={chosen.length === 0} onClick={() => keep(chosen)}>{t("console.registers.columns.keep")}</Button>
    </>}>
      <ul className="column-list">
        {rows.map((one) => {
          const on = chosen.includes(one.name);
          return (
            <li key={one.name} className="line">
              <label className="check grow">
                <input type="checkbox" checked={on} onChange={() => setChosen(on ? chosen.filter((name) => name !== one.name) : [...chosen, one.name])} />
                {one.says}
              </label>
              {on && <Button small look="plain" icon="down" label={t("console.registers.columns.later", { field: one.says })} disabled={chosen.at(-1) === one.name} onClick={() => move(one.name, 1)} />}
              {on && <Button small look="plain" icon="up" label={t("console.registers.columns.earlier", { field: one.says })} disabled={chosen[0] === one.name} onClick={() => move(one.name, -1)} />}
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
