import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Level } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Tabs } from "@/components/Tabs";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { handText } from "@/lib/handout";
import { useKeys } from "@/lib/keys";
import { go, useSearch } from "@/lib/place";
import { ruleDraft } from "@/lib/ruleDraft";
import { useMay } from "@/lib/session";
import { t, useLang } from "@/lib/text";
import { CodeEditor, type CodeHandle } from "./CodeEditor";
import type { Mark } from "./codemirror";
import { FaultList } from "./FaultList";
import { Past } from "./Past";
import { PutDialog, Quicker, type OwnRule } from "./PutInForce";
import { fresh, sourceOf, type RuleFault } from "./rules";
import { useSource } from "./Source";
import { TryIt } from "./TryIt";
import "./rules.css";

const check_after_ms = 350;

/** What the server says of the text, a moment after the last key. */
function useCheck(text: string, own: string) {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), check_after_ms);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery({
    queryKey: ["rules", "check", asked, own],
    enabled: asked.trim() !== "",
    retry: false,
    gcTime: 10_000,
    queryFn: ({ signal }) => call("checkRules", { query: own ? { own } : {}, body: new Blob([asked], { type: "application/yaml" }), signal }),
    placeholderData: (before) => before,
  });
  return { found, current: asked === text && !found.isPlaceholderData };
}

