// Every measure over periods, computed from stored times: a picture each, with what it means.
import { useMemo } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Menu } from "@/components/Menu";
import { Picture } from "@/components/Picture";
import { Time } from "@/components/Time";
import { address } from "@/lib/call";
import { go } from "@/lib/place";
import { namedTitle, useCriteria, useType, choiceTitle } from "@/lib/records";
import { useMay } from "@/lib/session";
import { lang, t, titleOf, useLang } from "@/lib/text";
import { Chart, lines_max } from "./Chart";
import { besides, groupings, periodName, periods, useAskedMeasures, useDefinitions, useMeasures, valueText, type Definition, type Got, type Period, type Row } from "./measures";
import "./measures.css";

/** What a group is called by people. */
function useGroupName(by: string): (group: string) => string {
  const criteria = useCriteria();
  const incident = useType("incident");
  return (group) => {
    if (!group) return t("console.measures.no_group");
    if (by === "class") return namedTitle(criteria?.classes, group);
    if (by === "attack_type") return namedTitle(criteria?.attack_types, group);
    if (by === "origin") return choiceTitle(incident, "origin", group);
    return group;
  };
}

function Measure({ definition, rows, got, period, grouped }: { definition: Definition; rows: Row[]; got: Got; period: Period; grouped: boolean }) {
  const title = titleOf(definition.title, definition.id);
  const sheet = {
    columns: [t("console.measures.period"), ...(grouped ? [t("console.measures.group")] : []), t("console.measures.value"), t("console.measures.besides")],
    rows: got.periods.flatMap((one, i) => rows.map((row) => [periodName(one, period), ...(grouped ? [row.group] : []), valueText(definition.kind, row.cells[i]?.value ?? null), row.cells[i] ? besides(row.cells[i]!) : ""])),
  };
  const last = rows[0]?.cells.at(-1);
  return (
    <li>
      <Picture title={title} name={definition.id} sheet={sheet}>
        {!grouped && last && <p className="measure-last"><b>{valueText(definition.kind, last.value)}</b> <span className="quiet">{periodName(got.periods.at(-1)!, period)} · {besides(last)}{last.spread && ` · ${t("console.measures.p90", { value: valueText("time", last.spread.p90) })}`}</span></p>}
        {rows.every((row) => row.cells.every((cell) => cell.value === null)) ? <p className="quiet">{t("console.measures.empty")}</p> : <Chart rows={rows} kind={definition.kind} periods={got.periods} of={period} title={title} />}
        {grouped && <ul className="chart-legend">{rows.slice(0, lines_max).map((row, i) => <li key={row.group}><span className={`chart-key g${i}`} />{row.group}</li>)}{rows.length > lines_max && <li className="quiet">{t("console.measures.more", { n: rows.length - lines_max })}</li>}</ul>}
        <p className="quiet measure-says">{titleOf(definition.definition)} ({t("console.measures.edition", { n: definition.edition })})</p>
      </Picture>
    </li>
  );
}

export default function Measures() {
  useLang();
  const may = useMay();
  const { change, ...asked } = useAskedMeasures();
  const got = useMeasures(asked);
  const definitions = useDefinitions();
  const name = useGroupName(asked.by);
  const of = useMemo(() => {
    const out = new Map<string, Row[]>();
    for (const row of got.data?.rows ?? []) out.set(row.measure, [...(out.get(row.measure) ?? []), row]);
    for (const rows of out.values()) rows.sort((a, b) => sum(b) - sum(a));
    return out;
  }, [got.data]);
  const save = (operation: "getMeasureTable" | "getMeasureReport", format?: string) => {
    const link = document.createElement("a");
    link.href = address(operation, {}, { from: asked.from, to: asked.to, period: asked.period, by: asked.by, lang: lang.get(), format });
    link.download = `measures.${format ?? "csv"}`;
    link.click();
  };
  return (
    <>
      <div className="page-head">
        <h1>{t("console.measures.title")}</h1>
        {got.data && <span className="quiet">{t("console.measures.as_of")} <Time at={got.data.as_of} /></span>}
        <span className="grow" />
        <Choices label={t("console.measures.period")} at={asked.period} onChange={(id) => change({ period: id === "month" ? undefined : id, from: undefined })} of={periods.map((id) => ({ id, says: t(`console.measures.period.${id}`) }))} />
        <Menu button={(opens) => <Button icon="more" label={t("console.measures.files")} {...opens} />} items={[
          { says: t("console.measures.csv"), icon: "table", run: () => save("getMeasureTable") },
          { says: t("console.measures.html"), icon: "report", run: () => save("getMeasureReport", "html") },
          { says: t("console.measures.md"), icon: "report", run: () => save("getMeasureReport", "md") },
          ...(may("governance.read") ? ["line" as const, { says: t("console.measures.reports"), icon: "register" as const, run: () => go("/registers/effect_report") }] : []),
        ]} />
      </div>
      <div className="measures-ask">
        <label className="line tight">{t("console.measures.from")} <input className="input" type="date" value={asked.from} onChange={(event) => change({ from: event.target.value })} /></label>
        <label className="line tight">{t("console.measures.to")} <input className="input" type="date" value={asked.to} onChange={(event) => change({ to: event.target.value })} /></label>
        <select className="input" aria-label={t("console.measures.by")} value={asked.by} onChange={(event) => change({ by: event.target.value })}>
          {groupings.map((id) => <option key={id} value={id}>{t(`console.measures.by.${id || "none"}`)}</option>)}
        </select>
      </div>
      <div className="page-body">
        {got.isError ? <Refusal error={got.error} again={() => void got.refetch()} />
          : !got.data || !definitions.data ? <Skeleton lines={12} />
          : of.size === 0 ? <Empty icon="report" title={t("console.measures.none")}>{t("console.measures.none.says")}</Empty>
          : (
            <>
              {got.data.cut && <p className="notice warn">{t("console.measures.cut")}</p>}
              <ul className="measure-cards">
                {definitions.data.filter((one) => of.has(one.id)).map((one) => <Measure key={one.id} definition={one} got={got.data} period={asked.period} grouped={asked.by !== ""} rows={of.get(one.id)!.map((row) => ({ ...row, group: asked.by ? name(row.group) : "" }))} />)}
              </ul>
            </>
          )}
      </div>
    </>
  );
}

const sum = (row: Row) => row.cells.reduce((all, cell) => all + cell.n, 0);
