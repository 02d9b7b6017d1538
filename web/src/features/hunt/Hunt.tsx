import { useMemo, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { EventDetail } from "@/components/EventDetail";
import { Grid, type Column } from "@/components/Grid";
import { visible } from "@/components/Hostile";
import { Menu } from "@/components/Menu";
import { Picture } from "@/components/Picture";
import { Time } from "@/components/Time";
import { TimeBars } from "@/components/TimeBars";
import { say } from "@/lib/acts";
import { Problem } from "@/lib/call";
import { handText } from "@/lib/handout";
import { stepKeys, useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { clock } from "@/lib/time";
import { FieldList } from "./FieldList";
import { gist, narrowed, valueOf, type Event } from "./names";
import { FaultLine, QueryBox } from "./QueryBox";
import { RangePicker } from "./RangePicker";
import { Save, SavedList } from "./Saved";
import { ToRule } from "./ToRule";
import { columns_max, useAsked, useCounts, useEvents, useLatest, useSourceNames } from "./search";
import "./hunt.css";

const cell_chars_max = 300;
const day_ms = 86_400_000;

function useColumns(names: string[], few: boolean, phone: boolean): Column<Event>[] {
  const spoken = useLang();
  return useMemo(() => {
    const cell = (text: string) => <span className="mono">{visible(text.slice(0, cell_chars_max))}</span>;
    const chosen = names.map((name): Column<Event> => ({ id: name, title: name, width: /cmd|command|script|url|path|message|raw/i.test(name) ? "minmax(160px, 2fr)" : "minmax(90px, 1fr)", cell: (event) => cell(valueOf(event, name)) }));
    const time: Column<Event> = { id: "time", title: t("console.event.time"), width: phone ? "132px" : "156px", sort: "time", cell: (event) => <Time at={event.time} seconds={!phone} /> };
    return [time, ...(phone ? [] : few ? chosen.slice(0, 1) : chosen), { id: "gist", title: t("console.hunt.gist"), width: "minmax(200px, 3fr)", cell: (event) => cell(gist(event)) }];
  }, [names, few, phone, spoken]);
}

export default function Hunt() {
  useLang();
  const may = useMay();
  const { asked, range, columns: chosen, at, change, again } = useAsked();
  const { query, rows } = useEvents(asked);
  const counts = useCounts(asked);
  const names = useSourceNames();
  const phone = useNarrow(720);
  const narrow = useNarrow(1100);
  const input = useRef<HTMLInputElement>(null);
  const [sheet, setSheet] = useState<"save" | "saved" | "rule" | null>(null);
  const [fields, setFields] = useState(!narrow);
  const nothing = query.isSuccess && rows.length === 0;
  const latest = useLatest(nothing);
  const taken = rows.find((row) => row.event_uid === at);
  const columns = useColumns(chosen, !!taken, phone);

  const ask = (q: string) => {
    if (q === asked.q) again();
    else change({ q, at: undefined }, { push: true });
  };
  const pick = (name: string, value: string, not: boolean) => ask(narrowed(asked.q, name, value.slice(0, 500), not));
  const exactly = (from: string, until: string) => change({ from, until, range: undefined, at: undefined }, { push: true });
  const column = (name: string) => {
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name].slice(-columns_max);
    change({ cols: next.join(",") || "," });
  };
  const step = (by: number) => {
    const index = rows.findIndex((row) => row.event_uid === at);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.event_uid });
  };
  const share = async () => {
    const values = new URLSearchParams(location.search);
    values.delete("range");
    values.set("from", asked.from);
    values.set("until", asked.until);
    const done = await handText(`${location.origin}/hunt?${values}`);
    say(done ? { tone: "good", text: t("console.hunt.shared") } : { tone: "bad", text: t("console.hunt.share.failed"), detail: `${location.origin}/hunt?${values}` });
  };
  const wider = () => latest && exactly(new Date(Date.parse(latest) - day_ms).toISOString(), new Date(Date.parse(latest) + 1000).toISOString());
  useKeys([
    ...stepKeys(step),
    { keys: "/", says: t("console.keys.search"), run: () => input.current?.focus() },
    { keys: "r", says: t("console.keys.refresh"), run: again },
    { keys: "f", says: t("console.hunt.fields.toggle"), run: () => setFields(!fields) },
    { keys: "s", says: t("console.hunt.save"), off: !may("triage.write"), run: () => setSheet("save") },
    { keys: "l", says: t("console.hunt.saved"), off: !may("triage.read"), run: () => setSheet("saved") },
    { keys: "u", says: t("console.hunt.rule"), off: !asked.q, run: () => setSheet("rule") },
    { keys: "y", says: t("console.hunt.share"), run: () => void share() },
    { keys: "Escape", says: t("console.keys.close"), run: () => change({ at: undefined }), off: !at },
  ]);
  const slip = query.error instanceof Problem && query.error.column > 0 ? query.error : null;
  const sheet_of_counts = useMemo(() => ({ columns: [t("console.event.time"), t("console.hunt.events")], rows: (counts.data?.buckets ?? []).map((bar) => [clock(new Date(bar.start), "utc") + "Z", bar.count]) }), [counts.data]);
  return (
    <div className="hunt">
      <div className="page-head">
        <h1>{t("console.hunt.title")}</h1>
        {counts.data && !slip && <span className="quiet" aria-live="polite">{t("console.hunt.count", { n: number(counts.data.total) })}</span>}
        <span className="grow" />
        <Button look="plain" icon="table" aria-pressed={fields} onClick={() => setFields(!fields)}>{t("console.hunt.fields")}</Button>
        {may("triage.read") && <Button look="plain" icon="register" onClick={() => setSheet("saved")}>{t("console.hunt.saved")}</Button>}
        <Menu button={(open) => <Button icon="more" label={t("console.more")} {...open} />} items={[
          { says: t("console.hunt.save"), icon: "plus", off: !may("triage.write"), run: () => setSheet("save") },
          { says: t("console.hunt.rule"), icon: "rules", off: !asked.q, run: () => setSheet("rule") },
          { says: t("console.hunt.share"), icon: "copy", run: () => void share() },
        ]} />
      </div>
      <div className="hunt-query">
        <QueryBox query={asked.q} names={names} rows={rows} onAsk={ask} input={input} />
        <RangePicker range={range} asked={asked} onNamed={(name) => change({ range: name, from: undefined, until: undefined, at: undefined }, { push: true })} onExact={exactly} />
        <Button look="primary" icon="search" onClick={() => ask(input.current?.value.trim() ?? "")}>{t("console.hunt.do")}</Button>
      </div>
      {!phone && counts.data && counts.data.total > 0 && !slip && (
        <div className="hunt-bars" aria-busy={counts.isFetching}>
          <Picture plain title={t("console.hunt.over_time")} name="events-over-time" sheet={sheet_of_counts}>
            <TimeBars bars={counts.data.buckets} until={counts.data.until} label={t("console.hunt.bars", { n: number(counts.data.total) })} onTake={exactly} />
          </Picture>
        </div>
      )}
      <div className={`hunt-split ${fields && !phone ? "fields" : ""} ${taken && !phone ? "detail" : ""}`}>
        {fields && !phone && <FieldList rows={rows} columns={chosen} onColumn={column} onPick={pick} />}
        <div className="hunt-list">
          {slip ? <div className="hunt-pad"><FaultLine query={asked.q} fault={slip} /></div>
            : query.isPending ? <div className="hunt-pad"><Skeleton lines={14} /></div>
            : query.isError && rows.length === 0 ? <div className="hunt-pad"><Refusal error={query.error} again={() => void query.refetch()} /></div>
            : nothing ? <Empty icon="search" title={t("console.hunt.none")} act={latest && <Button onClick={wider}>{t("console.hunt.none.latest")}</Button>}>{latest ? <>{t("console.hunt.none.says")} <Time at={latest} /></> : t("console.hunt.none.at_all")}</Empty>
            : <Grid label={t("console.hunt.events")} columns={columns} rows={rows} keyOf={(row) => row.event_uid} at={at} total={counts.data?.total} rowHeight={28}
                onSelect={(row) => change({ at: row.event_uid === at ? undefined : row.event_uid })} sort={{ by: "time", order: asked.order }} onSort={() => change({ order: asked.order === "desc" ? "asc" : undefined })}
                onEnd={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined} />}
        </div>
        {taken && (
          <aside className="hunt-side" aria-label={t("console.hunt.event")}>
            <div className="line"><h2>{t("console.hunt.event")}</h2><Time at={taken.time} seconds /><span className="end" /><Button small look="plain" icon="close" label={t("console.close")} onClick={() => change({ at: undefined })} /></div>
            <EventDetail event={taken} onPick={pick} />
          </aside>
        )}
      </div>
      {sheet === "save" && <Save query={asked.q} range={range.name === "fixed" ? `${asked.from}/${asked.until}` : range.name} columns={chosen.join(",")} onClose={() => setSheet(null)} />}
      {sheet === "rule" && <ToRule query={asked.q} rows={rows} from={asked.from} until={asked.until} onClose={() => setSheet(null)} />}
      {sheet === "saved" && <SavedList onClose={() => setSheet(null)} />}
    </div>
  );
}
