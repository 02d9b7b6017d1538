import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

export type MenuItem = { says: string; icon?: IconName; run?: () => void; checked?: boolean; off?: boolean } | "line";

/** A button that opens a list of acts; arrows walk it, Escape closes it. */
export function Menu({ button, items, up }: {
  button: (open: { "aria-haspopup": "menu"; "aria-expanded": boolean; onClick: () => void }) => ReactNode; items: MenuItem[]; up?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus();
    const outside = (event: PointerEvent) => !box.current?.contains(event.target as Node) && setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>("button")?.focus();
  };
  const walk = (event: KeyboardEvent) => {
    if (!open) return;
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      event.preventDefault();
      close();
    }
  };
  return (
    <div className="menu" ref={box} onKeyDown={walk}>
      {button({ "aria-haspopup": "menu", "aria-expanded": open, onClick: () => setOpen(!open) })}
      {open && (
        <div role="menu" className={up ? "up" : ""}>
          {items.map((item, i) => item === "line" ? <hr key={i} /> : (
            <button key={i} type="button" tabIndex={-1} disabled={item.off} onClick={() => { close(); item.run?.(); }}
              {...(item.checked === undefined ? { role: "menuitem" } : { role: "menuitemradio", "aria-checked": item.checked })}>
              {item.icon && <Icon name={item.icon} />}
              <span className="grow">{item.says}</span>
              {item.checked && <Icon name="check" />}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
