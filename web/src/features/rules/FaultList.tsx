import { Icon } from "@/components/Icon";
import { t, useLang } from "@/lib/text";
import type { RuleFault } from "./rules";

/** What is wrong with rules, each with its place, and the way there when the text is at hand. */
export function FaultList({ faults, named, onGo, tone = "bad" }: { faults: RuleFault[]; named?: boolean; onGo?: (fault: RuleFault) => void; tone?: "bad" | "warn" }) {
  useLang();
  return (
    <ul className={`fault-list ${tone}`}>
      {faults.map((fault, i) => (
        <li key={i}>
          <Icon name="warn" />
          <div className="grow">
            <div>{named && <b>{fault.rule_title || fault.file}: </b>}{fault.reason}</div>
            {fault.hint && <div className="quiet">{fault.hint}</div>}
            {fault.detail && <div className="quiet" lang="en">{fault.detail}</div>}
            <div className="quiet mono">{named && fault.file} {fault.line > 0 && t("console.rules.at_line", { line: fault.line, column: fault.column })} {fault.code}</div>
          </div>
          {onGo && fault.line > 0 && <button type="button" className="button small" onClick={() => onGo(fault)}>{t("console.rules.go_line", { line: fault.line })}</button>}
        </li>
      ))}
    </ul>
  );
}
