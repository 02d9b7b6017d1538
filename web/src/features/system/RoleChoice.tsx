import { useId } from "react";
import { titleOf, t, useLang } from "@/lib/text";
import type { AccountRole } from "./people";

/** Which roles an account holds, each with how much it may. */
export function RoleChoice({ roles, held, onChange }: { roles: AccountRole[]; held: string[]; onChange: (held: string[]) => void }) {
  useLang();
  const id = useId();
  const flip = (role: string) => onChange(held.includes(role) ? held.filter((one) => one !== role) : [...held, role]);
  return (
    <fieldset className="options">
      <legend className="label">{t("console.users.roles")}</legend>
      {roles.map((role) => (
        <label key={role.id} className="check option" title={role.permissions.join(", ")}>
          <input type="checkbox" checked={held.includes(role.id)} onChange={() => flip(role.id)} aria-describedby={`${id}-${role.id}`} />
          <span className="grow">{titleOf(role.title, role.id)}</span>
          <span className="quiet" id={`${id}-${role.id}`}>{t("console.users.permissions", { n: role.permissions.length })}</span>
        </label>
      ))}
    </fieldset>
  );
}
