// Reviews of closed work as the pages ask for them.
import { useQuery } from "@tanstack/react-query";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { choiceTitle, namedTitle, useCriteria, useType } from "@/lib/records";
import { t } from "@/lib/text";

export type Review = Schemas["Record_quality_review"];
export const reviews_max = 200; // the newest; the register has all of them

export const kinds = ["alerts", "incidents", "reports", "deep_analysis"] as const;
const type_of: Record<string, { type: string; field: string }> = {
  alerts: { type: "alert", field: "verdict" },
  incidents: { type: "incident", field: "class" },
  reports: { type: "analysis_report", field: "leak" },
  deep_analysis: { type: "network_examination", field: "verdict" },
};
const said_of: Record<string, string[]> = { alerts: ["true_positive", "false_positive", "benign"], reports: ["none", "suspected", "confirmed", "unknown"], deep_analysis: ["attack", "no_attack", "undetermined"] };

export function useReviews() {
  return useQuery({
    queryKey: ["quality", "reviews"],
    queryFn: async ({ signal }) => {
      const page = await call("listQualityReviews", { query: { limit: reviews_max, count: true }, signal });
      return { reviews: page.records as Review[], total: page.total ?? page.records.length };
    },
  });
}

/** What may be said of an item of the kind, and how people call it. */
export function useVerdicts(kind: string): { ids: string[]; title: (id: string) => string } {
  const about = type_of[kind];
  const type = useType(about?.type ?? "alert");
  const criteria = useCriteria();
  if (kind === "incidents")
    return {
      ids: [...(criteria?.classes.map((one) => one.id) ?? []), "not_incident"],
      title: (id) => (id === "not_incident" ? t("console.quality.not_incident") : namedTitle(criteria?.classes, id)),
    };
  return { ids: said_of[kind] ?? [], title: (id) => choiceTitle(type, about?.field ?? "", id) || id };
}

/** "0.62"; kappa has two places, whatever the language. */
export const two = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(2));
export const percent = (value: number | undefined) => (value === undefined ? "–" : `${Math.round(value * 100)}%`);
