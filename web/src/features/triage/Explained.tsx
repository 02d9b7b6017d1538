import { useQuery } from "@tanstack/react-query";
import { visible } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { number, t, useLang } from "@/lib/text";

export type Explanation = Schemas["AlertExplanation"];
type Shown = Schemas["ShownValue"];
type Item = Schemas["ExplainedItem"];
type Node = Schemas["ExplainedNode"];

/** Why one finding fired, by the rule as it is now and the event as it is stored. */
export function useExplanation(alert: string, finding: string | undefined, wanted: boolean) {
  return useQuery({
    queryKey: ["alert", alert, "explanation", finding ?? ""],
    enabled: wanted, staleTime: 60_000, retry: false,
    queryFn: ({ signal }) => call("explainAlert", { path: { id: alert }, query: finding ? { finding } : {}, signal }),
  });
}

/** A value of the event with what fits in it marked; places count characters. */
function ShownText({ value }: { value: Shown }) {
  if (value.null) return <span className="quiet">null</span>;
  const points = [...value.text];
  const out = [];
  let from = 0;
  value.marks.forEach((mark, i) => {
    if (mark.start > from) out.push(<span key={`t${i}`}>{visible(points.slice(from, mark.start).join(""))}</span>);
    out.push(<mark key={i}>{visible(points.slice(mark.start, mark.end).join(""))}</mark>);
    from = mark.end;
  });
  out.push(<span key="rest">{visible(points.slice(from).join(""))}</span>);
  return (
    <span className="hostile mono">
      {value.left_out_before > 0 && <span className="quiet">{t("console.explain.left_out", { n: number(value.left_out_before) })} </span>}
      {out}
      {value.left_out_after > 0 && <span className="quiet"> {t("console.explain.left_out", { n: number(value.left_out_after) })}</span>}
    </span>
  );
}

function Sign({ holds }: { holds: boolean }) {
  return <span className={holds ? "sign good" : "sign"} role="img" aria-label={t(holds ? "console.explain.holds" : "console.explain.holds_not")}><Icon name={holds ? "check" : "close"} /></span>;
}

function ItemRow({ item }: { item: Item }) {
  const held = item.values.filter((value) => value.holds);
  const met = item.negated ? [] : held;
  return (
    <tr className={item.holds ? "holds" : "holds-not"}>
      <td><Sign holds={item.holds} /></td>
      <td>
        <code>{item.field || t("console.explain.keyword")}</code>
        {[...item.modifiers].map((modifier) => <span key={modifier}><wbr /><span className="modifier">|{modifier}</span></span>)}
        {item.negated && <span className="badge outline">NOT</span>}
      </td>
      <td className="expected">{(item.holds && met.length > 0 ? met : item.values).slice(0, 4).map((value, i) => <code key={i} className="hostile">{visible(value.expected)}</code>)}
        {item.values_left_out + Math.max(0, (item.holds && met.length > 0 ? met : item.values).length - 4) > 0 && <span className="quiet">{t("console.alert.axis.others", { n: item.values_left_out + Math.max(0, (item.holds && met.length > 0 ? met : item.values).length - 4) })}</span>}</td>
      <td className="stack tight">
        {met.length > 0 ? met.flatMap((value, i) => value.values.map((one, j) => <ShownText key={`${i}.${j}`} value={one} />))
          : item.found.length > 0 ? item.found.map((one, i) => <ShownText key={i} value={one} />) : <span className="quiet">{t("console.explain.absent")}</span>}
      </td>
    </tr>
  );
}

/** The condition as it was met: what holds stands out. */
function Condition({ node }: { node: Node }) {
  const join = node.op === "or" || node.op === "one_of" ? "OR" : "AND";
  if (node.op === "name") return <span className={node.holds ? "term holds" : "term"}>{node.name}</span>;
  if (node.op === "not") return <span className={node.holds ? "term-group holds" : "term-group"}>NOT {node.children.map((child, i) => <Condition key={i} node={child} />)}</span>;
  return (
    <span className={node.holds ? "term-group holds" : "term-group"}>
      {node.op === "one_of" || node.op === "all_of" ? <span className="quiet">{t(`console.explain.${node.op}`, { name: node.name })} </span> : null}
      ( {node.children.map((child, i) => <span key={i}>{i > 0 && <span className="quiet"> {join} </span>}<Condition node={child} /></span>)}
      {node.children_left_out > 0 && <span className="quiet"> {t("console.alert.axis.others", { n: node.children_left_out })}</span>} )
    </span>
  );
}

function Correlated({ said }: { said: NonNullable<Explanation["correlation"]> }) {
  const titles = new Map(said.rules.map((rule) => [rule.id, rule.title]));
  return (
    <>
      <div className="conditions"><span className="label">{t("console.alert.condition")}</span><code>{said.type} {said.condition}</code>{said.group_by.length > 0 && <span className="soft">{t("console.rules.correlation.group")}: {said.group.length ? said.group.map((one) => `${one.name}=${one.value}`).join(", ") : said.group_by.join(", ")}</span>}</div>
      <ul className="correlated">
        {said.events.map((event) => (
          <li key={event.event_uid}><Time at={event.time} seconds /><span className="cut">{visible(event.host.slice(0, 120))}</span>
            <span className="grow">{event.rules.map((id) => <Link key={id} to={`/rules/${encodeURIComponent(id)}`}>{titles.get(id) ?? id}</Link>)}</span></li>
        ))}
      </ul>
      {said.events_left_out + said.events_gone > 0 && <p className="quiet">{t("console.explain.events_left", { n: number(said.events_left_out), gone: number(said.events_gone) })}</p>}
    </>
  );
}

/** Which conditions hold and by which values; a note where the rule or the event is another one now. */
export function Explained({ said }: { said: Explanation }) {
  useLang();
  const selections = said.selections ?? [];
  return (
    <div className="explained stack">
      {!["holds", "recorded"].includes(said.verdict) && <div className="notice warn"><Icon name="info" /><span>{t(`console.explain.verdict.${said.verdict}`)}</span></div>}
      {said.rule_changed === "yes" && <div className="notice warn"><Icon name="info" /><span>{t("console.explain.changed")}</span></div>}
      {(said.conditions ?? []).map((condition, i) => (
        <div key={i} className="conditions"><span className="label">{t("console.alert.condition")}</span><code className="condition" title={condition.text}><Condition node={condition.root} /></code></div>
      ))}
      {selections.map((selection) => (
        <div key={selection.name} className={selection.holds ? "selection holds" : "selection"}>
          <div className="line"><Sign holds={selection.holds} /><code>{selection.name}</code>{selection.filter && <span className="badge outline">{t("console.explain.filter")}</span>}</div>
          <div className="scroll-x">
            <table className="plain explained-items">
              <thead><tr><th><span className="visually-hidden">{t("console.explain.result")}</span></th><th>{t("console.alert.matched.field")}</th><th>{t("console.explain.expected")}</th><th>{t("console.explain.found")}</th></tr></thead>
              <tbody>{selection.items.map((item, i) => <ItemRow key={i} item={item} />)}</tbody>
            </table>
          </div>
          {selection.items_left_out > 0 && <p className="quiet">{t("console.alert.axis.others", { n: selection.items_left_out })}</p>}
        </div>
      ))}
      {said.indicator && <div className="stack tight">{said.indicator.values.map((value, i) => <div key={i}><code>{value.field}</code> <ShownText value={value} /></div>)}</div>}
      {said.correlation && <Correlated said={said.correlation} />}
    </div>
  );
}
