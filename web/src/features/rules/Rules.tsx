import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useRef } from "react";
import { Level, levels } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Empty, Refusal, refusalText, Skeleton } from "@/components/Empty";
import { Grid, type Column } from "@/components/Grid";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { stepKeys, useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import { go, useSearch } from "@/lib/place";
import { useMay } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { FaultList } from "./FaultList";
import { sourceOf, techniquesOf, useRules, within, type Rule } from "./rules";
import "./rules.css";

const rank = (level: string) => levels.indexOf(level as (typeof levels)[number]);

function useColumns(narrow: boolean): Column<Rule>[] {
  const spoken = useLang();
  return useMemo(() => {
    const all: (Column<Rule> & { wide?: boolean })[] = [
      { id: "level", title: t("console.alert.level"), width: "92px", sort: "level", cell: (rule) => <Level level={rule.level} /> },
      { id: "title", title: t("console.rules.name"), width: "minmax(220px, 3fr)", sort: "title", cell: (rule) => <span title={rule.title}>{rule.own && <span className="badge accent rule-own">{t("console.rules.own.mark")}</span>}{rule.title}</span> },
      { id: "source", title: t("console.rules.source"), width: "minmax(130px, 1.4fr)", sort: "source", cell: (rule) => <span className="soft">{rule.correlation ? <span className="badge outline">{t("console.rules.correlation")}</span> : sourceOf(rule)}</span> },
      { id: "attack", title: "ATT&CK", width: "minmax(110px, 1fr)", cell: (rule) => <span className="soft mono">{techniquesOf(rule).join(" ")}</span> },
      { id: "status", title: t("console.rules.status"), width: "110px", wide: true, sort: "status", cell: (rule) => <span className="soft">{rule.status}</span> },
      { id: "date", title: t("console.rules.date"), width: "104px", wide: true, sort: "date", cell: (rule) => <span className="soft">{rule.date}</span> },
    ];
    return narrow ? all.filter((column) => !column.wide) : all;
  }, [narrow, spoken]);
}

function SetStatus() {
  useLang();
  const may = useMay();
  const client = useQueryClient();
  const status = useQuery({ queryKey: ["rules", "status"], queryFn: ({ signal }) => call("getRuleSetStatus", { signal }), refetchInterval: 60_000 });
  const reload = async () => {
    try {
      const done = await call("reloadRules", {});
      say({ tone: "good", text: done.changed ? t("console.rules.reloaded", { changed: done.rules_changed, removed: done.rules_removed }) : t("console.rules.reloaded.same") });
      await client.invalidateQueries({ queryKey: ["rules"] });
    } catch (error) {
      say({ tone: "bad", text: t("console.rules.reload.failed"), detail: refusalText(error) });
    }
  };
  const now = status.data;
  const aside = may("tooling.read") ? now?.set_aside.filter((one) => one.code === "rules.out_of_force").length ?? 0 : 0;
  return (
    <>
      <div className="line wrap rules-status">
        {now && <span className="quiet">{t("console.rules.in_force")} <Time at={now.since} since /></span>}
        {now && now.rejected > 0 && <span className="badge medium">{t("console.rules.rejected", { n: now.rejected })}</span>}
        {now && now.held > 0 && <span className="badge medium">{t("console.rules.held", { n: now.held })}</span>}
        {aside > 0 && <Link className="badge outline" to="/rules/own?state=shipped">{t("console.rules.shipped.count", { n: aside })}</Link>}
        {may("tooling.write") && <Button small look="plain" onClick={() => void reload()}>{t("console.rules.reload")}</Button>}
      </div>
      {now && now.rejections.length + now.holds.length > 0 && (
        <details className="rules-faults"><summary>{t("console.rules.faults")}</summary><FaultList faults={[...now.rejections, ...now.holds]} named /></details>
      )}
    </>
  );
}

export default function Rules() {
  useLang();
  const may = useMay();
  const [search, change] = useSearch();
  const { query, rules, total } = useRules();
  const narrow = useNarrow(1100);
  const phone = useNarrow(720);
  const columns = useColumns(narrow);
  const box = useRef<HTMLInputElement>(null);
  const text = useDeferredValue(search.get("text") ?? "");
  const level = search.get("level") ?? "";
  const source = search.get("source") ?? "";
  const technique = (search.get("technique") ?? "").toUpperCase();
  const sort = { by: search.get("sort") ?? "level", order: (search.get("order") ?? "asc") as "asc" | "desc" };
  const sources = useMemo(() => [...new Set(rules.map(sourceOf))].filter(Boolean).sort(), [rules]);
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const of = (rule: Rule) => (sort.by === "level" ? String(rank(rule.level)) : sort.by === "source" ? sourceOf(rule) : rule[sort.by as "title"] ?? "");
    return rules
      .filter((rule) => (!level || rule.level === level) && (!source || sourceOf(rule) === source) && (!technique || techniquesOf(rule).some((one) => within(one, technique))))
      .filter((rule) => {
        const there = `${rule.title} ${rule.id} ${rule.description} ${rule.tags.join(" ")}`.toLowerCase();
        return words.every((word) => there.includes(word));
      })
      .sort((a, b) => (of(a).localeCompare(of(b)) || a.title.localeCompare(b.title)) * (sort.order === "asc" ? 1 : -1));
  }, [rules, text, level, source, technique, sort.by, sort.order]);
  const at = search.get("at") ?? undefined;
  const step = (by: number) => {
    const index = shown.findIndex((rule) => rule.id === at);
    const next = shown[Math.max(0, Math.min(shown.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.id });
  };
  const open = (rule: Rule) => go(`/rules/${encodeURIComponent(rule.id)}`);
  const clear = () => change({ text: "", level: "", source: "", technique: "" });
  const filtered = !!(text || level || source || technique);
  useKeys([
    ...stepKeys(step),
    { keys: "Enter", says: t("console.keys.open"), off: !at, run: () => go(`/rules/${encodeURIComponent(at!)}`) },
    { keys: "/", says: t("console.keys.search"), run: () => box.current?.focus() },
    { keys: "w", says: t("console.rules.own"), off: !may("tooling.read"), run: () => go("/rules/own") },
    { keys: "n", says: t("console.rules.new"), run: () => go("/rules/editor?new=1") },
  ]);
  return (
    <div className="rules">
      <div className="page-head">
        <h1>{t("console.rules.title")}</h1>
        {total !== undefined && <span className="quiet" aria-live="polite">{filtered ? t("console.rules.shown", { n: number(shown.length), all: number(total) }) : t("console.rules.count", { n: number(total) })}</span>}
        <span className="grow" />
        {may("tooling.read") && <Button icon="rules" hint="W" onClick={() => go("/rules/own")}>{t("console.rules.own")}</Button>}
        <Button icon="plus" look="primary" hint="N" onClick={() => go("/rules/editor?new=1")}>{t("console.rules.new")}</Button>
      </div>
      <SetStatus />
      <div className="rules-filter">
        <div className="search grow">
          <Icon name="search" />
          <input ref={box} className="input" type="search" aria-label={t("console.rules.search")} placeholder={t("console.rules.search.hint")} value={search.get("text") ?? ""}
            onChange={(event) => change({ text: event.target.value })} onKeyDown={(event) => { if (event.key !== "Escape") return; event.preventDefault(); event.currentTarget.blur(); }} />
        </div>
        <select className="input" aria-label={t("console.alert.level")} value={level} onChange={(event) => change({ level: event.target.value })}>
          <option value="">{t("console.queue.level.all")}</option>
          {levels.map((one) => <option key={one} value={one}>{t(`console.level.${one}`)}</option>)}
        </select>
        <select className="input" aria-label={t("console.rules.source")} value={source} onChange={(event) => change({ source: event.target.value })}>
          <option value="">{t("console.rules.source.all")}</option>
          {sources.map((one) => <option key={one} value={one}>{one}</option>)}
        </select>
        {technique && <button type="button" className="badge outline rules-chip" onClick={() => change({ technique: undefined })} title={t("console.queue.chip.remove")}>{technique} <Icon name="close" /></button>}
        {filtered && <Button small look="plain" onClick={clear}>{t("console.queue.clear")}</Button>}
      </div>
      <div className="rules-list">
        {query.isPending ? <div className="rules-pad"><Skeleton lines={14} /></div>
          : query.isError && rules.length === 0 ? <div className="rules-pad"><Refusal error={query.error} again={() => void query.refetch()} /></div>
          : shown.length === 0 ? <Empty icon="rules" title={t(filtered ? "console.rules.none.filtered" : "console.rules.none")} act={filtered ? <Button onClick={clear}>{t("console.queue.clear")}</Button> : undefined}>{t(filtered ? "console.queue.none.filtered.says" : "console.rules.none.says")}</Empty>
          : <Grid label={t("console.rules.title")} columns={columns} rows={shown} keyOf={(rule) => rule.id} at={at} total={shown.length} sort={sort}
              onSort={(by) => change({ sort: by, order: sort.by === by && sort.order === "asc" ? "desc" : "asc" })} onSelect={open} onOpen={open} rowHeight={phone ? 52 : 36}
              compact={phone ? (rule) => <div className="rule-card"><span className="cut">{rule.title}</span><span className="line tight"><Level level={rule.level} /><span className="quiet cut">{sourceOf(rule)}</span></span></div> : undefined} />}
      </div>
    </div>
  );
}
