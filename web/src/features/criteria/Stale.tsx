// Two people at one edition: what each changed, line by line, and nobody's work lost.
import { useEffect, useRef } from "react";
import { person } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { Problem } from "@/lib/call";
import { t, useLang } from "@/lib/text";
import { columnTitle } from "./TableEditor";
import { tableOf, type Body, type Edition, type Line } from "./tables";

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
type Part = { part: string; line: string; read: unknown; theirs: unknown; yours: unknown };

/** The edition as somebody else saved it; null when the refusal is another one. */
export function savedMeanwhile(error: unknown): Edition | null {
  if (!(error instanceof Problem) || error.status !== 409) return null;
  return (error.more.conflict as { current?: Edition } | undefined)?.current ?? null;
}

const isLines = (value: unknown): value is Line[] => Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null);
const keyOf = (line: Line, i: number) => String(line.id ?? i + 1);
const linesBy = (value: unknown) => new Map((isLines(value) ? value : []).map((line, i) => [keyOf(line, i), line]));

/** Every part, of lists every line, that either side changed. */
function parts(read: Body, theirs: Body, yours: Body): Part[] {
  const out: Part[] = [];
  for (const name of new Set([...Object.keys(read), ...Object.keys(theirs), ...Object.keys(yours)])) {
    if ([read[name], theirs[name], yours[name]].every((value) => value === undefined || isLines(value))) {
      const [r, th, yo] = [linesBy(read[name]), linesBy(theirs[name]), linesBy(yours[name])];
      for (const key of new Set([...r.keys(), ...th.keys(), ...yo.keys()]))
        if (!same(r.get(key), th.get(key)) || !same(r.get(key), yo.get(key))) out.push({ part: name, line: key, read: r.get(key), theirs: th.get(key), yours: yo.get(key) });
    } else if (!same(read[name], theirs[name]) || !same(read[name], yours[name])) out.push({ part: name, line: "", read: read[name], theirs: theirs[name], yours: yours[name] });
  }
  return out;
}

/** What was typed on top of theirs: what only one side changed is that side's; where both did, `take` says whose. */
function merged(read: Body, theirs: Body, yours: Body, take: "theirs" | "yours"): Body {
  const pick = (r: unknown, th: unknown, yo: unknown) => (same(r, yo) ? th : same(r, th) || take === "yours" ? yo : th);
  const out: Body = {};
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(yours)])) {
    if ([read[name], theirs[name], yours[name]].every(isLines)) {
      const [r, th, yo] = [linesBy(read[name]), linesBy(theirs[name]), linesBy(yours[name])];
      const order = [...th.keys(), ...[...yo.keys()].filter((key) => !th.has(key))];
      out[name] = order.map((key) => pick(r.get(key), th.get(key), yo.get(key))).filter((line) => line !== undefined);
    } else {
      const value = pick(read[name], theirs[name], yours[name]);
      if (value !== undefined) out[name] = value;
    }
  }
  return out;
}

const words = (value: unknown): string =>
  value === undefined ? "–" : Array.isArray(value) ? value.map(words).join(" / ") : typeof value === "object" && value !== null ? Object.entries(value).filter(([name]) => name !== "id").map(([name, one]) => `${columnTitle(name)}: ${words(one)}`).join("; ") : String(value);

export function Stale({ read: was, theirs: now, yours, onTake }: { read: Body; theirs: Edition; yours: Body; onTake: (body: Body) => void }) {
  useLang();
  const read = tableOf(was);
  const theirs = tableOf(now.body);
  const differing = parts(read, theirs, yours);
  // Whoever saved stands somewhere in a long table: they are brought to what they are asked.
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "start" });
    box.current?.focus({ preventScroll: true });
  }, []);
  const clash = differing.some((one) => !same(one.read, one.theirs) && !same(one.read, one.yours) && !same(one.theirs, one.yours));
  return (
    <section ref={box} tabIndex={-1} className="panel" aria-label={t("console.criteria.stale")} role="alert">
      <header><Icon name="warn" /><h2>{t("console.criteria.stale.by", { user: person(now.updated_by) })}</h2><span className="quiet"><Time at={now.updated_at} since /></span></header>
      <div className="inside stack">
        <p>{t(clash ? "console.criteria.stale.clash" : "console.criteria.stale.apart")}</p>
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t("console.criteria.stale")}>
          <table className="plain stale">
            <thead><tr>{["part", "read", "theirs", "yours"].map((name) => <th key={name} scope="col">{t(`console.criteria.stale.${name}`)}</th>)}</tr></thead>
            <tbody>
              {differing.map((one) => (
                <tr key={`${one.part} ${one.line}`}>
                  <th scope="row">{columnTitle(one.part)} {one.line && <span className="quiet mono">{one.line}</span>}</th>
                  <td className="quiet">{words(one.read)}</td>
                  <td className={same(one.read, one.theirs) ? "quiet" : ""}>{words(one.theirs)}</td>
                  <td className={same(one.read, one.yours) ? "quiet" : ""}>{words(one.yours)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="line wrap">
          {clash ? (
            <>
              <Button onClick={() => onTake(merged(read, theirs, yours, "yours"))}>{t("console.criteria.stale.keep")}</Button>
              <Button onClick={() => onTake(merged(read, theirs, yours, "theirs"))}>{t("console.criteria.stale.take")}</Button>
            </>
          ) : <Button look="primary" onClick={() => onTake(merged(read, theirs, yours, "yours"))}>{t("console.criteria.stale.merge")}</Button>}
        </div>
      </div>
    </section>
  );
}
