import { useQuery } from "@tanstack/react-query";
import { Refusal, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import { number, t, useLang } from "@/lib/text";

/** Whether the rule stands its samples, and whether it can fire on what arrives. */
export function Standing({ id }: { id: string }) {
  useLang();
  const found = useQuery({ queryKey: ["rule", id, "standing"], retry: false, staleTime: 60_000, queryFn: ({ signal }) => call("getRuleStanding", { path: { id }, signal }) });
  const now = found.data;
  return (
    <section className="panel">
      <header><h2>{t("console.rules.standing")}</h2></header>
      <div className="inside stack">
        {found.isPending ? <Skeleton lines={4} /> : found.isError || !now ? <Refusal error={found.error} again={() => void found.refetch()} /> : (
          <>
            <div className={`notice ${now.coverage === "can_fire" ? "good" : "warn"}`}>
              <Icon name={now.coverage === "can_fire" ? "check" : "warn"} />
              <div className="grow stack tight">
                <b>{t(`console.rules.coverage.${now.coverage}`)}</b>
                {now.missing_fields.length > 0 && <span>{t("console.rules.coverage.fields", { fields: now.missing_fields.join(", ") })}</span>}
                {now.needs && <code className="hostile">{now.needs}</code>}
                <span className="quiet">{t("console.rules.coverage.events", { n: number(now.events) })} <Time at={now.seen_since} /></span>
              </div>
            </div>
            <div className={`notice ${now.tested ? "good" : "warn"}`}>
              <Icon name={now.tested ? "check" : "warn"} />
              <div className="grow stack tight">
                <b>{now.cases === 0 ? t("console.rules.samples.none") : now.cases_failed > 0 ? t("console.rules.samples.failed", { n: now.cases_failed, all: now.cases }) : t("console.rules.samples.stood", { all: now.cases })}</b>
                {now.failures.length > 0 && <ul>{now.failures.map((one, i) => <li key={i} className="hostile">{one}</li>)}</ul>}
                {now.samples && <code className="hostile">{now.samples}</code>}
              </div>
            </div>
          </>
        )}
      </div>
    </section>
  );
}
