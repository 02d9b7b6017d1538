import { Button } from "@/components/Button";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go } from "@/lib/place";
import { t, useLang } from "@/lib/text";
import { useAlertActs } from "./acts";
import { AlertView } from "./AlertView";
import { useAlert } from "./alerts";
import "./triage.css";

export default function AlertPage({ params }: PageProps) {
  useLang();
  const id = params.id ?? "";
  const alert = useAlert(id);
  const acts = useAlertActs(alert.data);
  const back = () => (history.length > 1 ? history.back() : go("/queue"));
  useKeys([
    { keys: "a", says: t("console.alert.act.acknowledge"), run: acts.acknowledge, off: !acts.can.acknowledge },
    { keys: "e", says: t("console.alert.act.escalate"), run: acts.escalate, off: !acts.can.escalate },
    { keys: "d", says: t("console.alert.act.dismiss"), run: acts.dismiss, off: !acts.can.dismiss },
    { keys: "c", says: t("console.alert.act.comment"), run: acts.comment, off: !acts.can.comment },
    { keys: "m", says: t("console.alert.act.assign"), run: acts.assign, off: !acts.can.assign },
    { keys: "i", says: t("console.keys.incident"), run: () => go(`/incidents/${alert.data?.body.incident}`), off: !alert.data?.body.incident },
    { keys: "Escape", says: t("console.keys.back"), run: back },
  ]);
  return (
    <>
      <div className="page-head"><Button small look="plain" icon="left" onClick={back}>{t("console.queue.title")}</Button></div>
      <div className="page-body"><div className="alert-page"><AlertView id={id} acts={acts} wide /></div></div>
      {acts.dialog}
    </>
  );
}
