// Records on the days of a month, by any date that the register has.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Button } from "@/components/Button";
import { Refusal } from "@/components/Empty";
import { Link } from "@/components/Link";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { useKeys } from "@/lib/keys";
import { useSearch } from "@/lib/place";
import { labelOf, placeOf, stateTitle, type RecordType } from "@/lib/records";
import { useStore } from "@/lib/store";
import { lang, t, titleOf, useLang } from "@/lib/text";
import { clock, zone, zoneName } from "@/lib/time";
import { aboutTitle } from "./columns";
import { utcTime } from "./kinds";
import { termsOf, type Asked, type Page } from "./listing";

const page_max = 1000; // of the API
const shown_max = 5000;
const shown_a_day = 4;
const month_form = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Fields that stand for a day; every record has the last two. */
function dateFields(type: RecordType) {
  const own = type.fields.filter((field) => field.type === "date" || field.type === "time").map((field) => ({ name: field.name, says: titleOf(field.title, field.name), time: field.type === "time" }));
  return [...own, ...["created_at", "updated_at"].map((name) => ({ name, says: aboutTitle(name), time: true }))];
}

const pad = (n: number) => String(n).padStart(2, "0");

/** The days of the weeks that a month touches, Monday first: "2026-11-01". */
function daysOf(month: string): string[] {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const first = new Date(Date.UTC(year, number - 1, 1));
  const before = (first.getUTCDay() + 6) % 7;
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: Math.ceil((before + length) / 7) * 7 }, (_, i) => new Date(Date.UTC(year, number - 1, 1 - before + i)).toISOString().slice(0, 10));
}

function shifted(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const date = new Date(Date.UTC(year, number - 1 + by, 1));
  return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}`;
}

function monthName(month: string): string {
  return new Intl.DateTimeFormat(lang.get(), { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${month}-01T00:00:00Z`));
}

