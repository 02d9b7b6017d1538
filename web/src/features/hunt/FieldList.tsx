import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { visible } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { number, t, useLang } from "@/lib/text";
import { textOf, valueOf, type Event } from "./names";

const looked_at_max = 2000;
const fields_shown = 40;
const values_shown = 8;
const value_chars_max = 160;
const own = ["host", "channel", "provider", "event_id", "source", "format", "class_name"] as const;

type Count = { name: string; events: number };

/** In how many of the events each field is. */
function countFields(rows: Event[]): Count[] {
  const events = new Map<string, number>();
  const add = (name: string) => events.set(name, (events.get(name) ?? 0) + 1);
  for (const row of rows) {
    for (const name of own) if (row[name] !== undefined && row[name] !== "") add(name);
    const is_own = (name: string) => own.includes(name as "host");
    for (const name in row.ocsf) if (!is_own(name)) add(name);
    for (const name in row.fields) if (!is_own(name) && row.ocsf?.[name] === undefined) add(name);
  }
  const rank = (name: string) => (own.includes(name as "host") ? 0 : /[a-z]\.[a-z]/.test(name) && name === name.toLowerCase() ? 1 : 2);
  return [...events].map(([name, n]) => ({ name, events: n })).sort((a, b) => rank(a.name) - rank(b.name) || b.events - a.events || a.name.localeCompare(b.name));
}

function Values({ name, rows, onPick }: { name: string; rows: Event[]; onPick: (name: string, value: string, not: boolean) => void }) {
  const { top, distinct, having } = useMemo(() => {
    const seen = new Map<string, number>();
    for (const row of rows) {
      const value = textOf(valueOf(row, name));
      if (value) seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    return { top: [...seen].sort((a, b) => b[1] - a[1]).slice(0, values_shown), distinct: seen.size, having: [...seen.values()].reduce((a, b) => a + b, 0) };
  }, [name, rows]);
  return (
    <div className="field-values">
      <p className="quiet">{t("console.hunt.field.distinct", { n: number(distinct) })}</p>
      <ul>
        {top.map(([value, n]) => {
          const short = value.slice(0, value_chars_max);
          return (
            <li key={value}>
              <button type="button" className="value cut" title={t("console.hunt.pick")} onClick={() => onPick(name, value, false)}><span className="mono cut">{visible(short)}</span></button>
              <span className="quiet">{Math.round((n * 100) / having)}%</span>
              <Button small look="plain" label={t("console.hunt.pick.not", { value: short.slice(0, 40) })} onClick={() => onPick(name, value, true)}>−</Button>
              <meter min={0} max={having} value={n} aria-label={t("console.hunt.field.share", { n: number(n), all: number(having) })} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The fields of the events that are loaded: how often each is there, its commonest values, and whether it is a column. */
export function FieldList({ rows, columns, onColumn, onPick }: {
  rows: Event[]; columns: string[]; onColumn: (name: string) => void; onPick: (name: string, value: string, not: boolean) => void;
}) {
  useLang();
  const [sought, setSought] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const looked = useMemo(() => rows.slice(0, looked_at_max), [rows]);
  const counts = useMemo(() => countFields(looked), [looked]);
  const fitting = counts.filter((one) => one.name.toLowerCase().includes(sought.trim().toLowerCase()));
  const shown = all || sought ? fitting : fitting.slice(0, fields_shown);
  return (
    <section className="field-list" aria-label={t("console.hunt.fields")}>
      <h2>{t("console.hunt.fields")}</h2>
      <p className="quiet">{t("console.hunt.fields.of", { n: number(looked.length) })}</p>
      <input className="input small" type="search" aria-label={t("console.hunt.fields.search")} placeholder={t("console.hunt.fields.search")} value={sought} onChange={(event) => setSought(event.target.value)} />
      <ul>
        {shown.map((field) => (
          <li key={field.name}>
            <div className="line tight">
              <button type="button" className="field-name" aria-expanded={open === field.name} onClick={() => setOpen(open === field.name ? null : field.name)}>
                <Icon name={open === field.name ? "down" : "right"} /><code className="cut" title={field.name}>{field.name}</code>
              </button>
              <span className="quiet">{Math.round((field.events * 100) / Math.max(1, looked.length))}%</span>
              <Button small look="plain" aria-pressed={columns.includes(field.name)} icon={columns.includes(field.name) ? "check" : "plus"}
                label={t(columns.includes(field.name) ? "console.hunt.column.remove" : "console.hunt.column.add", { name: field.name })} onClick={() => onColumn(field.name)} />
            </div>
            {open === field.name && <Values name={field.name} rows={looked} onPick={onPick} />}
          </li>
        ))}
      </ul>
      {!all && !sought && fitting.length > fields_shown && <Button small look="plain" onClick={() => setAll(true)}>{t("console.hunt.fields.all", { n: fitting.length })}</Button>}
    </section>
  );
}
