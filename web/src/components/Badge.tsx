import { t, useLang } from "@/lib/text";

export const levels = ["critical", "high", "medium", "low", "informational"] as const;
export type LevelName = (typeof levels)[number];

export function Level({ level }: { level: string | undefined }) {
  useLang();
  const known = levels.includes(level as LevelName) ? (level as LevelName) : "informational";
  return <span className={`badge square ${known}`}>{t(`console.level.${known}`)}</span>;
}

/** P1 to P5. */
export function Priority({ value }: { value: number | undefined }) {
  useLang();
  if (value === undefined) return <span className="quiet">–</span>;
  const tone = ["critical", "high", "medium", "low", "informational"][Math.min(4, Math.max(0, value - 1))];
  return <span className={`badge square ${tone}`} title={t("console.priority", { n: value })}>P{value}</span>;
}

const tones: Record<string, string> = {
  new: "accent", acknowledged: "low", investigating: "low", escalated: "high", set_aside: "outline", dismissed: "outline",
  closed: "good", done: "good", approved: "good", issued: "good", ok: "good", contained: "medium", recovering: "medium", closing: "medium",
  open: "accent", doing: "low", skipped: "outline", degraded: "medium", down: "critical", draft: "outline", rejected: "outline", merged: "outline",
};

export function State({ state, says }: { state: string; says: string }) {
  return (
    <span className={`badge ${tones[state] ?? "outline"}`}>
      <span className="dot" />
      {says}
    </span>
  );
}

export function Face({ name }: { name: string }) {
  const plain = name.replace(/^user:/, "");
  return <span className="face" aria-hidden="true">{plain.slice(0, 2).toUpperCase()}</span>;
}

/** "sato" as records hold who has something. */
export function actorOf(typed: string): string {
  const name = typed.trim();
  return name === "" || name.includes(":") ? name : `user:${name}`;
}

/** "user:sato" as people say it; what the program did by itself is said so. */
export function person(actor: string | undefined): string {
  if (actor?.startsWith("system:")) return t("console.by_itself");
  return (actor ?? "").replace(/^(user|owner):/, "");
}
