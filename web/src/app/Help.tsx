import { useState } from "react";
import { Dialog } from "@/components/Dialog";
import { activeKeys } from "@/lib/keys";
import { t, useLang } from "@/lib/text";

/** The keys that do something here. */
export function Help({ onClose }: { onClose: () => void }) {
  useLang();
  const [keys] = useState(activeKeys);
  return (
    <Dialog title={t("console.help.title")} onClose={onClose}>
      <dl className="facts">
        {keys.map((binding) => (
          <div key={binding.keys} style={{ display: "contents" }}>
            <dt>{binding.keys.split(" ").map((key, i) => <kbd key={i} style={{ marginRight: 3 }}>{key.replace("mod+", "⌃")}</kbd>)}</dt>
            <dd>{binding.says}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
