// Every edition of the tables by which the organisation judges, which one is in force, and the way to a new one.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Refusal, refusalText, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { useKeys } from "@/lib/keys";
import { go, useSearch } from "@/lib/place";
import { stateTitle, useType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { editions, inForce, isKind, kinds, linesOf, mainList, propose, rightOf, setOf, sets, tableOf, typeOfKind, type Edition, type Kind } from "./tables";
import "./criteria.css";

export function editionTitle(edition: Edition): string {
  return titleOf({ ja: String(edition.body.title_ja ?? ""), en: String(edition.body.title_en ?? "") }, edition.id);
}

function List({ kind, all, current }: { kind: Kind; all: Edition[]; current: string | undefined }) {
  useLang();
  const type = useType(typeOfKind(kind));
  return (
    <div className="scroll-x panel">
      <table className="plain editions">
        <thead>
          <tr>
            {["edition", "name", "state", "from", "rows", "author", "change_note"].map((name) => <th key={name} scope="col">{t(`console.criteria.column.${name}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.id} className={one.id === current ? "current" : ""}>
              <td>{String(one.body.edition ?? "")}</td>
              <td><Link to={`/criteria/${kind}/${one.id}`}>{editionTitle(one)}</Link> <span className="quiet mono">{one.id}</span></td>
              <td className="line tight"><State state={one.state} says={stateTitle(type, one.state)} />{one.id === current && <span className="badge accent">{t("console.criteria.in_force")}</span>}</td>
              <td><Time at={one.body.in_force_from as string | undefined} /></td>
              <td>{linesOf(one.body, mainList(kind)).length}</td>
              <td>{person(one.created_by)}</td>
              <td>{String(one.body.change_note ?? "–")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function Criteria() {
  useLang();
  const may = useMay();
  const [search, change] = useSearch();
  const [busy, setBusy] = useState(false);
  const asked = search.get("kind");
  const kind: Kind = isKind(asked) ? asked : "incident";
  const set = sets.find((one) => one === search.get("set")) ?? "incident";
  const all = useQuery({ queryKey: ["criteria", kind, "all"], queryFn: ({ signal }) => editions(kind, signal) });
  const shown = kind === "policy" ? all.data?.filter((one) => setOf(one.body) === set) : all.data;
  const current = useQuery({ queryKey: ["criteria", kind, "current", kind === "policy" ? set : ""], queryFn: ({ signal }) => inForce(kind, signal, set) });
  const begin = async () => {
    if (!current.data || busy) return;
    setBusy(true);
    try {
      const made = await propose(kind, { ...tableOf(current.data.body), change_note: "" });
      go(`/criteria/${kind}/${made.id}`);
    } catch (error) {
      say({ tone: "bad", text: t("console.criteria.new.failed"), detail: refusalText(error) });
    } finally {
      setBusy(false);
    }
  };
  const may_propose = may(`${rightOf(kind)}.propose`);
  useKeys([
    { keys: "n", says: t("console.criteria.new"), off: !may_propose, run: () => void begin() },
    { keys: "v", says: t("console.criteria.sets"), off: kind !== "policy", run: () => change({ set: set === "incident" ? "vulnerability" : undefined }) },
    ...kinds.map((each, i) => ({ keys: String(i + 1), says: t(`console.criteria.kind.${each}`), run: () => change({ kind: each === "incident" ? undefined : each }) })),
  ]);
  return (
    <>
      <div className="page-head">
        <h1>{t("console.criteria.title")}</h1>
        <span className="grow" />
        <Choices label={t("console.criteria.kinds")} at={kind} onChange={(id) => change({ kind: id === "incident" ? undefined : id }, { push: true })} of={kinds.map((id) => ({ id, says: t(`console.criteria.kind.${id}`) }))} />
        {may_propose && <Button look="primary" icon="plus" hint="N" disabled={!current.data || busy} onClick={() => void begin()}>{t("console.criteria.new")}</Button>}
      </div>
      <div className="page-body">
        <p className="soft">{t(`console.criteria.says.${kind}`)}</p>
        {kind === "policy" && <div><Choices label={t("console.criteria.sets")} at={set} onChange={(id) => change({ set: id === "incident" ? undefined : id }, { push: true })} of={sets.map((id) => ({ id, says: t(`console.criteria.kind.${id}`) }))} /></div>}
        {all.isError ? <Refusal error={all.error} again={() => void all.refetch()} /> : !shown ? <Skeleton lines={8} /> : <List kind={kind} all={shown} current={current.data?.id} />}
        {kind !== "policy" && <p><Link to="/registers/criteria_proposal">{t("console.criteria.proposals")}</Link></p>}
      </div>
    </>
  );
}
