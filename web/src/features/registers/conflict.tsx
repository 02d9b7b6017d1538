// Two people at one record: both versions side by side, so that neither's work is lost.
import { person } from "@/components/Badge";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { Problem } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { fieldTitle, type RecordType } from "@/lib/records";
import { t, useLang } from "@/lib/text";
import type { Drafts } from "./drafts";
import { same, toDraft, type Draft } from "./kinds";
import { Value } from "./Value";

export type Conflict = { read_version: number; current: AnyRecord; fields: { field: string; read: unknown; theirs: unknown; yours: unknown; clash: boolean }[] };

export function conflictOf(error: unknown): Conflict | null {
  if (!(error instanceof Problem) || error.status !== 409) return null;
  return (error.more.conflict as Conflict | undefined) ?? null;
}

/** What was typed, on top of the record as it is now: what only they changed is theirs, the rest stays as typed. */
export function merged(type: RecordType, conflict: Conflict, drafts: Drafts): Drafts {
  const out = { ...drafts };
  for (const one of conflict.fields) {
    const field = type.fields.find((each) => each.name === one.field);
    if (field && !one.clash && same(one.yours, one.read)) out[one.field] = toDraft(field, one.theirs);
  }
  return out;
}

export function ConflictView({ type, conflict, drafts, onTake }: { type: RecordType; conflict: Conflict; drafts: Drafts; onTake: (field: string, draft: Draft) => void }) {
  useLang();
  const rows = conflict.fields.flatMap((one) => {
    const field = type.fields.find((each) => each.name === one.field);
    return field ? [{ ...one, declared: field }] : [];
  });
  return (
    <section className="conflict" aria-label={t("console.registers.conflict.title")}>
      <div className="notice warn" role="alert">
        <Icon name="warn" />
        <div className="grow">
          <b>{t("console.registers.conflict.title")}</b>{" "}
          {t("console.registers.conflict.says", { user: person(conflict.current.updated_by) })} <Time at={conflict.current.updated_at} since />
        </div>
      </div>
      {rows.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t("console.registers.conflict.both")}>
          <table className="plain inner">
            <thead>
              <tr>
                <th scope="col">{t("console.registers.filter.field")}</th>
                <th scope="col">{t("console.registers.conflict.read")}</th>
                <th scope="col">{t("console.registers.conflict.theirs", { user: person(conflict.current.updated_by) })}</th>
                <th scope="col">{t("console.registers.conflict.yours")}</th>
                <th scope="col">{t("console.registers.conflict.keep")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const draft = drafts[row.field];
                const theirs = toDraft(row.declared, row.theirs);
                const yours = toDraft(row.declared, row.yours);
                const title = fieldTitle(type, row.field);
                return (
                  <tr key={row.field} className={row.clash ? "clash" : ""}>
                    <th scope="row">{title}</th>
                    <td className="quiet"><Value field={row.declared} value={row.read} short /></td>
                    <td><Value field={row.declared} value={row.theirs} short /></td>
                    <td><Value field={row.declared} value={row.yours} short /></td>
                    <td>
                      {row.clash ? (
                        <div className="choices" role="group" aria-label={`${t("console.registers.conflict.keep")}: ${title}`}>
                          <button type="button" aria-pressed={draft !== undefined && same(draft, theirs)} onClick={() => onTake(row.field, theirs)}>{t("console.registers.conflict.take_theirs")}</button>
                          <button type="button" aria-pressed={draft === undefined || !same(draft, theirs)} onClick={() => onTake(row.field, yours)}>{t("console.registers.conflict.take_yours")}</button>
                        </div>
                      ) : <span className="quiet">{same(row.yours, row.read) ? t("console.registers.conflict.taken") : t("console.registers.conflict.only_yours")}</span>}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
