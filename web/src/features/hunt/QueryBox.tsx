import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { Icon } from "@/components/Icon";
import type { Problem } from "@/lib/call";
import { t, useLang } from "@/lib/text";
import { own_names, short_list, textOf, valueOf, wordAt, written, type Event, type Word } from "./names";
import { useFault } from "./search";

const offered_max = 12;
type Offer = { says: string; note: string; put: string };

function offersFor(word: Word | null, names: string[], rows: Event[]): Offer[] {
  if (!word) return [];
  if (word.value !== undefined) {
    const seen = new Map<string, number>();
    for (const row of rows.slice(0, 1000)) {
      const value = valueOf(row, word.name);
      if (value && value.length <= 120) seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    const typed = word.value.toLowerCase();
    return [...seen].filter(([value]) => value.toLowerCase().includes(typed) && value !== word.value).sort((a, b) => b[1] - a[1]).slice(0, offered_max)
      .map(([value, n]) => ({ says: value, note: String(n), put: `${written(value)} ` }));
  }
  if (word.name === "") return [];
  const typed = word.name.toLowerCase();
  const fits = (name: string) => name.toLowerCase().includes(typed);
  const first = (name: string) => (name.toLowerCase().startsWith(typed) ? 0 : 1);
  const of = (list: readonly string[], note: string) => list.filter(fits).map((name) => ({ says: name, note, put: `${name}:` }));
  const all = [...of(own_names, "own"), ...of(short_list, "short"), ...of(names, "source")];
  return [...new Map(all.map((one) => [one.says, one])).values()].sort((a, b) => first(a.says) - first(b.says)).slice(0, offered_max);
}

/** The query with the place of the slip marked, what it is and what helps. */
export function FaultLine({ query, fault, id }: { query: string; fault: Problem; id?: string }) {
  const points = [...query];
  const at = Math.max(0, Math.min(points.length, fault.column - 1));
  return (
    <div className="query-fault" id={id} role="alert">
      {fault.column > 0 && <code className="hostile">{points.slice(0, at).join("").slice(-60)}<mark>{points[at] ?? "␣"}</mark>{points.slice(at + 1).join("").slice(0, 60)}</code>}
      <span>{t("console.hunt.fault", { column: fault.column })} {fault.detail}{fault.hint ? ` — ${fault.hint}` : ""}</span>
    </div>
  );
}

/** The query, completed from the fields and values that are there; what is wrong with it stands below as it is typed. */
export function QueryBox({ query, names, rows, onAsk, input }: {
  query: string; names: string[]; rows: Event[]; onAsk: (query: string) => void; input: RefObject<HTMLInputElement | null>;
}) {
  useLang();
  const id = useId();
  const [typed, setTyped] = useState(query);
  const [word, setWord] = useState<Word | null>(null);
  const [at, setAt] = useState(-1);
  const caret = useRef<number | null>(null);
  useEffect(() => setTyped(query), [query]);
  const fault = useFault(typed);
  const offers = useMemo(() => offersFor(word, names, rows), [word, names, rows]);
  useEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const look = () => {
    const box = input.current;
    if (!box || box.selectionStart !== box.selectionEnd) return setWord(null);
    setWord(wordAt(box.value, box.selectionStart ?? 0));
  };
  const take = (offer: Offer) => {
    if (!word) return;
    const next = typed.slice(0, word.from) + offer.put + typed.slice(word.to).replace(/^\s/, offer.put.endsWith(" ") ? "" : "$&");
    setTyped(next);
    caret.current = word.from + offer.put.length;
    setAt(-1);
    setWord(offer.put.endsWith(":") ? { from: caret.current, to: caret.current, name: offer.says, value: "" } : null);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offers.length > 0) {
      event.preventDefault();
      setAt((at + step + offers.length + (at < 0 && step < 0 ? 1 : 0)) % offers.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0 && offers[at]) {
      event.preventDefault();
      take(offers[at]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      setWord(null);
      onAsk(typed.trim());
    } else if (event.key === "Escape") {
      if (offers.length > 0) { setWord(null); setAt(-1); }
      else event.currentTarget.blur();
    }
  };
  const open = offers.length > 0;
  return (
    <div className="query-box grow">
      <div className="search">
        <Icon name="search" />
        <input ref={input} className="input mono" type="text" spellCheck={false} autoComplete="off" autoCapitalize="off" role="combobox" aria-autocomplete="list" aria-expanded={open} aria-controls={`${id}-list`}
          aria-activedescendant={open && at >= 0 ? `${id}-${at}` : undefined} aria-label={t("console.hunt.query")} placeholder={t("console.hunt.query.hint")}
          {...(fault ? { "aria-invalid": true, "aria-describedby": `${id}-fault` } : {})}
          value={typed} onChange={(event) => { setTyped(event.target.value); setAt(-1); setTimeout(look, 0); }} onKeyDown={press} onClick={look} onBlur={() => setTimeout(() => setWord(null), 150)} />
        <div className="offers" id={`${id}-list`} role="listbox" aria-label={t("console.hunt.offers")} hidden={!open}>
          {offers.map((offer, i) => (
            <div key={offer.says} id={`${id}-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => { event.preventDefault(); take(offer); }}>
              <code className="grow cut">{textOf(offer.says)}</code>
              <span className="quiet">{word?.value === undefined ? t(`console.hunt.offer.${offer.note}`) : offer.note}</span>
            </div>
          ))}
        </div>
      </div>
      {fault && <FaultLine query={typed} fault={fault} id={`${id}-fault`} />}
    </div>
  );
}
