// A table that draws only the rows that are seen: the same at ten rows and at a hundred thousand.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useStore } from "@/lib/store";
import { t, useLang } from "@/lib/text";
import { zone } from "@/lib/time";

export type Column<Row> = {
  id: string;
  title: string;
  width: string; // of a CSS grid track: "90px", "minmax(180px, 2fr)"
  right?: boolean;
  sort?: string; // the field that the server sorts by
  cell: (row: Row) => ReactNode;
};

type Props<Row> = {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  at?: string | undefined; // the key of the row that is selected
  onSelect?: (row: Row) => void;
  onOpen?: (row: Row) => void;
  onEnd?: (() => void) | undefined; // the last rows come into sight: more are wanted
  total?: number | undefined;
  sort?: { by: string; order: "asc" | "desc" } | undefined;
  onSort?: (by: string) => void;
  rowClass?: (row: Row) => string;
  rowHeight?: number;
  compact?: ((row: Row) => ReactNode) | undefined; // one cell instead of the columns, for narrow places
};

type RowProps<Row> = {
  row: Row; id: string; index: number; start: number; height: number; tracks: string; taken: boolean; looks: string;
  columns: Column<Row>[]; compact: ((row: Row) => ReactNode) | undefined; onSelect: (row: Row) => void; onOpen: (row: Row) => void;
};

/** Drawn again only when something of its own changed, or the language or the zone of its cells. */
const GridRow = memo(function GridRow<Row>({ row, id, index, start, height, tracks, taken, looks, columns, compact, onSelect, onOpen }: RowProps<Row>) {
  useLang();
  useStore(zone);
  return (
    <div id={`row-${id}`} role="row" aria-rowindex={index + 1} aria-selected={taken} className={`row ${looks}`}
      style={{ transform: `translateY(${start}px)`, gridTemplateColumns: tracks, height }}
      onClick={() => onSelect(row)} onDoubleClick={() => onOpen(row)}>
      {compact ? <div role="gridcell">{compact(row)}</div> : columns.map((column) => (
        <div key={column.id} role="gridcell" className={column.right ? "right" : ""}>{column.cell(row)}</div>
      ))}
    </div>
  );
}) as <Row>(props: RowProps<Row>) => ReactNode;

/** The arrows walk the headings that sort; Enter and Space sort. */
function alongHead(event: KeyboardEvent<HTMLElement>) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const next = all[all.indexOf(document.activeElement as HTMLElement) + step];
  next?.focus();
  event.preventDefault();
}

export function Grid<Row>({ label, columns, rows, keyOf, at, onSelect, onOpen, onEnd, total, sort, onSort, rowClass, rowHeight = 36, compact }: Props<Row>) {
  useLang();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12, scrollPaddingStart: 34 });
  const items = virtual.getVirtualItems();
  const lastSeen = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (onEnd && rows.length > 0 && lastSeen >= rows.length - 40) onEnd();
  }, [lastSeen, rows.length, onEnd]);
  const measured = useRef(rowHeight);
  useEffect(() => {
    if (measured.current !== rowHeight) virtual.measure();
    measured.current = rowHeight;
  }, [rowHeight, virtual]);
  const told = useRef({ onSelect, onOpen });
  told.current = { onSelect, onOpen };
  const select = useCallback((row: Row) => told.current.onSelect?.(row), []);
  const open = useCallback((row: Row) => told.current.onOpen?.(row), []);
  const index = at === undefined ? -1 : rows.findIndex((row) => keyOf(row) === at);
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
  }, [index, virtual]);
  // One stop for Tab: the column that is sorted by, or the first that can be.
  const stop = onSort && (columns.find((column) => column.sort && column.sort === sort?.by) ?? columns.find((column) => column.sort));
  const tracks = compact ? "minmax(0, 1fr)" : columns.map((c) => c.width).join(" ");
  return (
    <div ref={box} className="grid" role="grid" aria-label={label} aria-rowcount={total ?? rows.length} tabIndex={0}
      aria-activedescendant={index >= 0 ? `row-${at}` : undefined}>
      {!compact && (
        <div role="rowgroup">
          <div className="head" role="row" style={{ gridTemplateColumns: tracks }} onKeyDown={alongHead}>
            {columns.map((column) => (
              <div key={column.id} role="columnheader" className={column.right ? "right" : ""}
                aria-sort={sort && column.sort === sort.by ? (sort.order === "asc" ? "ascending" : "descending") : undefined}>
                {column.sort && onSort ? (
                  <button type="button" tabIndex={column === stop ? 0 : -1} onClick={() => onSort(column.sort!)}>
                    {column.title}
                    {sort?.by === column.sort && <span aria-hidden="true">{sort.order === "asc" ? "↑" : "↓"}</span>}
                  </button>
                ) : column.title || <span className="visually-hidden">{t("console.grid.mark")}</span>}
              </div>
            ))}
          </div>
        </div>
      )}
      <div className="body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index]!;
          const key = keyOf(row);
          return (
            <GridRow key={key} row={row} id={key} index={item.index} start={item.start} height={rowHeight} tracks={tracks} taken={key === at}
              looks={rowClass?.(row) ?? ""} columns={columns} compact={compact} onSelect={select} onOpen={open} />
          );
        })}
      </div>
    </div>
  );
}
