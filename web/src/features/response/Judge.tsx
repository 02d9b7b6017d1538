import { useState } from "react";
import { AskDialog } from "@/components/Dialog";
import { ChoiceField, ProseField } from "@/components/Field";
import { call } from "@/lib/call";
import { titleOf } from "@/lib/text";
import { useCriteria } from "@/lib/records";
import { t, useLang } from "@/lib/text";
import type { Case } from "./incidents";

/** Class and priority: what the criteria say of the three aspects, or against them with a reason. */
export function Judge({ of, onClose }: { of: Case; onClose: () => void }) {
  useLang();
  const criteria = useCriteria();
  const body = of.incident.body;
  const [given, setGiven] = useState({ attack_type: body.attack_type ?? "", progress: body.progress ?? "", importance: body.importance ?? "", class: "", priority: "", reason: "" });
  const put = (name: keyof typeof given) => (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value });
  const axes = { attack_type: criteria?.attack_types, progress: criteria?.progress, importance: criteria?.importance };
  return (
    <AskDialog wide title={`${t("console.incident.act.judge")} · ${of.incident.id}`} says={t("console.save")} onClose={onClose} onSend={async () => {
      const { priority, ...rest } = given;
      const asked = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
      of.put(await call("judgeIncident", { path: { id: of.incident.id }, body: { ...asked, ...(priority ? { priority: Number(priority) } : {}) } }));
    }}>
      <p className="soft">{t("console.incident.judge.says")}</p>
      <div className="three-up">
        {(Object.keys(axes) as (keyof typeof axes)[]).map((axis) => (
          <ChoiceField key={axis} label={t(`console.alert.${axis}`)} value={given[axis]} onChange={put(axis)}>
            <option value="">–</option>
            {axes[axis]?.map((one) => <option key={one.id} value={one.id}>{titleOf(one)}</option>)}
          </ChoiceField>
        ))}
      </div>
      <div className="two-up">
        <ChoiceField label={t("console.incident.class")} value={given.class} onChange={put("class")}>
          <option value="">{t("console.incident.judge.by_criteria")}</option>
          {criteria?.classes.map((one) => <option key={one.id} value={one.id}>{titleOf(one)}</option>)}
        </ChoiceField>
        <ChoiceField label={t("console.incident.priority")} value={given.priority} onChange={put("priority")}>
          <option value="">{t("console.incident.judge.by_criteria")}</option>
          {[1, 2, 3, 4, 5].map((n) => <option key={n} value={n}>P{n}</option>)}
        </ChoiceField>
      </div>
      <ProseField label={t("console.incident.reason")} help={t("console.incident.judge.reason.help")} value={given.reason} onChange={put("reason")} must={!!given.class} />
    </AskDialog>
  );
}
