// What the API tells of the 54 roles, and in which order the board groups them.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { call, type Answer } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { useLive } from "@/lib/live";
import { functions } from "@/lib/records";
import { lang, t } from "@/lib/text";

export type Role = Schemas["Role"];
export type RolePage = Schemas["RolePage"];
export type Sourcing = Answer<"getSourcing">;
export type Standing = NonNullable<Role["pulse"]>["standing"];

export const standings: Standing[] = ["missing", "in_name_only", "without_owner", "slowing", "alive", "not_performed"];
export const tones: Record<Standing, string> = { alive: "good", slowing: "medium", in_name_only: "high", without_owner: "high", missing: "critical", not_performed: "outline" };
const fresh_ms = 20_000;

/** The language's half of title_ja and title_en. */
export function titled(one: { title_ja: string; title_en: string }): string {
  return lang.get() === "ja" ? one.title_ja : one.title_en;
}

export function useRoles() {
  const client = useQueryClient();
  const told = useRef(0);
  // Any act of a person may be a deed of a role: looked at anew, but not for every fact.
  useLive(() => {
    if (Date.now() - told.current < fresh_ms) return;
    told.current = Date.now();
    void client.invalidateQueries({ queryKey: ["roles"] });
  });
  return useQuery({ queryKey: ["roles"], queryFn: ({ signal }) => call("listRoles", { signal }), staleTime: fresh_ms });
}

export function useRole(id: string) {
  return useQuery({ queryKey: ["roles", id], queryFn: ({ signal }) => call("getRole", { path: { id }, signal }), placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined), staleTime: fresh_ms });
}

export function useSourcing(target: string) {
  return useQuery({ queryKey: ["roles", "sourcing", target], queryFn: ({ signal }) => call("getSourcing", { query: target ? { target: Number(target) } : {}, signal }), placeholderData: keepPreviousData, staleTime: fresh_ms });
}

export const groupings = ["function", "team", "area"] as const;
export type Grouping = (typeof groupings)[number];
export type RoleGroup = { id: string; says: string; roles: Role[] };

/** The roles in their groups; one of several teams stands in each of them. */
export function grouped(roles: Role[], by: Grouping, areas: Sourcing["areas"]): RoleGroup[] {
  if (by === "function") return functions.map((letter) => ({ id: letter, says: t(`console.function.${letter.toLowerCase()}`), roles: roles.filter((role) => role.function === letter) }));
  if (by === "area") {
    const known = areas.map((area) => ({ id: area.id, says: titled(area), roles: roles.filter((role) => role.area === area.id) }));
    return [...known, { id: "", says: t("console.organisation.every_area"), roles: roles.filter((role) => !areas.some((area) => area.id === role.area)) }];
  }
  const names = new Map<string, Role[]>();
  for (const role of roles)
    for (const team of role.teams) {
      const name = lang.get() === "ja" ? team.ja : team.en;
      names.set(name, [...(names.get(name) ?? []), role]);
    }
  const teams = [...names].map(([name, of]) => ({ id: name, says: name, roles: [...new Set(of)] }));
  return [...teams, { id: "", says: t("console.organisation.no_team"), roles: roles.filter((role) => role.teams.length === 0) }];
}
