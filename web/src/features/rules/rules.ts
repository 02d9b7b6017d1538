// The rules in force, and what their tags and sources are called.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { hasText, t } from "@/lib/text";

export type Rule = Schemas["Rule"];
export type RuleFault = Schemas["RuleFault"];
const page_rules = 1000;

/** Every rule in force; a large set comes page by page. */
export function useRules() {
  const query = useInfiniteQuery({
    queryKey: ["rules"],
    initialPageParam: 0,
    staleTime: 60_000,
    queryFn: ({ pageParam, signal }) => call("listRules", { query: { limit: page_rules, offset: pageParam }, signal }),
    getNextPageParam: (last, all) => {
      const have = all.reduce((sum, page) => sum + page.rules.length, 0);
      return last.rules.length > 0 && have < last.total ? have : undefined;
    },
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rules = useMemo(() => (query.data?.pages ?? []).flatMap((page) => page.rules), [query.data]);
  return { query, rules, total: query.data?.pages[0]?.total };
}

/** "windows / process_creation"; of a correlation what it counts. */
export function sourceOf(rule: Rule): string {
  if (rule.correlation) return rule.correlation.type;
  return [rule.logsource.product, rule.logsource.category, rule.logsource.service].filter(Boolean).join(" / ");
}

/** "T1059.001" of "attack.t1059.001"; "" of any other tag. */
export function techniqueOf(tag: string): string {
  return /^attack\.t\d{4}(\.\d{3})?$/i.test(tag) ? tag.slice(7).toUpperCase() : "";
}

/** What the technique is called, where we know it; ids and names are ATT&CK's. */
export function nameOf(id: string): string {
  const key = `console.attack.name.${id.toLowerCase()}`;
  return hasText(key) ? t(key) : "";
}

export function techniquesOf(rule: Rule): string[] {
  return rule.tags.map(techniqueOf).filter(Boolean);
}

/** A technique itself, or one below it. */
export function within(technique: string, wanted: string): boolean {
  return technique === wanted || technique.startsWith(`${wanted}.`);
}

/** The tactics in the order of an attack. */
export const tactics = ["reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "defense-evasion",
  "credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact"] as const;

export function fresh(title: string): string {
  return `title: ${title}
id: ${crypto.randomUUID?.() ?? "00000000-0000-4000-8000-000000000000"}
status: experimental
description: ""
date: ${new Date().toISOString().slice(0, 10)}
tags:
  - attack.execution
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains: example
  condition: selection
falsepositives:
  - unknown
level: medium
`;
}
