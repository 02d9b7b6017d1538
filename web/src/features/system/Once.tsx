import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { t, useLang } from "@/lib/text";

/** A secret that is shown this once: it goes only when somebody says that it is kept. */
export function Once({ title, says, lines, onClose }: { title: string; says: string; lines: string[]; onClose: () => void }) {
  useLang();
  const [kept, setKept] = useState(false);
  const [copied, setCopied] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const text = lines.join("\n");
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  };
  return (
    <Dialog title={title} onClose={() => kept && onClose()} foot={
      <>
        <label className="check grow"><input ref={box} type="checkbox" checked={kept} onChange={(event) => setKept(event.target.checked)} />{t("console.once.kept")}</label>
        <Button look="primary" disabled={!kept} onClick={onClose}>{t("console.once.done")}</Button>
      </>
    }>
      <p>{says}</p>
      <pre className="once" tabIndex={0} aria-label={title}>{text}</pre>
      <div className="line"><Button icon="copy" onClick={() => void copy()}>{copied ? t("console.once.copied") : t("console.once.copy")}</Button></div>
    </Dialog>
  );
}
