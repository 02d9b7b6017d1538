import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Level } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, refusalText } from "@/components/Empty";
import { TextField } from "@/components/Field";
import { visible } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { useSearch } from "@/lib/place";
import { number, t, useLang } from "@/lib/text";
import { fieldEnd, fieldTime } from "@/lib/time";

type Hunt = Schemas["Hunt"];
const look_ms = 700;
const matches_shown = 200;
const day_ms = 86_400_000;

/** The event in the hunt's own page, with a little time around it. */
function eventAddress(match: Schemas["HuntMatch"]): string {
  const at = Date.parse(match.time);
  const values = new URLSearchParams({ from: new Date(at - 60_000).toISOString(), until: new Date(at + 60_000).toISOString(), at: match.event_uid });
  if (match.host) values.set("q", `host:"${match.host.replace(/[\\"]/g, "\\$&")}"`);
  return `/hunt?${values}`;
}

function Matches({ hunt }: { hunt: Hunt }) {
  const found = useQuery({ queryKey: ["hunt run", hunt.id, "matches"], staleTime: Infinity, queryFn: ({ signal }) => call("listHuntMatches", { path: { id: hunt.id }, query: { limit: matches_shown }, signal }) });
  if (found.isError) return <Refusal error={found.error} again={() => void found.refetch()} />;
  if (!found.data || found.data.total === 0) return null;
  return (
    <div className="scroll-x past-matches" tabIndex={0} role="group" aria-label={t("console.rules.past.matches")}>
      <table className="plain">
        <thead><tr><th>{t("console.event.time")}</th><th>{t("console.alert.host")}</th><th>{t("console.alert.user")}</th><th>{t("console.rules.past.events")}</th></tr></thead>
        <tbody>
          {found.data.matches.map((match) => (
            <tr key={`${match.rule_id}${match.event_uid}${match.time}`}>
              <td><Link to={eventAddress(match)}><Time at={match.time} seconds /></Link></td>
              <td>{visible(match.host.slice(0, 120))}</td><td>{visible(match.user.slice(0, 120))}</td>
              <td>{match.group ? visible(match.group.slice(0, 120)) : match.channel} {match.events > 1 && <span className="quiet">×{match.events}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.data.total > matches_shown && <p className="quiet">{t("console.rules.past.more", { n: number(matches_shown), all: number(found.data.total) })}</p>}
    </div>
  );
}

function Run({ id }: { id: string }) {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: ["hunt run", id],
    queryFn: ({ signal }) => call("getHunt", { path: { id }, signal }),
    refetchInterval: (query) => (query.state.data && ["waiting", "running"].includes(query.state.data.state) ? look_ms : false),
  });
  if (found.isError) return <Refusal error={found.error} again={() => void found.refetch()} />;
  const hunt = found.data;
  if (!hunt) return null;
  const open = hunt.state === "waiting" || hunt.state === "running";
  const cancel = async () => {
    try {
      client.setQueryData(["hunt run", id], await call("cancelHunt", { path: { id } }));
    } catch (error) {
      say({ tone: "bad", text: t("console.rules.past.cancel.failed"), detail: refusalText(error) });
    }
  };
  return (
    <div className="stack" aria-live="polite">
      <div className="line wrap">
        <b>{t(`console.rules.past.state.${hunt.state}`)}</b>
        <span className="quiet">{t("console.rules.past.so_far", { events: number(hunt.events), total: number(hunt.total), matches: number(hunt.matches) })}</span>
        <span className="end" />
        {open && <Button small onClick={() => void cancel()}>{t("console.cancel")}</Button>}
      </div>
      {open && <progress className="past-progress" max={hunt.total || 1} value={hunt.total ? hunt.events : 0} aria-label={t("console.rules.past.progress")} />}
      {hunt.error && <div className="notice bad"><Icon name="warn" />{hunt.error}</div>}
      {hunt.cut && hunt.reached && <div className="notice warn"><Icon name="info" /><span>{t("console.rules.past.cut", { n: number(hunt.events_max) })} <Time at={hunt.reached} /></span></div>}
      {hunt.state === "done" && (
        <>
          <ul className="tried">{hunt.rules.map((rule) => <li key={rule.id}><Level level={rule.level} /><span className="grow cut">{rule.title}</span><b>{t("console.rules.past.found", { n: number(rule.matches) })}</b></li>)}</ul>
          <Matches hunt={hunt} />
        </>
      )}
    </div>
  );
}

/** The rule over what is stored of a period: what it would have found. */
export function Past({ rule }: { rule: string }) {
  useLang();
  const [search, change] = useSearch();
  const [given, setGiven] = useState(() => ({ from: fieldTime(search.get("from") ? Date.parse(search.get("from")!) : Date.now() - 30 * day_ms, "second"), until: fieldEnd(search.get("until") ? Date.parse(search.get("until")!) : Date.now()) }));
  const id = search.get("run") ?? "";
  const start = useMutation({
    mutationFn: () => call("startHunt", { body: { rule, from: new Date(given.from).toISOString(), until: new Date(given.until).toISOString() } }),
    onSuccess: (hunt) => change({ run: hunt.id }),
  });
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); start.mutate(); }}>
      <p className="soft">{t("console.rules.past.says")}</p>
      <div className="past-range">
        <TextField label={t("console.hunt.range.from")} type="datetime-local" step={1} must value={given.from} onChange={(event) => setGiven({ ...given, from: event.target.value })} />
        <TextField label={t("console.hunt.range.until")} type="datetime-local" step={1} must value={given.until} onChange={(event) => setGiven({ ...given, until: event.target.value })} />
      </div>
      <div><Button type="submit" look="primary" icon="clock" disabled={start.isPending || !rule.trim()}>{t("console.rules.past.do")}</Button></div>
      {start.isError && <Refusal error={start.error} />}
      {id && <Run id={id} />}
    </form>
  );
}
