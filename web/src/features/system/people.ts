import { useQuery } from "@tanstack/react-query";
import { call } from "@/lib/call";
import type { Schemas } from "@/lib/contract";
import { t } from "@/lib/text";

export type User = Schemas["User"];
export type AccountRole = Schemas["AccountRole"];
export type Token = Schemas["Token"];

export const usersKey = ["users"] as const;

export function useUsers(enabled = true) {
  return useQuery({ queryKey: usersKey, enabled, queryFn: async () => (await call("listUsers", {})).users });
}

export function useRoles(enabled = true) {
  return useQuery({ queryKey: ["account-roles"], enabled, staleTime: Infinity, queryFn: async () => (await call("listAccountRoles", {})).roles }).data;
}

export function kindOf(user: User): "person" | "program" | "glass" {
  return user.break_glass ? "glass" : user.service ? "program" : "person";
}

export function stateOf(user: User): { tone: string; says: string } {
  if (user.disabled) return { tone: "outline", says: t("console.users.state.disabled") };
  if (user.break_glass === "used") return { tone: "critical", says: t("console.users.state.used") };
  if (user.break_glass === "sealed") return { tone: "good", says: t("console.users.state.sealed") };
  if (user.must_change_password) return { tone: "medium", says: t("console.users.state.invited") };
  return { tone: "good", says: t("console.users.state.active") };
}

/** Twenty letters and digits that can't be mistaken for each other: 100 bits. */
export function makePassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return [...bytes].map((byte, i) => (i > 0 && i % 5 === 0 ? "-" : "") + letters[byte % 32]).join("");
}
