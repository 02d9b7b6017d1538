import { useId, type KeyboardEvent, type ReactNode } from "react";

export type Tab = { id: string; says: string; count?: number | undefined };

function walk(event: KeyboardEvent<HTMLElement>) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const next = all[(all.indexOf(document.activeElement as HTMLElement) + step + all.length) % all.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}

/** Tabs with their panel below; the arrows walk them. */
export function Tabs({ tabs, at, onChange, label, children, look = "tabs" }: {
  tabs: Tab[]; at: string; onChange: (id: string) => void; label: string; children?: ReactNode; look?: "tabs" | "choices";
}) {
  const id = useId();
  return (
    <>
      <div role="tablist" aria-label={label} className={look} onKeyDown={walk}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" id={`${id}-${tab.id}`} aria-selected={tab.id === at} tabIndex={tab.id === at ? 0 : -1}
            {...(children ? { "aria-controls": `${id}-panel` } : {})} onClick={() => onChange(tab.id)}>
            {tab.says}
            {tab.count !== undefined && <span className="count">{tab.count}</span>}
          </button>
        ))}
      </div>
      {children && <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${at}`}>{children}</div>}
    </>
  );
}