const dayName = (day: string, how: "long" | "short") => new Intl.DateTimeFormat(lang.get(), how === "long" ? { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" } : { weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

function useMonth(type: RecordType, asked: Asked, field: { name: string; time: boolean }, days: string[]) {
  const [search] = useSearch();
  const which = useStore(zone);
  const from = days[0]!;
  const until = days.at(-1)!;
  const bounds = field.time ? [utcTime(`${from}T00:00:00`), utcTime(`${until}T23:59:59`)] : [from, until];
  const terms = [...termsOf(search.get("filter")), { field: field.name, op: "at_least", value: bounds[0] }, { field: field.name, op: "at_most", value: bounds[1] }];
  const query = { ...(asked.state ? { state: asked.state } : {}), ...(asked.text ? { text: asked.text } : {}), filter: JSON.stringify(terms), sort: field.name, order: "asc" as const, limit: page_max };
  return useQuery({
    queryKey: ["register", type.id, "month", query, which],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const out: Page = { records: [] };
      for (let cursor: string | undefined; ; ) {
        const page = (await call("listRecords", { path: { type: type.id }, query: { ...query, ...(cursor ? { cursor } : {}) }, signal })) as Page;
        out.records.push(...page.records);
        cursor = page.next_cursor;
        if (!cursor || out.records.length >= shown_max) return cursor ? { ...out, next_cursor: cursor } : out;
      }
    },
  });
}

function Entry({ type, record, field }: { type: RecordType; record: AnyRecord; field: { name: string; time: boolean } }) {
  const value = valueAt(record, field.name);
  const over = type.states.find((state) => state.id === record.state)?.final;
  return (
    <Link className={over ? "day-entry over" : "day-entry"} to={placeOf(type.id, record.id)} title={`${labelOf(type, record)}\n${record.id} · ${stateTitle(type, record.state)}`}>
      {field.time && <span className="quiet">{clock(new Date(value), zone.get(), false).slice(11)} </span>}{labelOf(type, record)}
    </Link>
  );
}

function valueAt(record: AnyRecord, name: string): string {
  return String(name === "created_at" || name === "updated_at" ? record[name] : record.body[name] ?? "");
}

export function Calendar({ type, asked }: { type: RecordType; asked: Asked }) {
  useLang();
  const which = useStore(zone);
  const [search, change] = useSearch();
  const fields = useMemo(() => dateFields(type), [type, lang.get()]);
  const field = fields.find((one) => one.name === search.get("by")) ?? fields[0]!;
  const today = clock(new Date(), which).slice(0, 10);
  const month = month_form.test(search.get("month") ?? "") ? search.get("month")! : today.slice(0, 7);
  const days = useMemo(() => daysOf(month), [month]);
  const got = useMonth(type, asked, field, days);
  const open = search.get("day");
  const show = (next: string) => change({ month: next === today.slice(0, 7) ? undefined : next, day: undefined });
  useKeys([
    { keys: "[", says: t("console.registers.month.before"), run: () => show(shifted(month, -1)) },
    { keys: "]", says: t("console.registers.month.after"), run: () => show(shifted(month, 1)) },
    { keys: "t", says: t("console.registers.month.today"), run: () => show(today.slice(0, 7)) },
  ]);
  const of = useMemo(() => {
    const out = new Map<string, AnyRecord[]>();
    for (const record of got.data?.records ?? []) {
      const value = valueAt(record, field.name);
      const day = field.time ? clock(new Date(value), which).slice(0, 10) : value.slice(0, 10);
      out.set(day, [...(out.get(day) ?? []), record]);
    }
    return out;
  }, [got.data, field.name, field.time, which]);
  const inMonth = days.filter((day) => day.startsWith(month)).reduce((sum, day) => sum + (of.get(day)?.length ?? 0), 0);
  return (
    <div className="register-body calendar">
      <div className="calendar-head">
        <Button small icon="left" label={t("console.registers.month.before")} onClick={() => show(shifted(month, -1))} />
        <h2 aria-live="polite">{monthName(month)}</h2>
        <Button small icon="right" label={t("console.registers.month.after")} onClick={() => show(shifted(month, 1))} />
        <Button small look="plain" onClick={() => show(today.slice(0, 7))}>{t("console.registers.month.today")}</Button>
        <span className="quiet">{t("console.registers.records", { n: inMonth })}{field.time && ` · ${zoneName(which)}`}</span>
        <span className="grow" />
        <select className="input small by-choice" aria-label={t("console.registers.month.by")} value={field.name} onChange={(event) => change({ by: event.target.value === fields[0]!.name ? undefined : event.target.value })}>
          {fields.map((one) => <option key={one.name} value={one.name}>{one.says}</option>)}
        </select>
      </div>
      {got.isError && <Refusal error={got.error} again={() => void got.refetch()} />}
      {got.data?.next_cursor && <p className="notice warn">{t("console.registers.month.cut", { n: shown_max })}</p>}
      <table className="month" aria-label={monthName(month)}>
        <thead><tr>{days.slice(0, 7).map((day) => <th key={day} scope="col">{dayName(day, "short")}</th>)}</tr></thead>
        <tbody>
          {Array.from({ length: days.length / 7 }, (_, week) => (
            <tr key={week}>
              {days.slice(week * 7, week * 7 + 7).map((day) => {
                const here = of.get(day) ?? [];
                const all = open === day || here.length <= shown_a_day;
                return (
                  <td key={day} className={[day.startsWith(month) ? "" : "outside", day === today ? "today" : "", here.length ? "" : "blank"].join(" ")}>
                    <span className="day-number" aria-label={dayName(day, "long")}>{Number(day.slice(8))}</span>
                    {here.slice(0, all ? undefined : shown_a_day - 1).map((record) => <Entry key={record.id} type={type} record={record} field={field} />)}
                    {!all && <button type="button" className="day-more" onClick={() => change({ day })}>{t("console.registers.month.more", { n: here.length - shown_a_day + 1 })}</button>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
