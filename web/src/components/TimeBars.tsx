// Counts over time as bars. A part is taken by dragging over it, or by the arrow keys: Shift widens, Enter takes.
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { number, t, useLang } from "@/lib/text";
import { clock, zone } from "@/lib/time";

export type TimeBar = { start: string; count: number };
type Part = { from: number; to: number }; // bars, both included
const height = 96;
const foot = 18;

/** The width of the element that takes the ref, as it is now. */
export function useWidth<E extends HTMLElement>(): [(element: E | null) => void, number] {
  const [element, setElement] = useState<E | null>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element) return;
    setWidth(element.clientWidth);
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return [setElement, width];
}

export function TimeBars({ bars, until, label, onTake }: { bars: TimeBar[]; until: string; label: string; onTake?: (from: string, until: string) => void }) {
  useLang();
  const [box, width] = useWidth<HTMLDivElement>();
  const [part, setPart] = useState<Part | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const pressed = useRef<number | null>(null);
  useEffect(() => setPart(null), [bars]);
  const n = bars.length;
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const step = n ? width / n : 0;
  const first = n ? new Date(bars[0]!.start).getTime() : 0;
  const end = new Date(until).getTime();
  const days = end - first > 36 * 3_600_000;
  const startOf = (i: number) => (i >= n ? until : bars[i]!.start);
  const said = (iso: string) => clock(new Date(iso), zone.get(), !days);
  const at = (event: PointerEvent<HTMLDivElement>) => Math.max(0, Math.min(n - 1, Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left) / step)));
  const widen = (a: number, b: number): Part => ({ from: Math.min(a, b), to: Math.max(a, b) });
  const take = (taken: Part | null) => taken && onTake?.(startOf(taken.from), startOf(taken.to + 1));
  const walk = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
      const clamp = (i: number) => Math.max(0, Math.min(n - 1, i));
      if (!part) setPart({ from: by > 0 ? 0 : n - 1, to: by > 0 ? 0 : n - 1 });
      else if (event.shiftKey) setPart(by > 0 ? { ...part, to: clamp(part.to + 1) } : { ...part, to: Math.max(part.from, part.to - 1) });
      else setPart({ from: clamp(part.from + by), to: clamp(part.from + by) });
    } else if (event.key === "Enter" && part) {
      event.preventDefault();
      event.stopPropagation();
      take(part);
    } else if (event.key === "Escape" && part) {
      event.stopPropagation();
      setPart(null);
    }
  };
  const shown = part ?? (over === null ? null : { from: over, to: over });
  const within = shown ? bars.slice(shown.from, shown.to + 1).reduce((sum, bar) => sum + bar.count, 0) : 0;
  const tells = shown ? t("console.bars.part", { from: said(startOf(shown.from)), until: said(startOf(shown.to + 1)), n: number(within) }) : "";
  const marks = width > 0 ? Math.max(2, Math.floor(width / 170)) : 0;
  return (
    <div className="time-bars">
      <div ref={box} className={onTake ? "time-bars-area brushed" : "time-bars-area"} tabIndex={onTake ? 0 : undefined} role={onTake ? "application" : "img"} aria-label={onTake ? `${label}. ${t("console.bars.keys")}` : label}
        onKeyDown={onTake ? walk : undefined}
        onPointerDown={(event) => { if (!onTake || event.button !== 0 || !n) return; pressed.current = at(event); setPart(widen(pressed.current, pressed.current)); event.currentTarget.setPointerCapture(event.pointerId); }}
        onPointerMove={(event) => { if (!n) return; const here = at(event); setOver(here); if (pressed.current !== null) setPart(widen(pressed.current, here)); }}
        onPointerUp={() => { if (pressed.current === null) return; pressed.current = null; take(part); }}
        onPointerLeave={() => setOver(null)}>
        <svg className="drawing" width={Math.max(1, width)} height={height + foot} aria-hidden="true">
          {[0.5, 1].map((share) => <line key={share} className="bars-rule" x1={0} x2={width} y1={height - share * (height - 12)} y2={height - share * (height - 12)} />)}
          {shown && <rect className="bars-part" x={shown.from * step} width={(shown.to - shown.from + 1) * step} y={0} height={height} />}
          {bars.map((bar, i) => {
            const tall = bar.count === 0 ? 0 : Math.max(2, (bar.count / most) * (height - 12));
            return tall > 0 && <rect key={i} className="bars-bar" x={i * step + 0.5} width={Math.max(1, step - 1)} y={height - tall} height={tall} rx={1} />;
          })}
          <line className="bars-foot" x1={0} x2={width} y1={height} y2={height} />
          <text className="bars-text" x={width - 4} y={10} textAnchor="end">{number(most)}</text>
          {n > 0 && Array.from({ length: marks }, (_, i) => {
            const x = (i * width) / marks;
            return <text key={i} className="bars-text" x={x + 2} y={height + 13}>{clock(new Date(first + ((end - first) * i) / marks), zone.get(), false).slice(days ? 5 : 11)}</text>;
          })}
        </svg>
      </div>
      <p className="quiet bars-tells" aria-live="polite">{tells || "\u00a0"}</p>
    </div>
  );
}
