import { dropToast, toasts } from "@/lib/acts";
import { useKeys } from "@/lib/keys";
import { usePath } from "@/lib/place";
import { useStore } from "@/lib/store";
import { t, useLang } from "@/lib/text";
import { Button } from "./Button";
import { Link } from "./Link";

export function Toasts() {
  useLang();
  const path = usePath();
  const all = useStore(toasts).filter((toast) => toast.link?.to !== path); // it is here already
  const undoable = [...all].reverse().find((toast) => toast.undo);
  useKeys([{ keys: "z", says: t("console.keys.undo"), off: !undoable, run: () => undoable?.undo?.() }]);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map((toast) => (
        <div key={toast.id} className={`toast ${toast.tone}`}>
          <div className="grow">
            <div>{toast.text}</div>
            {toast.detail && <div className="quiet">{toast.detail}</div>}
          </div>
          {toast.link && <Link className="button small" to={toast.link.to} onClick={() => dropToast(toast.id)}>{toast.link.says}</Link>}
          {toast.undo && <Button small hint="Z" onClick={toast.undo}>{t("console.undo")}</Button>}
          <Button look="plain" small icon="close" label={t("console.close")} onClick={() => dropToast(toast.id)} />
        </div>
      ))}
    </div>
  );
}
