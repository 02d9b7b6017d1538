// Who is here and what they may do.
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { call, forgetAhead, Problem, setCsrf } from "./call";
import type { Schemas } from "./contract";

export type Who = Schemas["Who"];

export const sessionKey = ["session"] as const;

// What whoever was here last may do, so that a page loaded again asks for its data beside the session, not behind it.
// Only the server decides what they get.
const kept_permissions = "yagura.permissions";

function keep(who: Who | null) {
  if (who && !who.must_change_password) localStorage.setItem(kept_permissions, who.permissions.join(" "));
  else {
    localStorage.removeItem(kept_permissions);
    forgetAhead();
  }
}

/** Was whoever was here last allowed this? */
export function mightHave(permission: string | undefined): boolean {
  const kept = localStorage.getItem(kept_permissions);
  return kept !== null && (!permission || kept.split(" ").includes(permission));
}

export async function askSession(): Promise<Who | null> {
  try {
    const who = await call("getSession", {});
    setCsrf(who.csrf_token ?? "");
    keep(who);
    return who;
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
    keep(null);
    return null;
  }
}

export const sessionQuery = { queryKey: sessionKey, queryFn: askSession, staleTime: Infinity };

export function useSession() {
  return useQuery({ ...sessionQuery, retry: 1 });
}

/** The account that is signed in; only below the frame, where there is one. */
export function useWho(): Who {
  const client = useQueryClient();
  // Who just left stands for the moment until the frame has gone: the live stream's state may draw it once more.
  const who = client.getQueryData<Who | null>(sessionKey) ?? last;
  if (!who) throw new Error("nobody is signed in");
  last = who;
  return who;
}
let last: Who | null = null;

export function useMay(): (permission: string) => boolean {
  const who = useWho();
  return (permission) => who.permissions.includes(permission);
}

/** Somebody else, or nobody, is here now: nothing of who was here before stays. */
export function changeSession(client: QueryClient, who: Who | null) {
  setCsrf(who?.csrf_token ?? "");
  keep(who);
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
  client.setQueryData(sessionKey, who);
}
