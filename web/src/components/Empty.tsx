import type { ReactNode } from "react";
import { Problem, type Fault } from "@/lib/call";
import { hasText, t, useLang } from "@/lib/text";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";

/** Nothing here, and what to do next. */
export function Empty({ icon = "info", title, children, act }: { icon?: IconName; title: string; children?: ReactNode; act?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {act}
    </div>
  );
}

/** Lines where something will be. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  useLang();
  return (
    <div className="stack" role="status" aria-label={t("console.loading")}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className="skeleton" style={{ width: `${92 - ((i * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

/** A fault in the person's words: what the server says of a form is said here, the rest it says itself. */
function faultText(fault: Fault): string {
  return hasText(`console.fault.${fault.code}`) ? t(`console.fault.${fault.code}`) : fault.message;
}

function leadText(error: unknown): string {
  if (!(error instanceof Problem)) return String(error);
  if (error.code === "network") return t("console.error.network");
  if (error.status === 403 && error.code === "permission") return t("console.error.permission", { detail: error.detail });
  if (error.status === 404) return t("console.error.not_found");
  if (error.status === 429) return t("console.error.wait", { seconds: error.retryAfter });
  if (error.status >= 500) return t("console.error.server", { detail: error.detail });
  if (error.errors.length > 0) return t(error.status === 422 ? "console.error.invalid" : error.code === "conflict" ? "console.error.stale" : "console.error.refused");
  if (error.status === 409 && error.code === "conflict") return t("console.error.conflict", { detail: error.detail });
  return error.hint ? `${error.detail} (${error.hint})` : error.detail;
}

/** What a refusal says, for people, in one line. */
export function refusalText(error: unknown): string {
  const faults = error instanceof Problem ? error.errors : [];
  return faults.length > 0 ? faults.map(faultText).join(" ") : leadText(error);
}

export function Refusal({ error, again }: { error: unknown; again?: (() => void) | undefined }) {
  useLang();
  const faults = error instanceof Problem ? error.errors : [];
  return (
    <div className="notice bad" role="alert">
      <Icon name="warn" />
      <div className="grow">
        {leadText(error)}
        {faults.length > 0 && (
          <ul>
            {faults.map((fault, i) => (
              <li key={i}>
                {fault.pointer && !fault.code.startsWith("tooling.rule.") && <code>{fault.pointer} </code>}
                {faultText(fault)}
              </li>
            ))}
          </ul>
        )}
      </div>
      {again && <Button small onClick={again}>{t("console.again")}</Button>}
    </div>
  );
}
