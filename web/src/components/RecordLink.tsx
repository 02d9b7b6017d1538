import { placeOf, typeOfId, useTypes } from "@/lib/records";
import { titleOf, useLang } from "@/lib/text";
import { Link } from "./Link";

/** A record's id as a way to it; with `says` its name in words before it. */
export function RecordLink({ id, says }: { id: string; says?: string | undefined }) {
  useLang();
  const type = typeOfId(useTypes(), id);
  const shown = says && says !== id ? <>{says} <span className="quiet mono">{id}</span></> : <span className="mono">{id}</span>;
  return type ? <Link to={placeOf(type.id, id)} title={`${titleOf(type.title)} ${id}`}>{shown}</Link> : <span>{shown}</span>;
}
