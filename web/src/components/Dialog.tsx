import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { t, useLang } from "@/lib/text";
import { Button } from "./Button";
import { Refusal } from "./Empty";

/** A modal sheet; Escape and its cross close it, focus goes back to where it was. */
export function Dialog({ title, children, onClose, foot, wide, className, bare }: {
  title: string; children: ReactNode; onClose: () => void; foot?: ReactNode; wide?: boolean; className?: string; bare?: boolean;
}) {
  useLang();
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return (
    <dialog ref={box} className={["dialog", wide && "wide", className].filter(Boolean).join(" ")} {...(bare ? { "aria-label": title } : { "aria-labelledby": id })}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onMouseDown={(event) => event.target === event.currentTarget && onClose()}>
      {bare ? children : (
        <div className="sheet">
          <header>
            <h2 id={id}>{title}</h2>
            <span className="end" />
            <Button look="plain" small icon="close" label={t("console.close")} onClick={onClose} />
          </header>
          <div className="inside">{children}</div>
          {foot && <footer>{foot}</footer>}
        </div>
      )}
    </dialog>
  );
}

/** A sheet that asks and sends; what is refused stands in it, nothing that was typed is lost. */
export function AskDialog({ title, says, danger, children, onClose, onSend, wide }: {
  title: string; says: string; danger?: boolean; children: ReactNode; onClose: () => void;
  onSend: () => Promise<unknown>; wide?: boolean;
}) {
  useLang();
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    box.current?.querySelector<HTMLElement>(".inside :is(input, textarea, select), footer [type=submit]")?.focus();
    return () => before?.focus?.();
  }, []);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await onSend();
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <dialog ref={box} className={wide ? "dialog wide" : "dialog"} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <form onSubmit={send} onKeyDown={(event) => event.key === "Enter" && (event.metaKey || event.ctrlKey) && void send(event)}>
        <header>
          <h2 id={id}>{title}</h2>
          <span className="end" />
          <Button look="plain" small icon="close" label={t("console.close")} onClick={onClose} />
        </header>
        <div className="inside">
          {children}
          {error !== null && <Refusal error={error} />}
        </div>
        <footer>
          <Button onClick={onClose}>{t("console.cancel")}</Button>
          <Button type="submit" look={danger ? "danger" : "primary"} disabled={busy} hint="⌃↵">{says}</Button>
        </footer>
      </form>
    </dialog>
  );
}