function save(text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const title = /^title:\s*(.+)$/m.exec(text)?.[1] ?? "rule";
  link.download = `${title.replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "").toLowerCase().slice(0, 80) || "rule"}.yml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Checked({ found, current, onGo }: { found: ReturnType<typeof useCheck>["found"]; current: boolean; onGo: (fault: RuleFault) => void }) {
  if (found.isPending) return <Skeleton lines={3} />;
  if (found.isError) return <Refusal error={found.error} again={() => void found.refetch()} />;
  const said = found.data;
  const wrong = said.rejected.length + said.skipped.length;
  return (
    <div className="stack" aria-live="polite" aria-busy={!current}>
      {wrong === 0 && said.rules.length > 0 && <div className="notice good"><Icon name="check" /><span>{t("console.rules.check.sound", { n: said.rules.length })}</span></div>}
      {wrong === 0 && said.rules.length === 0 && <div className="notice warn"><Icon name="warn" /><span>{t("console.rules.check.nothing")}</span></div>}
      {wrong > 0 && <FaultList faults={[...said.rejected, ...said.skipped]} onGo={onGo} />}
      {said.replaces.map((one) => <div key={one.rule_id} className="notice"><Icon name="info" /><span>{t("console.rules.check.replaces", { title: one.rule_title })}</span></div>)}
      {said.warnings.length > 0 && <><h3>{t("console.rules.check.warnings")}</h3><FaultList tone="warn" faults={said.warnings} onGo={onGo} /></>}
      {said.rules.map((rule) => (
        <div key={rule.id} className="stack tight understood">
          <div className="line wrap"><Level level={rule.level} /><b>{rule.title}</b></div>
          <div className="quiet">{sourceOf(rule)}</div>
          {rule.conditions.map((one, i) => <code key={i} className="hostile">{one}</code>)}
        </div>
      ))}
    </div>
  );
}

/** A rule of somebody else's as a beginning of one's own that stands beside it; with the same id it would take its place. */
function asCopy(yaml: string): string {
  return yaml.replace(/^id:.*$/gm, () => `id: ${crypto.randomUUID?.() ?? "00000000-0000-4000-8000-000000000000"}`);
}

/** Where a rule is written: checked as it is typed, tried on samples and on what happened. */
export default function Editor() {
  useLang();
  const may = useMay();
  const [search, change] = useSearch();
  const of = search.get("of") ?? "";
  const source = useSource(of);
  const [text, setText] = useState(() => (search.get("new") || of ? "" : ruleDraft.get() ?? ""));
  const [samples, setSamples] = useState(() => (search.get("new") || of ? "" : ruleDraft.samples()));
  const [putting, setPutting] = useState(false);
  const [quicker, setQuicker] = useState<OwnRule | null>(null);
  const own = search.get("own") ?? "";
  const version = Number(search.get("v")) || 0;
  const ours = useQuery({ queryKey: ["own-rules", "one", own], enabled: own !== "" && version === 0, retry: false, gcTime: 0, queryFn: ({ signal }) => call("getOwnRule", { path: { id: own }, signal }) });
  const code = useRef<CodeHandle>(null);
  const write = (next: string, its_samples = samples) => {
    setText(next);
    setSamples(its_samples);
    ruleDraft.set(next);
    ruleDraft.setSamples(its_samples);
  };
  const take = (rule: OwnRule) => {
    write(rule.body.yaml ?? "", rule.body.samples ?? "");
    change({ own: rule.id, v: String(rule.version) });
  };
  useEffect(() => {
    // The address goes on without what it began from, so that a reload shows what was written since.
    if (search.get("new")) {
      write(fresh(t("console.rules.new.title")), "");
      change({ new: undefined });
    } else if (of && source.data) {
      write(search.get("keep") ? source.data.yaml : asCopy(source.data.yaml), source.data.samples ?? "");
      change({ of: undefined, keep: undefined });
    } else if (own && version === 0) {
      if (ours.data) take(ours.data as OwnRule);
    } else if (!of && !text) write(ruleDraft.get() || fresh(t("console.rules.new.title")));
  }, [of, source.data, own, ours.data]); // eslint: once for each beginning
  const { found, current } = useCheck(text, own);
  const marks = useMemo<Mark[]>(() => {
    const said = found.data;
    if (!said || !current) return [];
    const mark = (severity: Mark["severity"]) => (fault: RuleFault): Mark => ({ line: fault.line, column: fault.column, severity, message: fault.hint ? `${fault.reason} — ${fault.hint}` : fault.detail ? `${fault.reason}\n${fault.detail}` : fault.reason });
    return [...said.rejected.map(mark("error")), ...said.skipped.map(mark("error")), ...said.warnings.map(mark("warning"))];
  }, [found.data, current]);
  const tab = search.get("tab") ?? "check";
  const wrong = found.data ? found.data.rejected.length + found.data.skipped.length : 0;
  const ready = may("tooling.write") && current && wrong === 0 && text.trim() !== "";
  const copy = async () => {
    if (await handText(text)) say({ tone: "good", text: t("console.picture.copied") });
    else save(text);
  };
  useKeys([
    { keys: "i", says: t("console.rules.write"), run: () => code.current?.focus() },
    { keys: "mod+enter", says: t("console.rules.put"), off: !ready, run: () => setPutting(true) },
    {
      keys: "Escape", says: t("console.keys.back"), run: () => {
        const at = document.activeElement;
        if (at instanceof HTMLElement && at.matches(".code-host, textarea")) at.blur(); // out of the text first
        else go("/rules");
      },
    },
  ]);
  if (ours.isError) return <div className="rules-pad"><Refusal error={ours.error} again={() => void ours.refetch()} /></div>;
  if (source.isError) return <div className="rules-pad"><Refusal error={source.error} again={() => void source.refetch()} /></div>;
  return (
    <div className="rule-editor">
      <div className="page-head">
        <Button small look="plain" icon="left" label={t("console.rules.title")} onClick={() => go("/rules")} />
        <h1>{t("console.rules.editor")}</h1>
        {own && <span className="badge outline">{own}</span>}
        {!own && <span className="quiet">{t("console.rules.editor.says")}</span>}
        <span className="grow" />
        <Button icon="copy" onClick={() => void copy()}>{t("console.rules.copy")}</Button>
        <Button icon="down" disabled={wrong > 0} onClick={() => save(text)}>{t("console.rules.save")}</Button>
        {may("tooling.write") && <Button look="primary" icon="check" hint="⌃↵" disabled={!ready} onClick={() => setPutting(true)}>{t(own ? "console.rules.put.again" : "console.rules.put")}</Button>}
      </div>
      <div className="rule-editor-split">
        <CodeEditor label={t("console.rules.editor.text")} text={text} marks={marks} onText={write} handle={code} />
        <aside className="rule-editor-side" aria-label={t("console.rules.said")}>
          {quicker && <Quicker theirs={quicker} onTake={() => { take(quicker); setQuicker(null); }} onKeep={() => { change({ v: String(quicker.version) }); setQuicker(null); setPutting(true); }} />}
          <Tabs label={t("console.rules.said")} at={tab} onChange={(id) => change({ tab: id === "check" ? undefined : id })} tabs={[
            { id: "check", says: t("console.rules.tab.check"), count: wrong || undefined },
            { id: "samples", says: t("console.rules.tab.samples") },
            ...(may("event.read") ? [{ id: "past", says: t("console.rules.tab.past") }] : []),
          ]}>
            <div className="rule-editor-panel">
              {tab === "check" && <Checked found={found} current={current} onGo={(fault) => code.current?.goTo(fault.line, fault.column)} />}
              {tab === "past" && <Past rule={text} />}
              {tab === "samples" && <TryIt rule={text} samples={samples} onSamples={(next) => write(text, next)} />}
            </div>
          </Tabs>
        </aside>
      </div>
      {putting && <PutDialog own={own} version={version} yaml={text} samples={samples} onClose={() => setPutting(false)}
        onDone={(rule) => change({ own: rule.id, v: String(rule.version) })} onQuicker={setQuicker} />}
    </div>
  );
}
