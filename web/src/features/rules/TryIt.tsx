import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { ProseField } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { t, useLang } from "@/lib/text";
import { FaultList } from "./FaultList";

type Trial = Schemas["RuleTrial"];
const example = `must_match:
  - {CommandLine: example}
must_not_match:
  - {CommandLine: other}
`;

function Sign({ good }: { good: boolean }) {
  return <span className={good ? "sign good" : "sign bad"}><Icon name={good ? "check" : "close"} /><span className="visually-hidden">{t(good ? "console.rules.try.stood" : "console.rules.try.failed")}</span></span>;
}

function Tried({ trial }: { trial: Trial }) {
  const failed = trial.generated.filter((one) => !one.passed);
  return (
    <div className="stack tight understood">
      <div className="line"><Sign good={trial.passed} /><b>{trial.title}</b></div>
      {trial.cases.length > 0 && (
        <ul className="tried">
          {trial.cases.map((one, i) => (
            <li key={i}><Sign good={one.passed} /><span className="grow">{one.name}</span>
              <span className="quiet">{one.unreadable || t(one.should_match ? "console.rules.try.should" : "console.rules.try.should_not", { n: one.matched, all: one.events })}</span></li>
          ))}
        </ul>
      )}
      <p className="quiet">{t("console.rules.try.generated", { n: trial.generated.length, failed: failed.length, ways: trial.ways })}</p>
      {(failed.length > 0 ? failed : trial.generated).slice(0, 30).map((one, i) => (
        <details key={i} className="tried-sample">
          <summary><Sign good={one.passed} /> {t(`console.rules.try.kind.${one.kind}`)}{one.name ? `: ${one.name}` : ""}</summary>
          <pre className="raw hostile">{JSON.stringify(one.event.fields, null, 1)}</pre>
        </details>
      ))}
      {trial.ways_without_sample > 0 && <p className="quiet">{t("console.rules.try.without", { n: trial.ways_without_sample })} {trial.reasons.join(" / ")}</p>}
    </div>
  );
}

/** The rule on samples: those that a person writes, and those that it gives of itself. */
export function TryIt({ rule, samples, onSamples }: { rule: string; samples: string; onSamples: (text: string) => void }) {
  useLang();
  const run = useMutation({ mutationFn: () => call("testRules", { body: { rule, ...(samples.trim() ? { samples } : {}) } }) });
  const said = run.data;
  return (
    <div className="stack">
      <ProseField label={t("console.rules.try.samples")} help={t("console.rules.try.help")} rows={8} className="input mono" spellCheck={false} placeholder={example} value={samples} onChange={(event) => onSamples(event.target.value)} />
      <div><Button look="primary" icon="check" disabled={run.isPending || !rule.trim()} onClick={() => run.mutate()}>{t("console.rules.try.do")}</Button></div>
      {run.isPending && <Skeleton lines={4} />}
      {run.isError && <Refusal error={run.error} />}
      {said && !run.isPending && (
        <div className="stack" aria-live="polite">
          <div className={`notice ${said.passed ? "good" : "bad"}`}><Icon name={said.passed ? "check" : "warn"} /><b>{t(said.passed ? "console.rules.try.all_stood" : "console.rules.try.some_failed")}</b></div>
          {said.rejected.length > 0 && <FaultList faults={said.rejected} />}
          {said.lost.length > 0 && <ul className="fault-list warn">{said.lost.map((one, i) => <li key={i}><Icon name="warn" />{one}</li>)}</ul>}
          {said.rules.map((trial) => <Tried key={trial.id} trial={trial} />)}
        </div>
      )}
    </div>
  );
}
