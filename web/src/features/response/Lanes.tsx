import { useMemo } from "react";
import { Picture } from "@/components/Picture";
import { useWidth } from "@/components/TimeBars";
import { go } from "@/lib/place";
import type { AlertRecord } from "@/lib/records";
import { t, useLang } from "@/lib/text";
import { clock, zone } from "@/lib/time";

const name_width = 150;
const bar = 14;
const row_gap = 5;
const lane_pad = 6;
const foot = 20;
const hosts_max = 40;

type Placed = { alert: AlertRecord; from: number; until: number; row: number };
type Lane = { host: string; alerts: Placed[]; rows: number; top: number };

/** Alerts of each host, those that would lie over each other in rows below; hosts in the order in which they were met. */
function lanesOf(alerts: AlertRecord[], least: number): { lanes: Lane[]; first: number; last: number; height: number } {
  const sorted = alerts.filter((one) => one.body.first_seen).sort((a, b) => (a.body.first_seen ?? "").localeCompare(b.body.first_seen ?? ""));
  const hosts = new Map<string, Placed[]>();
  const first = Math.min(...sorted.map((one) => Date.parse(one.body.first_seen!)));
  const last = Math.max(...sorted.map((one) => Date.parse(one.body.last_seen ?? one.body.first_seen!)), first + 60_000);
  const gap = (last - first) * least;
  for (const alert of sorted) {
    const host = alert.body.host || "–";
    if (!hosts.has(host) && hosts.size === hosts_max) continue;
    const there = hosts.get(host) ?? [];
    const from = Date.parse(alert.body.first_seen!);
    const until = Math.max(Date.parse(alert.body.last_seen ?? alert.body.first_seen!), from);
    let row = 0;
    while (there.some((one) => one.row === row && Math.max(one.until, one.from + gap) > from)) ++row;
    hosts.set(host, [...there, { alert, from, until, row }]);
  }
  let top = 0;
  const lanes = [...hosts].map(([host, placed]) => {
    const rows = Math.max(...placed.map((one) => one.row)) + 1;
    const lane = { host, alerts: placed, rows, top };
    top += lane_pad * 2 + rows * bar + (rows - 1) * row_gap;
    return lane;
  });
  return { lanes, first, last, height: top };
}

/** How the attack went from host to host: a lane for each, a mark for each alert from its first to its last sighting. */
export function Lanes({ alerts }: { alerts: AlertRecord[] }) {
  useLang();
  const [box, width] = useWidth<HTMLDivElement>();
  const room = Math.max(120, width - name_width - 12);
  const { lanes, first, last, height } = useMemo(() => lanesOf(alerts, 10 / room), [alerts, room]);
  const sheet = useMemo(() => ({
    columns: [t("console.alert.host"), t("console.alert.name"), t("console.alert.level"), t("console.alert.first_seen"), t("console.alert.last_seen"), "ID"],
    rows: lanes.flatMap((lane) => lane.alerts.map(({ alert }) => [lane.host, alert.body.title ?? "", t(`console.level.${alert.body.level ?? "informational"}`), clock(new Date(alert.body.first_seen ?? ""), zone.get()), clock(new Date(alert.body.last_seen ?? alert.body.first_seen ?? ""), zone.get()), alert.id])),
  }), [lanes]);
  if (lanes.length === 0) return null;
  const x = (at: number) => name_width + ((at - first) / (last - first)) * (room - 10);
  const marks = Math.max(2, Math.floor(room / 150));
  return (
    <Picture title={t("console.incident.lanes")} name="attack-over-hosts" sheet={sheet}>
      <div ref={box} className="lanes">
        <svg className="drawing" width={Math.max(1, width)} height={height + foot} role="group" aria-label={t("console.incident.lanes.says", { hosts: lanes.length, alerts: alerts.length })}>
          {Array.from({ length: marks }, (_, i) => {
            const at = first + ((last - first) * i) / marks;
            return <g key={i}><line className="lane-rule" x1={x(at)} x2={x(at)} y1={0} y2={height} /><text className="bars-text" x={x(at) + 2} y={height + 14}>{clock(new Date(at), zone.get(), last - first < marks * 60_000).slice(5)}</text></g>;
          })}
          {lanes.map((lane, i) => (
            <g key={lane.host}>
              {i > 0 && <line className="lane-line" x1={0} x2={width} y1={lane.top} y2={lane.top} />}
              <text className="lane-name" x={0} y={lane.top + lane_pad + 11}>{lane.host.length > 20 ? `${lane.host.slice(0, 19)}…` : lane.host}<title>{lane.host}</title></text>
              {lane.alerts.map(({ alert, from, until, row }) => (
                <a key={alert.id} href={`/alerts/${alert.id}`} aria-label={`${clock(new Date(from), zone.get())} ${lane.host} ${alert.body.title}`} onClick={(event) => { if (event.metaKey || event.ctrlKey) return; event.preventDefault(); go(`/alerts/${alert.id}`); }}>
                  <rect className={`lane-mark ${alert.body.level}`} x={x(from)} y={lane.top + lane_pad + row * (bar + row_gap)} width={Math.max(10, x(until) - x(from))} height={bar} rx={4}>
                    <title>{`${clock(new Date(from), zone.get())} ${lane.host} ${alert.body.title}`}</title>
                  </rect>
                </a>
              ))}
            </g>
          ))}
        </svg>
      </div>
    </Picture>
  );
}
