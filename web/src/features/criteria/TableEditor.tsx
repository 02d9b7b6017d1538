// Editing the parts of a table: its rows by their dimensions, its lists by their columns.
import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { useCriteria } from "@/lib/records";
import { hasText, t, titleOf, useLang } from "@/lib/text";
import { columnsOf, decisionOf, dimensions, inForce, linesOf, nothing, setOf, vocabulary, type Body, type Kind, type Line } from "./tables";

export function columnTitle(name: string): string {
  return hasText(`console.criteria.field.${name}`) ? t(`console.criteria.field.${name}`) : name;
}

/** What a value of a dimension is called. */
export function named(body: Body, column: string, id: string): string {
  if (id === "any") return t("console.criteria.any");
  const found = linesOf(body, vocabulary[column] ?? "").find((line) => line.id === id);
  return titleOf({ ja: String(found?.ja ?? ""), en: String(found?.en ?? "") }, id);
}

export const valuesOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value === undefined || value === "" ? [] : [String(value)]);

/** Which values a row names: all of them, or those that are marked. */
function Values({ body, column, value, label, onChange }: { body: Body; column: string; value: unknown; label: string; onChange: (value: unknown) => void }) {
  const chosen = valuesOf(value);
  const any = chosen.includes("any");
  const all = linesOf(body, vocabulary[column] ?? "").map((line) => String(line.id));
  return (
    <div className="value-picks" role="group" aria-label={label}>
      <button type="button" aria-pressed={any} onClick={() => onChange(any ? [] : "any")}>{t("console.criteria.any")}</button>
      {!any && all.map((id) => (
        <button key={id} type="button" aria-pressed={chosen.includes(id)} onClick={() => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : all.filter((one) => one === id || chosen.includes(one)))}>{named(body, column, id)}</button>
      ))}
    </div>
  );
}

function without(line: Line, ...names: string[]): Line {
  return Object.fromEntries(Object.entries(line).filter(([name]) => !names.includes(name)));
}

export type RowProps = { kind: Kind; body: Body; faults: Map<number, string[]>; focus?: number | undefined; onChange: ((rows: Line[]) => void) | null };

