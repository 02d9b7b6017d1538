// A field's value as people read it.
import { Face, person } from "@/components/Badge";
import { Hostile } from "@/components/Hostile";
import { Markdown } from "@/components/Markdown";
import { RecordLink } from "@/components/RecordLink";
import { Time } from "@/components/Time";
import type { RecordField } from "@/lib/records";
import { number, t, titleOf, useLang } from "@/lib/text";
import { durationText, isEmpty, isUnknown } from "./kinds";

export type Labels = Map<string, string>;

function choiceOf(field: RecordField, value: unknown): string {
  return titleOf(field.choices?.find((one) => one.id === value)?.title, String(value));
}

export function Account({ name }: { name: string }) {
  return <span className="line tight"><Face name={person(name)} /><span className="cut">{person(name)}</span></span>;
}

function Scalar({ field, kind, value, short, labels }: { field: RecordField; kind: string; value: unknown; short: boolean; labels: Labels | undefined }) {
  switch (kind) {
    case "integer": case "number": return <>{typeof value === "number" ? number(value) : String(value)}</>;
    case "boolean": return <>{value ? t("console.registers.yes") : t("console.registers.no")}</>;
    case "time": return <Time at={String(value)} />;
    case "duration": return <>{durationText(Number(value))}</>;
    case "choice": return <span className="badge square">{choiceOf(field, value)}</span>;
    case "reference": return <RecordLink id={String(value)} says={labels?.get(String(value))} />;
    case "user": return <Account name={String(value)} />;
    case "blob": return <code title={String(value)}>{String(value).slice(0, short ? 12 : 64)}{short && "…"}</code>;
    case "json": return short ? <code className="cut">{JSON.stringify(value)}</code> : <pre className="raw">{JSON.stringify(value, null, 2)}</pre>;
    case "markdown": return short ? <>{String(value).replace(/[#*`>|\n]+/g, " ").slice(0, 200)}</> : <Markdown text={String(value)} />;
    default: return <Hostile text={String(value)} />;
  }
}

function Lines({ field, lines, labels }: { field: RecordField; lines: Record<string, unknown>[]; labels: Labels | undefined }) {
  const columns = field.columns ?? [];
  return (
    <div className="scroll-x" role="region" tabIndex={0} aria-label={titleOf(field.title, field.name)}>
      <table className="plain inner">
        <thead><tr>{columns.map((column) => <th key={column.name} scope="col">{titleOf(column.title, column.name)}</th>)}</tr></thead>
        <tbody>
          {lines.map((line, i) => (
            <tr key={i}>{columns.map((column) => <td key={column.name}><Value field={column} value={line[column.name]} labels={labels} /></td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `short`: in one line of a table. */
export function Value({ field, value, short = false, labels }: { field: RecordField; value: unknown; short?: boolean; labels?: Labels | undefined }) {
  useLang();
  if (isEmpty(value)) return <span className="quiet">–</span>;
  if (isUnknown(field, value)) return <span className="badge outline">{t("console.registers.unknown")}</span>;
  if (field.type === "table" && Array.isArray(value))
    return short ? <span className="quiet">{t("console.registers.lines", { n: value.length })}</span> : <Lines field={field} lines={value as Record<string, unknown>[]} labels={labels} />;
  if (field.type === "list" && Array.isArray(value)) {
    const kind = field.items ?? "text";
    const shown = short ? value.slice(0, 4) : value;
    return (
      <span className={short ? "line tight" : "line wrap tight"}>
        {shown.map((one, i) => <span key={i} className={kind === "text" ? "badge outline square" : undefined}><Scalar field={field} kind={kind} value={one} short={short} labels={labels} /></span>)}
        {shown.length < value.length && <span className="quiet">+{value.length - shown.length}</span>}
      </span>
    );
  }
  return <Scalar field={field} kind={field.type} value={value} short={short} labels={labels} />;
}
