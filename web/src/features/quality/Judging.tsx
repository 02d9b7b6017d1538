// The second verdict: by what there is to judge by, without seeing what was decided first.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button } from "@/components/Button";
import { Refusal, refusalText, Skeleton } from "@/components/Empty";
import { ProseField } from "@/components/Field";
import { Hostile } from "@/components/Hostile";
import { Icon } from "@/components/Icon";
import { Markdown } from "@/components/Markdown";
import { Time } from "@/components/Time";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { useSearch } from "@/lib/place";
import { choiceTitle, fieldOf, fieldTitle, namedTitle, useCriteria, useType } from "@/lib/records";
import { t, useLang } from "@/lib/text";
import { useVerdicts, type Review } from "./quality";

type Verdict = { item: string; verdict: string; note?: string };

type Event = { channel?: string; event?: string; fields?: { name: string; value: unknown }[] };
const isEvents = (value: unknown): value is Event[] => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "object" && one !== null && Array.isArray((one as Event).fields));

/** The events that stand for it: field by field, as they were kept. */
function Events({ of }: { of: Event[] }) {
  return (
    <ol className="judging-events">
      {of.map((one, i) => (
        <li key={one.event ?? i}>
          {one.channel && <div className="quiet mono">{one.channel}</div>}
          <dl className="facts mono">{(one.fields ?? []).map((field, n) => [<dt key={`${n} name`}>{field.name}</dt>, <dd key={n}><Hostile text={String(field.value)} /></dd>])}</dl>
        </li>
      ))}
    </ol>
  );
}

/** What the record says, by its declaration; a reviewer is given no way from here to the record. */
function Shown({ type: id, body }: { type: string; body: Record<string, unknown> }) {
  const type = useType(id);
  const criteria = useCriteria();
  const lists: Record<string, { id: string; ja: string; en: string }[] | undefined> = { attack_type: criteria?.attack_types, progress: criteria?.progress, importance: criteria?.importance };
  return (
    <dl className="facts">
      {Object.entries(body).map(([name, value]) => {
        const field = fieldOf(type, name);
        const text = Array.isArray(value) && value.every((one) => typeof one === "string") ? value.join(t("console.list.comma")) : null;
        return [
          <dt key={`${name} title`}>{fieldTitle(type, name)}</dt>,
          <dd key={name}>
            {text !== null ? <Hostile text={text} />
              : field?.type === "time" ? <Time at={String(value)} />
              : field?.type === "choice" ? choiceTitle(type, name, String(value))
              : field?.type === "markdown" ? <Markdown text={String(value)} />
              : name in lists ? namedTitle(lists[name], String(value))
              : isEvents(value) ? <Events of={value} />
              : typeof value === "object" ? <pre className="raw hostile" tabIndex={0} aria-label={fieldTitle(type, name)}>{JSON.stringify(value, null, 1)}</pre>
              : <Hostile text={String(value)} />}
          </dd>,
        ];
      })}
    </dl>
  );
}

export function Judging({ review }: { review: Review }) {
  useLang();
  const client = useQueryClient();
  const [search, change] = useSearch();
  const kind = review.body.kind ?? "alerts";
  const { ids, title } = useVerdicts(kind);
  const got = useQuery({ queryKey: ["quality", "items", review.id, review.version], queryFn: ({ signal }) => call("getQualityItems", { path: { id: review.id }, signal }), placeholderData: (before) => before });
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const items = got.data?.items ?? [];
  const verdicts = (got.data?.verdicts ?? []) as Verdict[];
  const of = (id: string) => verdicts.find((one) => one.item === id);
  const at = items.find((one) => one.id === search.get("item")) ?? items.find((one) => !of(one.id)) ?? items[0];
  const left = items.filter((one) => !of(one.id)).length;
  const index = at ? items.indexOf(at) : -1;
  const given = at && of(at.id);
  useEffect(() => setNote(given?.note ?? ""), [at?.id, given?.note]);
  const step = (by: number) => {
    const next = items[Math.max(0, Math.min(items.length - 1, index + by))];
    if (next) change({ item: next.id });
  };
  const judge = async (verdict: string) => {
    if (!at || busy) return;
    setBusy(true);
    try {
      await call("judgeQualityItem", { path: { id: review.id }, body: { item: at.id, verdict, ...(note.trim() ? { note } : {}) } });
      const next = items.find((one) => one.id !== at.id && !of(one.id));
      change({ item: next?.id ?? at.id });
      await client.invalidateQueries({ queryKey: ["quality"] });
    } catch (error) {
      say({ tone: "bad", text: t("console.quality.judge.failed"), detail: refusalText(error) });
    } finally {
      setBusy(false);
    }
  };
  useKeys([
    { keys: "j", says: t("console.keys.next"), run: () => step(1) },
    { keys: "k", says: t("console.keys.previous"), run: () => step(-1) },
    ...ids.slice(0, 9).map((id, i) => ({ keys: String(i + 1), says: title(id), run: () => void judge(id) })),
  ]);
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (!got.data || !at) return <Skeleton lines={8} />;
  return (
    <div className="judging">
      <ol className="judging-list panel" aria-label={t("console.quality.items")}>
        {items.map((one, i) => (
          <li key={one.id}>
            <button type="button" aria-current={one === at} onClick={() => change({ item: one.id })}>
              <span className="mono quiet">{i + 1}</span>
              <span className="grow cut">{String(one.body.title ?? one.id)}</span>
              {of(one.id) && <Icon name="check" />}
              {of(one.id) && <span className="visually-hidden">{title(of(one.id)!.verdict)}</span>}
            </button>
          </li>
        ))}
      </ol>
      <section className="panel" aria-label={t("console.quality.item")}>
        <header><h2>{t("console.quality.item.n", { n: index + 1, all: items.length })}</h2><span className="quiet">{left === 0 ? t("console.quality.judged.all") : t("console.quality.judged.left", { n: left })}</span></header>
        <div className="inside stack">
          <Shown type={at.type} body={at.body as Record<string, unknown>} />
          <ProseField label={t("console.quality.note")} rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
          <div className="line wrap judging-verdicts" role="group" aria-label={t("console.quality.verdict")}>
            {ids.map((id, i) => <Button key={id} look={given?.verdict === id ? "primary" : undefined} aria-pressed={given?.verdict === id} disabled={busy} hint={i < 9 ? String(i + 1) : undefined} onClick={() => void judge(id)}>{title(id)}</Button>)}
          </div>
        </div>
      </section>
    </div>
  );
}
