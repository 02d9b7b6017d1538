// Every version of a record, newest first, with what each changed.
import { useQuery } from "@tanstack/react-query";
import { person } from "@/components/Badge";
import { Refusal, Skeleton } from "@/components/Empty";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { fieldTitle, stateTitle, type RecordType } from "@/lib/records";
import { t, titleOf, useLang } from "@/lib/text";
import { isEmpty } from "./kinds";
import { Value } from "./Value";

export function Versions({ type, record }: { type: RecordType; record: AnyRecord }) {
  useLang();
  const got = useQuery({
    queryKey: ["record", type.id, record.id, "versions", record.version],
    queryFn: ({ signal }) => call("getRecordHistory", { path: { type: type.id, id: record.id }, signal }),
    placeholderData: (before) => before,
    select: (answer) => [...answer.versions].sort((a, b) => b.version - a.version),
  });
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (!got.data) return <Skeleton lines={4} />;
  const versions = got.data;
  return (
    <ol className="history panel inside-pad">
      {versions.map((version, i) => {
        const before = versions[i + 1];
        const moved = before && before.state !== version.state;
        return (
          <li key={version.version}>
            <div>
              <div className="line wrap">
                <span>{!before ? t("console.history.any.created") : moved ? t("console.history.moved", { state: stateTitle(type, version.state) }) : version.move ? titleOf(type.moves.find((move) => move.id === version.move)?.title, version.move) : t("console.history.any.updated")}</span>
                <span className="quiet">{person(version.by)}</span>
                <span className="quiet end"><Time at={version.at} /></span>
              </div>
              {before && version.changed.length > 0 && (
                <dl className="changes">
                  {version.changed.map((name) => {
                    const field = type.fields.find((one) => one.name === name);
                    return field && (
                      <div key={name}>
                        <dt className="quiet">{fieldTitle(type, name)}</dt>
                        <dd>
                          {!isEmpty(before.body[name]) && <><del><Value field={field} value={before.body[name]} short /></del> <span aria-hidden="true">→</span> </>}
                          <ins><Value field={field} value={version.body[name]} short /></ins>
                        </dd>
                      </div>
                    );
                  })}
                </dl>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
