import { useQuery } from "@tanstack/react-query";
import { call } from "@/lib/call";
import { addressOf, fieldTitle, stateTitle, useType } from "@/lib/records";
import { hasText, t, useLang } from "@/lib/text";
import { person } from "./Badge";
import { Skeleton } from "./Empty";
import { Link } from "./Link";
import { Markdown } from "./Markdown";
import { Time } from "./Time";

type Body = { to?: string; text?: string; reason?: string; changed?: string[]; alerts?: string[] };
const fields_shown_max = 6;

/** The record that the fact speaks of beside its own. */
function About({ body }: { body: Body }) {
  const ids = [...(body.alerts ?? []), ...(body.to && /^[A-Z]+-[0-9]/.test(body.to) ? [body.to] : [])];
  return ids.map((id) => {
    const to = addressOf(id);
    return to ? <Link key={id} className="mono" to={to}>{id}</Link> : <span key={id} className="mono quiet">{id}</span>;
  });
}

/** What the journal tells of a record, newest first. */
export function History({ type, id, version }: { type: string; id: string; version: number }) {
  useLang();
  const declared = useType(type);
  const facts = useQuery({
    queryKey: ["record", type, id, "facts", version],
    queryFn: async () => (await call("getRecordFacts", { path: { type, id } })).facts,
    placeholderData: (before) => before,
  });
  const title = (kind: string, body: Body) => {
    if (kind.endsWith(".moved") && body.to) return t("console.history.moved", { state: stateTitle(declared, body.to) });
    const key = `console.history.${kind}`;
    if (hasText(key)) return t(key);
    const last = `console.history.any.${kind.split(".").pop()}`;
    return hasText(last) ? t(last) : t("console.history.other", { kind });
  };
  const fields = (kind: string, body: Body) => {
    if (!kind.endsWith(".updated") || !body.changed?.length) return "";
    const named = body.changed.slice(0, fields_shown_max).map((name) => fieldTitle(declared, name)).join(t("console.list.comma"));
    return body.changed.length > fields_shown_max ? `${named} …` : named;
  };
  return (
    <section className="panel" aria-label={t("console.history.title")}>
      <header><h2>{t("console.history.title")}</h2></header>
      <div className="inside">
        {facts.isPending ? <Skeleton lines={3} /> : (
          <ol className="history">
            {[...(facts.data ?? [])].reverse().map((fact) => {
              const body = (fact.body ?? {}) as Body;
              const said = body.text ?? body.reason;
              return (
                <li key={fact.seq}>
                  <div>
                    <div className="line wrap"><span>{title(fact.kind, body)}</span><About body={body} /><span className="quiet">{fields(fact.kind, body)}</span><span className="quiet">{person(fact.actor)}</span><span className="quiet end"><Time at={fact.time} /></span></div>
                    {said && <div className="said"><Markdown text={said} /></div>}
                  </div>
                </li>
              );
            })}
          </ol>
        )}
      </div>
    </section>
  );
}
