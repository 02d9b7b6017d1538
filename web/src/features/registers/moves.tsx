// What may be done next with a record, and the sheet that asks for what a move requires.
import { useState } from "react";
import { State } from "@/components/Badge";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField } from "@/components/Field";
import { call, Problem } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { labelOf, stateTitle, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { ConflictView, conflictOf, type Conflict } from "./conflict";
import { FieldControl } from "./controls";
import { fieldErrors } from "./drafts";
import { isEmpty, same, toDraft, valueOf, type Draft } from "./kinds";

export type Move = RecordType["moves"][number];

/** The moves from here that the person holds the permissions of. */
export function useMovesOf(type: RecordType): (record: AnyRecord) => Move[] {
  const may = useMay();
  return (record) => type.moves.filter((move) => move.from.includes(record.state) && move.permissions.every((each) => may(each)));
}

/** Nothing has to be asked: it can be done at once. */
export function isReady(move: Move, record: AnyRecord): boolean {
  return !move.another_person && move.requires.every((name) => !isEmpty(record.body[name]));
}

export function MoveDialog({ type, record, moves, onClose, onMoved }: {
  type: RecordType; record: AnyRecord; moves: Move[]; onClose: () => void; onMoved: (record: AnyRecord) => void;
}) {
  useLang();
  const [name, setName] = useState(moves[0]!.id);
  const [base, setBase] = useState(record);
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const move = moves.find((one) => one.id === name) ?? moves[0]!;
  const fields = type.fields.filter((field) => move.requires.includes(field.name));
  const send = async () => {
    const changes: Record<string, unknown> = {};
    const faults: Record<string, string> = {};
    for (const field of fields) {
      const before = toDraft(field, base.body[field.name]);
      const draft = drafts[field.name] ?? before;
      const got = valueOf({ ...field, required: true }, draft);
      if ("wrong" in got) faults[field.name] = got.wrong;
      else if (!same(before, draft)) changes[field.name] = got.value;
    }
    setWrong(faults);
    if (Object.keys(faults).length) throw new Problem(422, "missing", t("console.registers.wrong.some", { n: Object.keys(faults).length }));
    try {
      onMoved(await call("moveRecord", { path: { type: type.id, id: base.id }, body: { version: base.version, move: move.id, ...(Object.keys(changes).length ? { changes } : {}) } }));
    } catch (error) {
      const stale = conflictOf(error);
      if (stale) {
        setConflict(stale);
        setBase(stale.current);
        throw new Problem(422, "stale", t(move.from.includes(stale.current.state) ? "console.registers.conflict.again" : "console.registers.conflict.state", { state: stateTitle(type, stale.current.state) }));
      }
      setWrong(fieldErrors(type, error).at);
      throw error;
    }
  };
  return (
    <AskDialog wide={fields.length > 1} title={`${titleOf(move.title)} · ${labelOf(type, record)}`} says={titleOf(move.title)} onClose={onClose} onSend={send}>
      <div className="line"><State state={base.state} says={stateTitle(type, base.state)} /><span aria-hidden="true">→</span><State state={move.to} says={stateTitle(type, move.to)} /></div>
      {moves.length > 1 && (
        <ChoiceField label={t("console.registers.move.which")} value={name} onChange={(event) => setName(event.target.value)}>
          {moves.map((one) => <option key={one.id} value={one.id}>{titleOf(one.title)} → {stateTitle(type, one.to)}</option>)}
        </ChoiceField>
      )}
      {move.another_person && <p className="soft">{t("console.registers.move.another")}</p>}
      {conflict && <ConflictView type={type} conflict={conflict} drafts={drafts} onTake={(field, draft) => setDrafts({ ...drafts, [field]: draft })} />}
      {fields.map((field) => (
        <FieldControl key={field.name} field={{ ...field, required: true }} draft={drafts[field.name] ?? toDraft(field, base.body[field.name])} wrong={wrong[field.name]} onChange={(draft) => setDrafts({ ...drafts, [field.name]: draft })} />
      ))}
    </AskDialog>
  );
}
