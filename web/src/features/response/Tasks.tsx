import { useState } from "react";
import { actorOf, Face, person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Empty, refusalText } from "@/components/Empty";
import { ChoiceField, ProseField, TextField } from "@/components/Field";
import { Markdown } from "@/components/Markdown";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { stateTitle, useType, type TaskRecord } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { hasText, lang, t, useLang } from "@/lib/text";
import { fieldTime } from "@/lib/time";
import type { Case } from "./incidents";

/** The roles that an action policy speaks of. */
const roles = ["handler", "analyst", "manager", "ciso", "system_owner", "forensics", "legal"] as const;

function roleTitle(role: string | undefined): string {
  return role && hasText(`console.task.role.${role}`) ? t(`console.task.role.${role}`) : (role ?? "");
}

type Sheet = { task: TaskRecord; act: "finish" | "skip" | "redo" | "assign" };

function Ask({ sheet, of, onClose }: { sheet: Sheet; of: Case; onClose: () => void }) {
  const who = useWho();
  const [text, setText] = useState(sheet.act === "assign" ? (person(sheet.task.body.assignee) || who.login) : "");
  const path = { id: sheet.task.id };
  const send = async () => {
    if (sheet.act === "finish") await call("finishTask", { path, body: text.trim() ? { result: text } : {} });
    else if (sheet.act === "assign") await call("assignTask", { path, body: { user: actorOf(text) } });
    else await call(sheet.act === "skip" ? "skipTask" : "redoTask", { path, body: { reason: text } });
    of.refresh();
  };
  return (
    <AskDialog title={t(`console.task.act.${sheet.act}`)} says={t(`console.task.act.${sheet.act}`)} onClose={onClose} onSend={send}>
      <p>{whatOf(sheet.task)}</p>
      {sheet.act === "assign" ? <TextField label={t("console.task.who")} must value={text} onChange={(e) => setText(e.target.value)} />
        : <ProseField label={t(`console.task.text.${sheet.act}`)} must={sheet.act !== "finish"} value={text} onChange={(e) => setText(e.target.value)} />}
    </AskDialog>
  );
}

function Add({ of, onClose }: { of: Case; onClose: () => void }) {
  const soon = fieldTime(Date.now() + 86_400_000);
  const [given, setGiven] = useState({ ja: "", en: "", role: "handler", due: soon });
  return (
    <AskDialog title={t("console.task.add")} says={t("console.save")} onClose={onClose} onSend={async () => {
      const what = { what_ja: given.ja || given.en, what_en: given.en || given.ja };
      await call("addTask", { path: { id: of.incident.id }, body: { ...what, role: given.role, due_at: new Date(given.due).toISOString() } });
      of.refresh();
    }}>
      <TextField label={t("console.task.what.ja")} must={!given.en} value={given.ja} onChange={(e) => setGiven({ ...given, ja: e.target.value })} />
      <TextField label={t("console.task.what.en")} help={t("console.task.what.help")} value={given.en} onChange={(e) => setGiven({ ...given, en: e.target.value })} />
      <div className="two-up">
        <ChoiceField label={t("console.task.role")} must value={given.role} onChange={(e) => setGiven({ ...given, role: e.target.value })}>
          {roles.map((role) => <option key={role} value={role}>{roleTitle(role)}</option>)}
        </ChoiceField>
        <TextField label={t("console.task.due")} type="datetime-local" must value={given.due} onChange={(e) => setGiven({ ...given, due: e.target.value })} />
      </div>
    </AskDialog>
  );
}

function whatOf(task: TaskRecord): string {
  return (lang.get() === "ja" ? task.body.what_ja : task.body.what_en) ?? task.id;
}

