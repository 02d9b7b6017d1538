import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { State } from "@/components/Badge";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Hostile } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Picture } from "@/components/Picture";
import { Tabs } from "@/components/Tabs";
import { Time } from "@/components/Time";
import { TimeBars } from "@/components/TimeBars";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { useSearch } from "@/lib/place";
import { useMay } from "@/lib/session";
import { hasText, lang, number, t, useLang } from "@/lib/text";
import { hours, isFailure, useCounters, useSources, type Counter, type Source } from "./arrivals";
import { Spark } from "./Spark";
import "./system.css";

const silent_hours = 24;

/** Nothing came for a day from who sent before. */
function isSilent(source: Source): boolean {
  return Date.now() - new Date(source.last).getTime() > silent_hours * 3_600_000;
}

function sparkSays(values: number[]): string {
  const sum = values.reduce((a, b) => a + b, 0);
  if (sum === 0) return t("console.sources.spark.none", { hours });
  const most = Math.max(...values);
  return t("console.sources.spark", { hours, sum: number(sum), most: number(most), ago: values.length - 1 - values.lastIndexOf(most) });
}

function Parts() {
  const health = useQuery({ queryKey: ["health"], queryFn: () => call("getHealth", {}), refetchInterval: 15_000 });
  if (health.isPending) return <Skeleton lines={4} />;
  if (health.isError) return <Refusal error={health.error} again={() => void health.refetch()} />;
  return (
    <section className="panel" aria-labelledby="parts-title">
      <header>
        <h2 id="parts-title">{t("console.health.parts")}</h2>
        <State state={health.data.status} says={t(`console.health.${health.data.status}`)} />
        <span className="end quiet">Yagura {health.data.version}</span>
      </header>
      <ul className="parts">
        {health.data.parts.map((part, i) => (
          <li key={`${part.name}-${i}`}>
            <State state={part.status} says={t(`console.health.${part.status}`)} />
            <div className="grow">
              <b>{hasText(`console.health.part.${part.name}`) ? t(`console.health.part.${part.name}`) : part.name}</b>
              {part.detail && (part.status !== "ok" || lang.get() === "en") && <div className="soft"><Hostile text={part.detail} /></div>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Counters({ counters }: { counters: Counter[] | undefined }) {
  const [all, setAll] = useState(false);
  if (!counters) return <Skeleton lines={4} />;
  const failing = counters.filter((one) => isFailure(one.name) && one.value > 0);
  const shown = all ? counters : [...failing, ...counters.filter((one) => /^(ingest|listener_(udp|tcp)_messages|triage|correlation_findings|api_requests$)/.test(one.name) && !isFailure(one.name))];
  return (
    <section className="panel" aria-labelledby="counters-title">
      <header>
        <h2 id="counters-title">{t("console.health.counters")}</h2>
        {failing.length > 0 ? <span className="badge medium">{t("console.health.failing", { n: failing.length })}</span> : <span className="badge good">{t("console.health.no_failures")}</span>}
        <label className="check end"><input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />{t("console.health.counters.all", { n: counters.length })}</label>
      </header>
      <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.health.counters")}>
        <table className="plain">
          <thead><tr><th>{t("console.health.counter")}</th><th className="right">{t("console.health.since_start")}</th><th className="right">{t("console.health.since_open")}</th><th>{t("console.health.moved")}</th></tr></thead>
          <tbody>
            {shown.map((one) => {
              const moves = one.samples.slice(1).map((value, i) => Math.max(0, value - (one.samples[i] ?? 0)));
              const moved = moves.reduce((a, b) => a + b, 0);
              const title = `console.counter.${one.name}`;
              return (
                <tr key={one.name} className={isFailure(one.name) && one.value > 0 ? "failing" : ""}>
                  <td>{hasText(title) ? t(title) : ""} <code className="quiet">{one.name}</code></td>
                  <td className="right">{number(one.value)}</td>
                  <td className="right">{moved > 0 ? `+${number(moved)}` : "0"}</td>
                  <td>{moves.length > 1 ? <Spark values={moves} says={t("console.health.moved.says", { n: number(moved) })} wide={90} /> : <span className="quiet">–</span>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const hour_ms = 3_600_000;

/** How much arrived in each of the last hours, of everybody together. */
function OverTime({ sources }: { sources: Source[] }) {
  const end = (Math.floor(Date.now() / hour_ms) + 1) * hour_ms;
  const bars = useMemo(() => Array.from({ length: hours }, (_, i) => ({
    start: new Date(end - (hours - i) * hour_ms).toISOString(), count: sources.reduce((sum, one) => sum + (one.slots[i] ?? 0), 0),
  })), [sources, end]);
  return (
    <Picture title={t("console.sources.over_time", { hours })} name="arrivals-over-time"
      sheet={{ columns: [t("console.sources.hour"), t("console.sources.events")], rows: bars.map((bar) => [bar.start, String(bar.count)]) }}>
      <TimeBars bars={bars} until={new Date(end).toISOString()} label={sparkSays(bars.map((bar) => bar.count))} />
    </Picture>
  );
}

function Arrivals({ sources, cut }: { sources: Source[]; cut: boolean }) {
  const events = sources.reduce((sum, one) => sum + one.events, 0);
  const day = sources.reduce((sum, one) => sum + one.day, 0);
  const dirty = sources.reduce((sum, one) => sum + one.dirty, 0);
  const silent = sources.filter(isSilent).length;
  return (
    <>
      <dl className="tiles">
        <div><dt>{t("console.sources.tile.sources")}</dt><dd>{number(sources.length)}</dd></div>
        <div><dt>{t("console.sources.tile.day")}</dt><dd>{number(day)}</dd></div>
        <div><dt>{t("console.sources.tile.events")}</dt><dd>{number(events)}</dd></div>
        <div className={dirty > 0 ? "warn" : ""}><dt>{t("console.sources.tile.dirty")}</dt><dd>{number(dirty)}</dd></div>
        <div className={silent > 0 ? "warn" : ""}><dt>{t("console.sources.tile.silent", { hours: silent_hours })}</dt><dd>{number(silent)}</dd></div>
      </dl>
      {cut && <div className="notice"><Icon name="info" /><span>{t("console.sources.cut", { n: number(sources.length) })}</span></div>}
      <OverTime sources={sources} />
      <section className="panel" aria-label={t("console.sources.arrivals")}>
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.sources.arrivals")}>
          <table className="plain arrivals">
            <thead><tr><th>{t("console.sources.host")}</th><th>{t("console.sources.format")}</th><th>{t("console.sources.rate", { hours })}</th><th className="right">{t("console.sources.day", { hours })}</th><th className="right">{t("console.sources.events")}</th><th className="right">{t("console.sources.dirty")}</th><th>{t("console.sources.last")}</th><th>{t("console.sources.newest")}</th></tr></thead>
            <tbody>
              {sources.map((one) => (
                <tr key={`${one.format}\n${one.host}`}>
                  <td>{one.host ? <Hostile text={one.host} /> : <span className="quiet">{t("console.sources.no_host")}</span>}</td>
                  <td className="mono" data-name={t("console.sources.format")}>{one.format}</td>
                  <td data-name={t("console.sources.rate", { hours })}><Spark values={one.slots} says={sparkSays(one.slots)} /></td>
                  <td className="right" data-name={t("console.sources.day", { hours })}>{number(one.day)}</td>
                  <td className="right" data-name={t("console.sources.events")}>{number(one.events)}</td>
                  <td className={one.dirty > 0 ? "right late" : "right"} data-name={t("console.sources.dirty")}>{number(one.dirty)}</td>
                  <td data-name={t("console.sources.last")}>{isSilent(one) ? <span className="badge medium"><Time at={one.last} since /></span> : <Time at={one.last} since />}</td>
                  <td className="soft" data-name={t("console.sources.newest")}><Time at={one.newest} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

export default function Sources() {
  useLang();
  const may = useMay();
  const manages = may("system.manage");
  const [search, change] = useSearch();
  const tab = manages ? search.get("tab") ?? "sources" : "sources";
  const sources = useSources();
  const counters = useCounters(manages);
  const failing = useMemo(() => counters?.filter((one) => isFailure(one.name) && one.value > 0).length, [counters]);
  useKeys([{ keys: "r", says: t("console.keys.refresh"), run: () => void sources.refetch() }]);
  return (
    <>
      <div className="page-head">
        <h1>{t("console.sources.title")}</h1>
        <span className="grow" />
        {manages && <Link className="button" to="/welcome"><Icon name="plus" />{t("console.sources.add")}</Link>}
      </div>
      <div className="system-tabs"><Tabs label={t("console.sources.title")} at={tab} onChange={(id) => change({ tab: id === "sources" ? undefined : id })}
        tabs={[{ id: "sources", says: t("console.sources.arrivals") }, ...(manages ? [{ id: "health", says: t("console.health.title"), count: failing || undefined }] : [])]} /></div>
      <div className="page-body first">
        {tab === "health" ? <><Parts /><Counters counters={counters} /></> : sources.isPending ? <Skeleton lines={8} /> : sources.isError ? <Refusal error={sources.error} again={() => void sources.refetch()} /> : sources.data.sources.length === 0 ? (
          <Empty icon="sources" title={t("console.sources.none")} act={manages ? <Link className="button primary" to="/welcome">{t("console.sources.add")}</Link> : undefined}>{t("console.sources.none.says")}</Empty>
        ) : <Arrivals sources={sources.data.sources} cut={sources.data.cut} />}
      </div>
    </>
  );
}
