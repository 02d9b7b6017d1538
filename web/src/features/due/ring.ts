// The links between functions, with what is due and handed over on each.
import type { Schemas } from "@/lib/contract";
import { functions } from "@/lib/records";

export type Due = Schemas["Due"];
export type RoleLink = Schemas["RoleLink"];
export type Handed = { id: string; from: string; to: string; what: string; state: string; due_at?: string };
export type Edge = { from: string; to: string; links: number; due: number; overdue: number; handed: number };

/** "D-4" and "D" are of function D; what is outside the organisation is of none. */
export const functionOf = (role: string | undefined): string => (role && /^[A-I](-\d+)?$/.test(role) ? role[0]! : "");

export function edgesOf(links: RoleLink[], items: Due[], handed: Handed[], now = Date.now()): Edge[] {
  const edges = new Map<string, Edge>();
  const at = (from: string, to: string): Edge | undefined => {
    const [a, b] = [functionOf(from), functionOf(to)];
    if (!a || !b || a === b) return undefined;
    const key = `${a}${b}`;
    const had = edges.get(key) ?? { from: a, to: b, links: 0, due: 0, overdue: 0, handed: 0 };
    edges.set(key, had);
    return had;
  };
  for (const link of links) {
    // "in": something comes to the role from there.
    for (const [from, to] of link.flow === "in" ? [[link.to, link.role]] : link.flow === "out" ? [[link.role, link.to]] : [[link.role, link.to], [link.to, link.role]]) {
      const edge = at(from!, to!);
      if (edge) edge.links += 1;
    }
  }
  for (const item of items) {
    const edge = item.from && item.to ? at(item.from, item.to) : undefined;
    if (edge) {
      edge.due += 1;
      if (item.overdue) edge.overdue += 1;
    }
  }
  for (const one of handed) {
    const edge = at(one.from, one.to);
    if (edge) {
      edge.handed += 1;
      if (one.due_at && new Date(one.due_at).getTime() < now) edge.overdue += 1;
    }
  }
  return [...edges.values()].sort((a, b) => b.overdue - a.overdue || b.due + b.handed - a.due - a.handed || b.links - a.links || a.from.localeCompare(b.from) || a.to.localeCompare(b.to));
}

/** Where a function stands on the ring; A on top, clockwise in the textbook's order. */
export function placeOn(letter: string, middle: { x: number; y: number }, radius: number): { x: number; y: number } {
  const angle = (functions.indexOf(letter as "A") / functions.length) * 2 * Math.PI - Math.PI / 2;
  return { x: middle.x + radius * Math.cos(angle) * 1.25, y: middle.y + radius * Math.sin(angle) };
}
