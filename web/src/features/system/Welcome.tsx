import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { Refusal } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Tabs } from "@/components/Tabs";
import { call } from "@/lib/call";
import { useLive } from "@/lib/live";
import { useMay, useSession, useWho } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { testEvent } from "./testEvent";
import "./system.css";

const file_bytes_max = 256 * 1024 * 1024; // by the browser; greater ones go by the command line
const look_ms = 4000;

/** One step of the way, done or not. */
function Step({ n, title, says, done, children }: { n: number; title: string; says: string; done: boolean; children?: ReactNode }) {
  return (
    <li className={done ? "panel step done" : "panel step"}>
      <span className="step-mark" aria-hidden="true">{done ? <Icon name="check" /> : n}</span>
      <div className="grow stack tight">
        <h2>{title} <span className={`badge ${done ? "good" : "outline"}`}>{done ? t("console.welcome.done") : t("console.welcome.open")}</span></h2>
        <p className="soft">{says}</p>
        {children}
      </div>
    </li>
  );
}

function SendFile({ onSent }: { onSent: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const send = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > file_bytes_max) throw new Error(t("console.welcome.file.too_big", { n: number(file_bytes_max / 1024 / 1024) }));
      return call("ingestEvents", { query: { source: file.name.slice(0, 200) }, body: file });
    },
    onSuccess: onSent,
  });
  return (
    <div className="stack tight">
      <p>{t("console.welcome.file.says")}</p>
      <div className="line wrap">
        <input ref={input} type="file" className="visually-hidden" tabIndex={-1} aria-label={t("console.welcome.file.choose")} onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (!file) return;
          setName(file.name);
          send.mutate(file);
        }} />
        <Button look="primary" icon="plus" disabled={send.isPending} onClick={() => input.current?.click()}>{t("console.welcome.file.choose")}</Button>
        <span role="status" className="soft">{send.isPending ? t("console.welcome.file.sending", { name }) : send.data ? t("console.welcome.file.sent", { name, events: number(send.data.events), findings: number(send.data.findings) }) : ""}</span>
      </div>
      {send.isError && (send.error.constructor === Error ? <p className="wrong" role="alert">{send.error.message}</p> : <Refusal error={send.error} />)}
    </div>
  );
}

function Syslog() {
  const health = useQuery({ queryKey: ["health"], queryFn: () => call("getHealth", {}) });
  const listening = (health.data?.parts ?? []).filter((part) => part.name.startsWith("listener.syslog"));
  return (
    <div className="stack tight">
      <p>{listening.length > 0 ? t("console.welcome.syslog.says") : t("console.welcome.syslog.none")}</p>
      {listening.length > 0 && <ul className="listening">{listening.map((part, i) => <li key={i} className="mono">{t(`console.health.part.${part.name}`)}: {part.detail}</li>)}</ul>}
      <pre className="once" tabIndex={0} aria-label={t("console.welcome.syslog.config")}>{"# yagura.yaml\nlisten: 0.0.0.0:8600\ntls: {certificate: server.pem, key: server.key}\nsyslog:\n  udp: [0.0.0.0:514]\n  tcp: [0.0.0.0:514]"}</pre>
      <p className="soft">{t("console.welcome.syslog.open")}</p>
    </div>
  );
}

function Agent() {
  return (
    <div className="stack tight">
      <p>{t("console.welcome.agent.says")}</p>
      <pre className="once" tabIndex={0} aria-label={t("console.welcome.agent")}>{`curl -H "Authorization: Bearer $TOKEN" --data-binary @security.json \\\n  '${location.origin}/api/v1/ingest?source=dc01'`}</pre>
      <div className="line"><Link className="button" to="/tokens"><Icon name="key" />{t("console.tokens.title")}</Link></div>
    </div>
  );
}

/** From an empty house to the first alert on the screen; each step sees by itself when it is done. */
export default function Welcome() {
  useLang();
  const may = useMay();
  const before = useWho();
  const who = useSession().data ?? before;
  const client = useQueryClient();
  const [way, setWay] = useState("file");
  const events = useQuery({
    queryKey: ["welcome", "events"],
    refetchInterval: (query) => (query.state.data ? false : look_ms),
    queryFn: async () => Number((await call("queryEventsBySql", { body: { sql: "SELECT count() FROM events", limit: 1 } })).rows[0]?.[0] ?? 0),
  });
  const rules = useQuery({ queryKey: ["welcome", "rules"], queryFn: () => call("getRuleSetStatus", {}) });
  const alerts = useQuery({ queryKey: ["welcome", "alerts"], queryFn: async () => (await call("listAlerts", { query: { limit: 1, count: true } })) as { records: { id: string }[]; total?: number } });
  const look = () => void client.invalidateQueries({ queryKey: ["welcome"] });
  useLive((fact) => fact.kind === "alert.created" && look());
  const test = useMutation({ mutationFn: () => call("ingestEvents", { query: { source: "yagura-test" }, body: new Blob([testEvent(new Date())]) }), onSuccess: look });
  const first = alerts.data?.records[0]?.id;
  const loaded = rules.data?.loaded ?? 0;
  const done = [true, !!events.data, loaded > 0, !!first].filter(Boolean).length;
  return (
    <>
      <div className="page-head"><h1>{t("console.welcome.title")}</h1><span className="quiet">{t("console.welcome.progress", { done, all: 4 })}</span></div>
      <div className="page-body narrow">
        <ol className="way">
          <Step n={1} done title={t("console.welcome.administrator")} says={t("console.welcome.administrator.says", { name: who.name })}>
            {!who.second_factor && <div className="line wrap"><Link className="button" to="/account"><Icon name="key" />{t("console.factor.begin")}</Link>{may("user.manage") && <Link className="button" to="/users"><Icon name="people" />{t("console.welcome.colleagues")}</Link>}</div>}
          </Step>
          <Step n={2} done={!!events.data} title={t("console.welcome.source")} says={events.data ? t("console.welcome.source.done", { n: number(events.data) }) : t("console.welcome.source.says")}>
            <Tabs look="choices" label={t("console.welcome.source")} at={way} onChange={setWay} tabs={["file", "syslog", "agent"].map((id) => ({ id, says: t(`console.welcome.${id}`) }))}>
              {way === "file" ? <SendFile onSent={look} /> : way === "syslog" ? <Syslog /> : <Agent />}
            </Tabs>
          </Step>
          <Step n={3} done={loaded > 0} title={t("console.welcome.rules")} says={t("console.welcome.rules.says", { n: number(loaded) })} />
          <Step n={4} done={!!first} title={t("console.welcome.alert")} says={first ? t("console.welcome.alert.done", { n: number(alerts.data?.total ?? 1) }) : t("console.welcome.alert.says")}>
            <div className="line wrap">
              {first && <Link className="button primary" to="/queue">{t("console.welcome.alert.open")}</Link>}
              {may("event.ingest") && <Button icon="pulse" disabled={test.isPending} onClick={() => test.mutate()}>{t("console.welcome.test")}</Button>}
              <span role="status" className="soft">{test.data ? t("console.welcome.test.sent", { n: number(test.data.findings) }) : t("console.welcome.test.says")}</span>
            </div>
            {test.isError && <Refusal error={test.error} />}
          </Step>
        </ol>
      </div>
    </>
  );
}
