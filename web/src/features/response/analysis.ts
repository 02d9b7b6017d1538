/** The fields of the analysis, in the order in which a case is understood. */
export const analysis_prose = ["summary", "picture", "cause", "leak", "direct_impact", "indirect_impact"] as const;
export const analysis_times = ["occurred_at", "detected_at", "contained_at", "recovered_at"] as const;
export type AnalysisField = (typeof analysis_prose)[number] | (typeof analysis_times)[number] | "title" | "direct_cost";
