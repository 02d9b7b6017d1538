// The keyboard: what a page says it does with a key, in one list that "?" shows.
import { useEffect, useRef } from "react";
import { t } from "./text";

export type Binding = { keys: string; says: string; run: (event: KeyboardEvent) => void; off?: boolean };

const layers: { current: Binding[] }[] = [];
let started = "";
let startedAt = 0;

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element?.closest?.("input:not([type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable=true], .cm-editor");
}

/** "g q", "Enter", "mod+k", "shift+J" or "?". */
function named(event: KeyboardEvent): string {
  const key = event.key;
  if (event.ctrlKey || event.metaKey) return `mod+${key.toLowerCase()}`;
  return key;
}

let drawn = true;

/** Is what the key held down did last not on the screen yet? Then it waits: whoever lets it go is where they see. */
function waitsForScreen(event: KeyboardEvent): boolean {
  if (!event.repeat) return false;
  if (!drawn) return true;
  drawn = false;
  requestAnimationFrame(() => setTimeout(() => (drawn = true)));
  return false;
}

function press(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = named(event);
  const modal = document.querySelector("dialog[open]");
  if (!key.startsWith("mod+") && key !== "Escape" && typing(event.target)) return;
  if (waitsForScreen(event)) {
    if (layers.some((layer) => layer.current.some((b) => !b.off && b.keys === key))) event.preventDefault();
    return;
  }
  const sequence = started && Date.now() - startedAt < 1200 ? `${started} ${key}` : "";
  started = "";
  // The last layer is the innermost: a dialog before its page, a page before the frame.
  for (const layer of [...layers].reverse()) {
    if (modal && !layer.current.some((b) => b.keys.startsWith("mod+"))) continue;
    const found = layer.current.find((b) => !b.off && (b.keys === sequence || b.keys === key));
    if (found) {
      if (modal && !found.keys.startsWith("mod+")) continue;
      // Enter on a button or link is that button's own.
      if (key === "Enter" && (event.target as HTMLElement | null)?.closest?.("button, a, summary")) return;
      event.preventDefault();
      found.run(event);
      return;
    }
  }
  if (!modal && layers.some((layer) => layer.current.some((b) => b.keys.startsWith(`${key} `)))) {
    started = key;
    startedAt = Date.now();
  }
}
addEventListener("keydown", press);

/** These keys do this while the component is there. */
export function useKeys(bindings: Binding[]) {
  const layer = useRef(bindings);
  layer.current = bindings;
  useEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

/** The keys of a list: j, k and the arrows step to its next row or to the one before. */
export function stepKeys(step: (by: 1 | -1) => void): Binding[] {
  return [
    { keys: "j", says: t("console.keys.next"), run: () => step(1) },
    { keys: "k", says: t("console.keys.previous"), run: () => step(-1) },
    { keys: "ArrowDown", says: "", run: () => step(1) },
    { keys: "ArrowUp", says: "", run: () => step(-1) },
  ];
}

/** What may be pressed now, innermost first. */
export function activeKeys(): Binding[] {
  const seen = new Set<string>();
  const out: Binding[] = [];
  for (const layer of [...layers].reverse())
    for (const binding of layer.current)
      if (!binding.off && binding.says && !seen.has(binding.keys)) {
        seen.add(binding.keys);
        out.push(binding);
      }
  return out;
}