/** The rows: values of each dimension, then what is decided and why. Without `onChange` they are only read. */
export function Rows({ kind, body, faults, onChange }: RowProps) {
  useLang();
  const rows = linesOf(body, "rows");
  const put = (at: number, line: Line) => onChange?.(rows.map((had, i) => (i === at ? line : had)));
  const shift = (at: number, by: number) => {
    const next = rows.filter((_, i) => i !== at);
    next.splice(Math.max(0, Math.min(rows.length - 1, at + by)), 0, rows[at]!);
    onChange?.(next);
  };
  const none = nothing[kind];
  const classes = linesOf(body, "classes").map((line) => String(line.id));
  const decide = (line: Line, decision: string): Line => (decision === none ? { ...without(line, "class", "priority"), [none]: true } : { ...without(line, none), class: decision, priority: line.priority ?? 3 });
  return (
    <div className="scroll-x rows-box" tabIndex={0} role="group" aria-label={t("console.criteria.rows")}>
      <table className="plain criteria-rows">
        <thead>
          <tr>
            <th scope="col">{t("console.criteria.row")}</th>
            {dimensions[kind].map((name) => <th key={name} scope="col">{columnTitle(name)}</th>)}
            <th scope="col">{t("console.criteria.decision")}</th>
            <th scope="col">{t("console.criteria.reason")}</th>
            {onChange && <td />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => {
            const name = String(row.id ?? i + 1);
            const decision = decisionOf(kind, row);
            const told = faults.get(i);
            return (
              <tr key={i} className={told ? "faulty" : ""}>
                <th scope="row">{onChange ? <input className="input row-id" aria-label={t("console.criteria.row.id", { n: i + 1 })} value={name} onChange={(event) => put(i, { ...row, id: event.target.value })} /> : name}</th>
                {dimensions[kind].map((column) => (
                  <td key={column}>
                    {onChange ? <Values body={body} column={column} value={row[column]} label={`${name} ${columnTitle(column)}`} onChange={(value) => put(i, { ...row, [column]: value })} />
                      : valuesOf(row[column]).map((id) => named(body, column, id)).join(t("console.list.comma"))}
                  </td>
                ))}
                <td className="decision">
                  {onChange ? (
                    <>
                      <select className="input" aria-label={`${name} ${t("console.criteria.decision")}`} value={decision} onChange={(event) => put(i, decide(row, event.target.value))}>
                        {!decision && <option value="">–</option>}
                        <option value={none}>{t(`console.criteria.nothing.${kind}`)}</option>
                        {classes.map((id) => <option key={id} value={id}>{named(body, "class", id)}</option>)}
                      </select>
                      {decision !== none && (
                        <select className="input" aria-label={`${name} ${columnTitle("priority")}`} value={String(row.priority ?? "")} onChange={(event) => put(i, { ...row, priority: Number(event.target.value) })}>
                          {[1, 2, 3, 4, 5].map((n) => <option key={n} value={n}>P{n}</option>)}
                        </select>
                      )}
                    </>
                  ) : decision === none ? t(`console.criteria.nothing.${kind}`) : `${named(body, "class", decision)} P${String(row.priority ?? "")}`}
                </td>
                <td className="reasons">
                  {onChange ? (["ja", "en"] as const).map((lang) => (
                    <textarea key={lang} className="input" rows={2} aria-label={`${name} ${t(`console.criteria.reason.${lang}`)}`} value={String(row[`reason_${lang}`] ?? "")} onChange={(event) => put(i, { ...row, [`reason_${lang}`]: event.target.value })} />
                  )) : titleOf({ ja: String(row.reason_ja ?? ""), en: String(row.reason_en ?? "") })}
                  {told?.map((fault, n) => <p key={n} className="wrong">{fault}</p>)}
                </td>
                {onChange && (
                  <td className="row-acts">
                    <Button small look="plain" icon="up" disabled={i === 0} label={t("console.criteria.row.up", { row: name })} onClick={() => shift(i, -1)} />
                    <Button small look="plain" icon="down" disabled={i === rows.length - 1} label={t("console.criteria.row.down", { row: name })} onClick={() => shift(i, 1)} />
                    <Button small look="plain" icon="close" label={t("console.criteria.row.remove", { row: name })} onClick={() => onChange(rows.filter((_, j) => j !== i))} />
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {onChange && <Button small icon="plus" className="row-add" onClick={() => onChange([...rows, { id: `N${rows.length + 1}`, ...Object.fromEntries(dimensions[kind].map((name) => [name, []])), [none]: true, reason_ja: "", reason_en: "" }])}>{t("console.criteria.row.add")}</Button>}
    </div>
  );
}

function cellText(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What was typed, as the same kind of value as the others of its column. */
function cellValue(typed: string, lines: Line[], column: string): unknown {
  const like = lines.map((line) => line[column]).find((value) => value !== undefined);
  if (typed.trim() === "") return undefined;
  if (Array.isArray(like)) return typed.split(/[,、]/).map((one) => one.trim()).filter(Boolean);
  if (typeof like === "number" && Number.isFinite(Number(typed))) return Number(typed);
  return typed;
}

// How wide what stands in a column is, in letters; one of Japanese takes the room of two.
const short_units = 7;
const long_units = 24;

/** Any list of flat lines, as a table of its own columns. */
export function Lines({ name, lines, onChange }: { name: string; lines: Line[]; onChange: ((lines: Line[]) => void) | null }) {
  useLang();
  const columns = columnsOf(lines);
  const widths = new Map(columns.map((column) => {
    const longest = Math.max(0, ...lines.map((line) => [...cellText(line[column])].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0)));
    return [column, longest > long_units ? "long" : longest <= short_units ? "short" : ""];
  }));
  const put = (at: number, column: string, typed: string) => {
    const value = cellValue(typed, lines, column);
    onChange?.(lines.map((line, i) => (i !== at ? line : value === undefined ? without(line, column) : { ...line, [column]: value })));
  };
  return (
    <div className="scroll-x" tabIndex={0} role="group" aria-label={columnTitle(name)}>
      <table className="plain lines">
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{columnTitle(column)}</th>)}{onChange && <td />}</tr></thead>
        <tbody>
          {lines.map((line, i) => (
            <tr key={i}>
              {columns.map((column) => (
                <td key={column} className={widths.get(column)}>{onChange ? <input className="input" aria-label={`${columnTitle(name)} ${i + 1} ${columnTitle(column)}`} title={cellText(line[column])} defaultValue={cellText(line[column])} key={cellText(line[column])} onBlur={(event) => event.target.value !== cellText(line[column]) && put(i, column, event.target.value)} /> : cellText(line[column]) || "–"}</td>
              ))}
              {onChange && <td><Button small look="plain" icon="close" label={t("console.criteria.line.remove", { n: i + 1, list: columnTitle(name) })} onClick={() => onChange(lines.filter((_, j) => j !== i))} /></td>}
            </tr>
          ))}
        </tbody>
      </table>
      {onChange && <Button small icon="plus" className="row-add" onClick={() => onChange([...lines, Object.fromEntries(columns.slice(0, 1).map((column) => [column, ""]))])}>{t("console.criteria.line.add")}</Button>}
    </div>
  );
}

/** What is done for each class: its tasks, by whom, by when and with what authority. */
export function Actions({ body, onChange }: { body: Body; onChange: ((actions: Line[]) => void) | null }) {
  useLang();
  const of_incidents = useCriteria();
  const set = setOf(body);
  const other = useQuery({ queryKey: ["criteria", "vulnerability", "current", ""], enabled: set === "vulnerability", queryFn: ({ signal }) => inForce("vulnerability", signal) });
  const criteria = set === "vulnerability" ? other.data?.body : of_incidents;
  const actions = linesOf(body, "actions");
  return (
    <>
      {actions.map((action, i) => {
        const id = String(action.class ?? "");
        const tasks = linesOf(action, "tasks");
        return (
          <details key={id} className="panel part" open={i === 0}>
            <summary><h2>{named((criteria ?? {}) as Body, "class", id)}</h2> <span className="quiet">{tasks.length}</span></summary>
            <div className="inside"><Lines name="tasks" lines={tasks} onChange={onChange && ((next) => onChange(actions.map((had, j) => (i === j ? { ...had, tasks: next } : had))))} /></div>
          </details>
        );
      })}
    </>
  );
}
