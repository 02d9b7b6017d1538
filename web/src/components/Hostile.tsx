// Text from a log: hostile until shown. Controls, bidi marks and escape codes are made visible, length is bounded.
import { useState, type ReactNode } from "react";
import { number, t, useLang } from "@/lib/text";

const shown_chars_max = 4000;
// C0 and C1 controls but tab and line feed, bidi controls, zero-width and other invisible characters.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

function code(char: string): string {
  return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The text with what can't be seen as small tags. */
export function visible(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(invisible)) {
    if (match.index > from) out.push(text.slice(from, match.index));
    out.push(<span key={match.index} className="control" title={code(match[0])}>{code(match[0])}</span>);
    from = match.index + match[0].length;
  }
  out.push(text.slice(from));
  return out;
}

function marked(text: string, values: string[]): ReactNode[] {
  const wanted = values.filter((value) => value.length > 1).sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return visible(text);
  const pattern = new RegExp(wanted.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gi");
  const out: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) out.push(...keyed(visible(text.slice(from, match.index)), from));
    out.push(<mark key={`m${match.index}`}>{visible(match[0])}</mark>);
    from = match.index + match[0].length;
  }
  out.push(...keyed(visible(text.slice(from)), from));
  return out;
}

function keyed(nodes: ReactNode[], at: number): ReactNode[] {
  return nodes.map((node, i) => (typeof node === "string" ? node : <span key={`c${at}-${i}`}>{node}</span>));
}

/** A value of an event. `marks`: the parts that a rule met. */
export function Hostile({ text, marks = [] }: { text: string; marks?: string[] }) {
  useLang();
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > shown_chars_max;
  return (
    <span className="hostile">
      {marked(cut ? text.slice(0, shown_chars_max) : text.slice(0, 200_000), marks)}
      {cut && <button type="button" className="button small" onClick={() => setWhole(true)}>{t("console.hostile.more", { n: number(text.length) })}</button>}
    </span>
  );
}
