import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Hostile } from "@/components/Hostile";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { number, t, useLang } from "@/lib/text";
import { refusalText } from "@/components/Empty";

/** Where an account is signed in now, and the way to end it. `login`: another person's. */
export function Sessions({ login }: { login?: string }) {
  useLang();
  const client = useQueryClient();
  const key = ["sessions", login ?? ""];
  const sessions = useQuery({
    queryKey: key,
    queryFn: async () => (await call("listSessions", login ? { query: { all: true } } : {})).sessions.filter((one) => !login || one.login === login),
    refetchInterval: 30_000,
  });
  const end = async (ids: string[]) => {
    try {
      for (const id of ids) await call("endSession", { path: { id } });
      say({ tone: "good", text: t("console.sessions.ended", { n: number(ids.length) }) });
    } catch (refused) {
      say({ tone: "bad", text: refusalText(refused) });
    }
    await client.invalidateQueries({ queryKey: key });
  };
  const others = (sessions.data ?? []).filter((one) => !one.this_one).map((one) => one.id);
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <header>
        <h2 id="sessions-title">{t("console.sessions.title")}</h2>
        <span className="end" />
        {others.length > 1 && <Button small look="danger" onClick={() => void end(others)}>{login ? t("console.sessions.end_all") : t("console.sessions.end_others")}</Button>}
      </header>
      {sessions.isPending ? <div className="inside"><Skeleton lines={3} /></div> : sessions.isError ? <div className="inside"><Refusal error={sessions.error} again={() => void sessions.refetch()} /></div> : sessions.data.length === 0 ? (
        <Empty icon="people" title={t("console.sessions.none")} />
      ) : (
        <div className="scroll-x" tabIndex={0} role="group" aria-label={t("console.sessions.title")}>
          <table className="plain sessions">
            <thead><tr><th>{t("console.sessions.agent")}</th><th>{t("console.sessions.address")}</th><th>{t("console.sessions.since")}</th><th>{t("console.sessions.seen")}</th><th><span className="visually-hidden">{t("console.more")}</span></th></tr></thead>
            <tbody>
              {sessions.data.map((one) => (
                <tr key={one.id}>
                  <td><Hostile text={one.agent || "–"} /></td>
                  <td className="mono">{one.address}</td>
                  <td><Time at={one.created_at} /></td>
                  <td><Time at={one.last_seen} since /></td>
                  <td className="act">{one.this_one ? <span className="badge accent">{t("console.sessions.this_one")}</span> : <Button small look="danger" onClick={() => void end([one.id])}>{t("console.sessions.end")}</Button>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