/** What the action policy asks for, in order of its deadlines, and what was added by hand. */
export function Tasks({ of }: { of: Case }) {
  useLang();
  const may = useMay();
  const type = useType("incident_task");
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [adding, setAdding] = useState(false);
  const [at, setAt] = useState(0);
  const work = of.open && may("incident_task.work");
  const taken = of.tasks[at];
  const live = (task: TaskRecord | undefined) => task?.state === "open" || task?.state === "doing";
  const start = async (task: TaskRecord) => {
    try {
      await call("startTask", { path: { id: task.id }, body: {} });
      of.refresh();
    } catch (error) {
      say({ tone: "bad", text: t("console.task.failed"), detail: refusalText(error) });
    }
  };
  useKeys([
    { keys: "j", says: t("console.keys.next"), run: () => setAt(Math.min(of.tasks.length - 1, at + 1)) },
    { keys: "k", says: t("console.keys.previous"), run: () => setAt(Math.max(0, at - 1)) },
    { keys: "b", says: t("console.task.act.start"), off: !work || taken?.state !== "open", run: () => void start(taken!) },
    { keys: "f", says: t("console.task.act.finish"), off: !work || !live(taken), run: () => setSheet({ task: taken!, act: "finish" }) },
    { keys: "x", says: t("console.task.act.skip"), off: !work || !live(taken), run: () => setSheet({ task: taken!, act: "skip" }) },
  ]);
  const done = of.tasks.filter((task) => !live(task)).length;
  return (
    <section className="panel">
      <header>
        <h2>{t("console.incident.tab.tasks")}</h2>
        <progress className="meter" max={of.tasks.length || 1} value={done} aria-label={t("console.task.progress", { done, all: of.tasks.length })} />
        <span className="quiet">{t("console.task.progress", { done, all: of.tasks.length })}</span>
        <span className="end" />
        {of.open && may("incident_task.add") && <Button small icon="plus" onClick={() => setAdding(true)}>{t("console.task.add")}</Button>}
      </header>
      {of.tasks.length === 0 ? <Empty icon="check" title={t("console.task.none")}>{t("console.task.none.says")}</Empty> : (
        <ul className="rows inside">
          {of.tasks.map((task, i) => {
            const late = live(task) && Date.parse(task.body.due_at ?? "") < Date.now();
            return (
              <li key={task.id} className={`${i === at ? "taken" : ""} ${live(task) ? "" : "over"}`} onClick={() => setAt(i)}>
                <div className="grow">
                  <div className="line wrap"><b>{whatOf(task)}</b><State state={task.state} says={stateTitle(type, task.state)} /></div>
                  <div className="line wrap quiet">
                    <span className="mono">{task.id}</span>
                    <span>{roleTitle(task.body.role)}</span>
                    <span className={late ? "late" : ""}>{t("console.task.until")} <Time at={task.body.due_at} since={live(task)} /></span>
                    {task.body.assignee && <span className="line tight"><Face name={task.body.assignee} />{person(task.body.assignee)}</span>}
                  </div>
                  {(lang.get() === "ja" ? task.body.authority_ja : task.body.authority_en) && <div className="soft">{t("console.task.authority")}: {lang.get() === "ja" ? task.body.authority_ja : task.body.authority_en}</div>}
                  {task.body.result && <div className="said"><Markdown text={task.body.result} /></div>}
                </div>
                {work && (
                  <div className="line tight">
                    {task.state === "open" && <Button small onClick={() => void start(task)}>{t("console.task.act.start")}</Button>}
                    {live(task) && <Button small icon="check" onClick={() => setSheet({ task, act: "finish" })}>{t("console.task.act.finish")}</Button>}
                    {live(task) && <Button small look="plain" onClick={() => setSheet({ task, act: "skip" })}>{t("console.task.act.skip")}</Button>}
                    {live(task) && <Button small look="plain" icon="people" label={t("console.task.act.assign")} onClick={() => setSheet({ task, act: "assign" })} />}
                    {!live(task) && <Button small look="plain" onClick={() => setSheet({ task, act: "redo" })}>{t("console.task.act.redo")}</Button>}
                  </div>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {sheet && <Ask sheet={sheet} of={of} onClose={() => setSheet(null)} />}
      {adding && <Add of={of} onClose={() => setAdding(false)} />}
    </section>
  );
}
