import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Hostile } from "@/components/Hostile";
import { Link } from "@/components/Link";
import { Picture } from "@/components/Picture";
import { Time } from "@/components/Time";
import { useWidth } from "@/components/TimeBars";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { useSearch } from "@/lib/place";
import { number, t, useLang } from "@/lib/text";
import { clock, zone } from "@/lib/time";
import type { Case } from "./incidents";
import { lay } from "./layout";

type Node = Schemas["GraphNode"];
type Edge = Schemas["GraphEdge"];
const kinds = ["host", "user", "process", "file", "address", "domain", "indicator"] as const;
const sizes = ["25", "60", "150"] as const;
const height = 560;
const label_chars_max = 26;
/** The word of the query language that finds a thing again. */
const words: Record<string, string> = { host: "host", user: "user", process: "process", file: "file", address: "ip", domain: "dns", indicator: "" };

function short(name: string): string {
  const last = /[\\/]/.test(name) ? (name.split(/[\\/]/).pop() ?? name) : name;
  return last.length > label_chars_max ? `${last.slice(0, label_chars_max - 1)}…` : last;
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

function huntAddress(node: Node): string {
  const word = words[node.kind];
  const values = new URLSearchParams({ q: word ? `${word}:${quoted(node.name)}` : quoted(node.name), from: new Date(Date.parse(node.first) - 60_000).toISOString(), until: new Date(Date.parse(node.last) + 60_000).toISOString() });
  return `/hunt?${values}`;
}

/** A sign for each kind, so that colour is not all that tells them apart. */
function Sign({ kind, x, y }: { kind: string; x: number; y: number }) {
  switch (kind) {
    case "host": return <rect x={x - 9} y={y - 7} width={18} height={14} rx={2} />;
    case "user": return <circle cx={x} cy={y} r={8.5} />;
    case "process": return <path d={`M${x - 9} ${y}L${x - 4.5} ${y - 8}H${x + 4.5}L${x + 9} ${y}L${x + 4.5} ${y + 8}H${x - 4.5}Z`} />;
    case "file": return <path d={`M${x - 6} ${y - 8}H${x + 2}L${x + 6} ${y - 4}V${y + 8}H${x - 6}Z`} />;
    case "indicator": return <path d={`M${x} ${y - 10}L${x + 10} ${y + 7}H${x - 10}Z`} />;
    default: return <path d={`M${x} ${y - 9}L${x + 9} ${y}L${x} ${y + 9}L${x - 9} ${y}Z`} />;
  }
}

function Detail({ node, edges, nameOf }: { node: Node; edges: Edge[]; nameOf: (id: string) => string }) {
  const mine = edges.filter((edge) => edge.from === node.id || edge.to === node.id);
  return (
    <div className="graph-detail stack" aria-live="polite">
      <div className="line wrap"><span className="badge outline">{t(`console.graph.kind.${node.kind}`)}</span><b><Hostile text={node.name} /></b>{node.host && <span className="quiet">{node.host}</span>}</div>
      <div className="line wrap quiet"><span>{t("console.graph.events", { n: number(node.count) })}</span><Time at={node.first} seconds /><span>–</span><Time at={node.last} seconds /><Link to={huntAddress(node)}>{t("console.graph.hunt")}</Link></div>
      <div className="line wrap tight">{node.alerts.map((id) => <Link key={id} className="badge outline" to={`/alerts/${id}`}>{id}</Link>)}</div>
      <ul className="graph-edges">
        {mine.slice(0, 40).map((edge, i) => (
          <li key={i}><span className="quiet">{edge.from === node.id ? "→" : "←"} {t(`console.graph.edge.${edge.kind}`)}</span> <Hostile text={nameOf(edge.from === node.id ? edge.to : edge.from)} /> <span className="quiet">×{number(edge.count)}</span></li>
        ))}
      </ul>
    </div>
  );
}

/** Hosts, users, programs, files, addresses and indicators of the case, and what joins them. */
export function Graph({ of }: { of: Case }) {
  useLang();
  const [search, change] = useSearch();
  const [box, width] = useWidth<HTMLDivElement>();
  const [zoom, setZoom] = useState(1);
  const id = of.incident.id;
  const found = useQuery({ queryKey: ["incident", id, "graph", (of.incident.body.alerts ?? []).join()], staleTime: 60_000, queryFn: ({ signal }) => call("getIncidentGraph", { path: { id }, signal }) });
  const most = (search.get("most") ?? "60") as (typeof sizes)[number];
  const hidden = useMemo(() => new Set((search.get("without") ?? "").split(",").filter(Boolean)), [search]);
  const taken = search.get("node");
  const { nodes, edges } = useMemo(() => {
    const shown = (found.data?.nodes ?? []).filter((node) => !hidden.has(node.kind)).slice(0, Number(most));
    const ids = new Set(shown.map((node) => node.id));
    return { nodes: shown, edges: (found.data?.edges ?? []).filter((edge) => ids.has(edge.from) && ids.has(edge.to)) };
  }, [found.data, hidden, most]);
  const room = Math.max(320, width) * zoom;
  const tall = height * zoom;
  const at = useMemo(() => {
    const index = new Map(nodes.map((node, i) => [node.id, i]));
    const places = lay(nodes.length, edges.map((edge) => ({ from: index.get(edge.from)!, to: index.get(edge.to)! })), room, tall);
    return new Map(nodes.map((node, i) => [node.id, places[i]!]));
  }, [nodes, edges, room, tall]);
  const nameOf = useMemo(() => {
    const names = new Map<string, string>((found.data?.nodes ?? []).map((node) => [node.id, node.name]));
    return (node: string) => names.get(node) ?? node;
  }, [found.data]);
  const sheet = useMemo(() => ({
    columns: [t("console.graph.from"), t("console.graph.joins"), t("console.graph.to"), t("console.graph.count"), t("console.alert.first_seen"), t("console.alert.last_seen")],
    rows: edges.map((edge) => [nameOf(edge.from), t(`console.graph.edge.${edge.kind}`), nameOf(edge.to), edge.count, clock(new Date(edge.first), zone.get()), clock(new Date(edge.last), zone.get())]),
  }), [edges, nameOf]);
  if (found.isPending) return <Skeleton lines={12} />;
  if (found.isError) return <Refusal error={found.error} again={() => void found.refetch()} />;
  if (found.data.nodes.length === 0) return <Empty icon="info" title={t("console.graph.none")}>{t("console.graph.none.says")}</Empty>;
  const selected = nodes.find((node) => node.id === taken);
  const near = new Set(selected ? edges.filter((edge) => edge.from === selected.id || edge.to === selected.id).flatMap((edge) => [edge.from, edge.to]) : []);
  const left = found.data.left_out;
  return (
    <Picture title={t("console.graph.title")} name={`${id}-graph`} sheet={sheet} head={<span className="quiet">{t("console.graph.shown", { n: number(nodes.length), all: number(found.data.nodes.length + left.nodes) })}</span>}>
      <div className="stack">
        <div className="line wrap">
          {kinds.filter((kind) => found.data.nodes.some((node) => node.kind === kind)).map((kind) => (
            <button key={kind} type="button" className={`graph-key ${kind}`} aria-pressed={!hidden.has(kind)} onClick={() => change({ without: (hidden.has(kind) ? [...hidden].filter((one) => one !== kind) : [...hidden, kind]).join(",") })}>
              <svg width="20" height="20" aria-hidden="true" className={`graph-node ${kind}`}><Sign kind={kind} x={10} y={10} /></svg>{t(`console.graph.kind.${kind}`)}
            </button>
          ))}
          <span className="end" />
          <Choices label={t("console.graph.most")} at={most} onChange={(to) => change({ most: to === "60" ? undefined : to })} of={sizes.map((size) => ({ id: size, says: size }))} />
          <Button small label={t("console.graph.zoom.out")} disabled={zoom <= 1} onClick={() => setZoom(Math.max(1, zoom / 1.4))}>−</Button>
          <Button small label={t("console.graph.zoom.in")} disabled={zoom > 3} onClick={() => setZoom(zoom * 1.4)}>+</Button>
        </div>
        <div ref={box} className="graph-box" tabIndex={0} role="group" aria-label={t("console.graph.title")}>
          <svg className="drawing graph" width={room} height={tall} role="group" aria-label={t("console.graph.says", { nodes: nodes.length, edges: edges.length })}>
            {edges.map((edge, i) => {
              const a = at.get(edge.from)!;
              const b = at.get(edge.to)!;
              const strong = selected && (edge.from === selected.id || edge.to === selected.id);
              return (
                <g key={i} className={strong ? "graph-edge strong" : selected ? "graph-edge faint" : "graph-edge"}>
                  <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} strokeWidth={Math.min(4, 1 + Math.log10(1 + edge.count))}><title>{`${nameOf(edge.from)} ${t(`console.graph.edge.${edge.kind}`)} ${nameOf(edge.to)}`}</title></line>
                  {strong && <text x={(a.x + b.x) / 2} y={(a.y + b.y) / 2 - 3} textAnchor="middle">{t(`console.graph.edge.${edge.kind}`)}</text>}
                </g>
              );
            })}
            {nodes.map((node) => {
              const place = at.get(node.id)!;
              const take = () => change({ node: node.id === taken ? undefined : node.id });
              return (
                <g key={node.id} role="button" tabIndex={0} aria-pressed={node.id === taken} aria-label={`${t(`console.graph.kind.${node.kind}`)} ${node.name}`} className={`graph-node ${node.kind} ${selected && !near.has(node.id) && node.id !== taken ? "faint" : ""}`}
                  onClick={take} onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); take(); } }}>
                  <title>{`${t(`console.graph.kind.${node.kind}`)} ${node.name}`}</title>
                  <Sign kind={node.kind} x={place.x} y={place.y} />
                </g>
              );
            })}
            <g className="graph-names" aria-hidden="true">
              {nodes.map((node) => <text key={node.id} className={selected && !near.has(node.id) && node.id !== taken ? "faint" : ""} x={at.get(node.id)!.x} y={at.get(node.id)!.y + 21} textAnchor="middle">{short(node.name)}</text>)}
            </g>
          </svg>
        </div>
        {selected ? <Detail node={selected} edges={found.data.edges} nameOf={nameOf} /> : <p className="quiet">{t("console.graph.help")}</p>}
        {left.nodes + left.edges + left.events + left.events_gone + left.alerts > 0 && <p className="quiet">{t("console.graph.left_out", { nodes: number(left.nodes), events: number(left.events), gone: number(left.events_gone) })}</p>}
      </div>
    </Picture>
  );
}
