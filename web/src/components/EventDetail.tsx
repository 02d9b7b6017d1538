import { useState } from "react";
import type { Schemas } from "@/lib/contract";
import { t, useLang } from "@/lib/text";
import { Button } from "./Button";
import { Hostile } from "./Hostile";
import { Tabs } from "./Tabs";
import { Time } from "./Time";

type Event = Schemas["Event"];
type Field = { name: string; value: string };

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

type Pick = (name: string, value: string, not: boolean) => void;

function Fields({ values, marked, onPick }: { values: Record<string, unknown>; marked: Field[]; onPick?: Pick | undefined }) {
  const all = Object.entries(values);
  const met = (name: string, value: unknown) => marked.filter((m) => m.name === name || (m.value.length > 3 && shown(value) === m.value)).map((m) => m.value);
  // What the rule met comes first: that is what one looks for.
  const sorted = [...all.filter(([n, v]) => met(n, v).length > 0), ...all.filter(([n, v]) => met(n, v).length === 0)];
  return (
    <table className="plain event-fields">
      <tbody>
        {sorted.map(([name, value]) => (
          <tr key={name}><th scope="row"><code>{name}</code></th><td className="mono"><Hostile text={shown(value)} marks={met(name, value)} /></td>
            {onPick && (
              <td className="picks">
                <Button small look="plain" label={t("console.event.pick", { name })} onClick={() => onPick(name, shown(value), false)}>+</Button>
                <Button small look="plain" label={t("console.event.pick.not", { name })} onClick={() => onPick(name, shown(value), true)}>−</Button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An event: its fields, its normal form, and the bytes as they came; what a rule met is marked in all of them. */
export function EventDetail({ event, marked = [], onPick }: { event: Event; marked?: Field[]; onPick?: Pick }) {
  useLang();
  const [at, setAt] = useState("fields");
  const head: Record<string, unknown> = {};
  for (const name of ["host", "channel", "provider", "event_id", "class_name", "source", "format", "line", "record_id", "dirt"] as const)
    if (event[name] !== undefined && event[name] !== "") head[name] = event[name];
  return (
    <div className="stack tight event-detail">
      <Tabs label={t("console.event.views")} at={at} onChange={setAt} tabs={[
        { id: "fields", says: t("console.event.fields"), count: Object.keys(event.fields ?? {}).length },
        { id: "raw", says: t("console.event.raw") },
        { id: "normal", says: t("console.event.normal"), count: Object.keys(event.ocsf ?? {}).length },
        { id: "about", says: t("console.event.about") },
      ]}>
        {at === "fields" && <Fields values={event.fields ?? {}} marked={marked} onPick={onPick} />}
        {at === "normal" && <Fields values={event.ocsf ?? {}} marked={marked} onPick={onPick} />}
        {at === "raw" && <pre className="raw"><Hostile text={event.raw ?? t("console.event.raw.none")} marks={marked.map((m) => m.value)} /></pre>}
        {at === "about" && (
          <>
            <dl className="facts" style={{ padding: "8px 0" }}>
              <dt>{t("console.event.time")}</dt><dd><Time at={event.time} seconds /></dd>
              <dt>{t("console.event.received")}</dt><dd><Time at={event.received} seconds /></dd>
              <dt>ID</dt><dd className="mono">{event.event_uid}</dd>
            </dl>
            <Fields values={head} marked={[]} onPick={onPick} />
          </>
        )}
      </Tabs>
    </div>
  );
}
