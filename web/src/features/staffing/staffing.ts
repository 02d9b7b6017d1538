// What is simulated: a staffing and what arrives, both in the address; and the questions that make a curve of it.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call, Problem, type Answer } from "@/lib/call";
import { useSearch } from "@/lib/place";
import { lang } from "@/lib/text";

export type Table = Answer<"getStaffing">;
export type Outcome = Answer<"simulateStaffing">;
export type Level = Table["levels"][number];
export type Team = Level["teams"][number];
export type Work = Table["demand"]["work"][number];
export type Mode = Team["mode"];
export type Wanted = { team_ja: string; mode: Mode; seats?: number; by_ja?: string };

export const modes: Mode[] = ["day", "always", "shared", "none"];
export const seats_max = 12;
export const always_people = 6; // for one seat around the clock, as the textbook counts
/** Times as much as arrives: the points of the curve. */
export const loads = [0.5, 0.75, 1, 1.25, 1.5, 2];
const days = 120;
const runs = 6;
const busy_tries = 20;
const busy_wait_ms = 1000;

/** A line may break behind a stroke ("management/assessment"), not within a word. */
export const teamName = (team: { team_ja: string; team_en: string }) => (lang.get() === "ja" ? team.team_ja : team.team_en).replaceAll("/", "/\u200b");
export const workName = (work: { title_ja: string; title_en: string }) => (lang.get() === "ja" ? work.title_ja : work.title_en);

export function peopleOf(team: Wanted): number {
  return team.mode === "always" ? (team.seats ?? 0) * always_people : team.mode === "day" ? (team.seats ?? 0) : 0;
}

export function wantedOf(level: Level): Wanted[] {
  return level.teams.map((team) => ({ team_ja: team.team_ja, mode: team.mode, ...(team.mode === "day" || team.mode === "always" ? { seats: team.seats } : {}), ...(team.by_ja ? { by_ja: team.by_ja } : {}) }));
}

export function useTable() {
  return useQuery({ queryKey: ["staffing"], queryFn: ({ signal }) => call("getStaffing", { signal }), staleTime: 300_000 });
}

function read<T>(text: string | null, otherwise: T): T {
  try {
    return text ? (JSON.parse(text) as T) : otherwise;
  } catch {
    return otherwise;
  }
}

export type Chosen = { level: number; teams: Wanted[]; own: boolean; rates: Record<string, number>; minutes: Record<string, number>; catalogue: boolean };

/** The staffing and the arrivals of the address. */
export function useChosen(table: Table | undefined): [Chosen, (next: Partial<Pick<Chosen, "level" | "teams" | "rates" | "minutes" | "catalogue">>) => void] {
  const [search, change] = useSearch();
  const text = search.toString();
  const chosen = useMemo(() => {
    const asked = new URLSearchParams(text);
    const level = Math.max(0, Math.min((table?.levels.length ?? 4) - 1, Number(asked.get("level") ?? 1) || 0));
    const base = table ? wantedOf(table.levels[level] ?? table.levels[0]!) : [];
    // Of each team: [mode, seats]; by whom a shared one is done stays as in the level.
    const own = read<Record<string, [Mode, number]>>(asked.get("teams"), {});
    const teams = base.map((team, i): Wanted => {
      const [mode, seats] = own[i] ?? [];
      if (!mode || !modes.includes(mode)) return team;
      const by = team.by_ja ?? base.find((one) => one !== team && (one.mode === "day" || one.mode === "always"))?.team_ja;
      return { team_ja: team.team_ja, mode, ...(mode === "day" || mode === "always" ? { seats: Math.max(1, Math.min(seats_max, Number(seats) || 1)) } : {}), ...(mode === "shared" && by ? { by_ja: by } : {}) };
    });
    return { level, teams, own: Object.keys(own).length > 0, rates: read<Record<string, number>>(asked.get("rates"), {}), minutes: read<Record<string, number>>(asked.get("minutes"), {}), catalogue: asked.get("demand") === "catalogue" };
  }, [text, table]);
  const put = (next: Parameters<ReturnType<typeof useChosen>[1]>[0]) => {
    const out: Record<string, string | undefined> = {};
    if (next.level !== undefined) Object.assign(out, { level: String(next.level), teams: undefined });
    if (next.teams && table) {
      const base = wantedOf(table.levels[chosen.level] ?? table.levels[0]!);
      const own = Object.fromEntries(next.teams.flatMap((team, i) => (JSON.stringify(team) === JSON.stringify(base[i]) ? [] : [[i, [team.mode, team.seats ?? 0]]])));
      out.teams = Object.keys(own).length ? JSON.stringify(own) : undefined;
    }
    for (const name of ["rates", "minutes"] as const) if (next[name]) out[name] = Object.keys(next[name]).length ? JSON.stringify(next[name]) : undefined;
    if (next.catalogue !== undefined) Object.assign(out, { demand: next.catalogue ? "catalogue" : undefined, rates: undefined, minutes: undefined });
    change(out);
  };
  return [chosen, put];
}

/** One question; the server answers one at a time, so it waits for its turn. */
async function ask(chosen: Chosen, work: Work[], load: number, variants: boolean, signal: AbortSignal): Promise<Outcome> {
  const changed = work.flatMap((one) => {
    const rate = (chosen.rates[one.id] ?? one.per_day) * load;
    const minutes = chosen.minutes[one.id];
    return rate !== one.per_day || minutes !== undefined ? [{ id: one.id, per_day: rate, ...(minutes === undefined ? {} : { minutes }) }] : [];
  });
  const body = { teams: chosen.teams, days, runs, demand: chosen.catalogue ? ("catalogue" as const) : ("measured" as const), ...(changed.length ? { work: changed } : {}), ...(variants ? { variants } : {}) };
  for (let tries = 0; ; ++tries) {
    try {
      return await call("simulateStaffing", { body, signal });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || tries >= busy_tries) throw error;
      await new Promise((done) => setTimeout(done, busy_wait_ms));
      signal.throwIfAborted();
    }
  }
}

export type Point = { load: number; outcome: Outcome };

/** The staffing under more and less than what arrives: today's first, so that its figures show first. */
export function useSimulation(chosen: Chosen, work: Work[] | undefined, told: (points: Point[]) => void) {
  const { teams, rates, minutes, catalogue } = chosen;
  return useQuery({
    queryKey: ["staffing", "simulation", teams, rates, minutes, catalogue],
    enabled: !!work && teams.length > 0,
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => {
      const points: Point[] = [];
      for (const load of [1, ...loads.filter((one) => one !== 1)]) {
        points.push({ load, outcome: await ask(chosen, work!, load, false, signal) });
        points.sort((a, b) => a.load - b.load);
        told([...points]);
      }
      return points;
    },
  });
}

export function askVariants(chosen: Chosen, work: Work[], signal: AbortSignal) {
  return ask(chosen, work, 1, true, signal);
}
