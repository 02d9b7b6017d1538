import { useMemo } from "react";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Grid } from "@/components/Grid";
import { stepKeys, useKeys } from "@/lib/keys";
import { go, useSearch } from "@/lib/place";
import { placeOf, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { t, titleOf, useLang } from "@/lib/text";
import { chosenColumns, Compact, useColumns } from "./columns";
import { useLabels, useListing, useTotal, type Asked } from "./listing";

const no_ids: string[] = [];

/** Nothing to show: because nothing is there, or because of what is asked. */
export function NoRecords({ type, asked }: { type: RecordType; asked: Asked }) {
  useLang();
  const [, change] = useSearch();
  const may = useMay()(type.permissions.create);
  if (asked.text || asked.filter || asked.state)
    return <Empty icon="filter" title={t("console.registers.none.filtered")} act={<Button onClick={() => change({ text: "", filter: "", state: "" })}>{t("console.registers.clear")}</Button>}>{t("console.registers.none.filtered.says")}</Empty>;
  return (
    <Empty icon="register" title={t("console.registers.empty")} act={may && <Button look="primary" icon="plus" onClick={() => go(`/registers/${type.id}/new`)}>{t("console.registers.new")}</Button>}>
      {titleOf(type.description)}
    </Empty>
  );
}

export function Table({ type, asked, phone }: { type: RecordType; asked: Asked; phone: boolean }) {
  useLang();
  const [search, change] = useSearch();
  const { query, records } = useListing(type.id, asked);
  const total = useTotal(type.id, asked);
  const labels = useLabels(type, records, no_ids);
  const wanted = search.get("columns");
  const names = useMemo(() => chosenColumns(type, wanted), [type, wanted]);
  const columns = useColumns(type, names, labels);
  const at = search.get("at") ?? undefined;
  const step = (by: number) => {
    const index = records.findIndex((record) => record.id === at);
    const next = records[Math.max(0, Math.min(records.length - 1, index < 0 ? 0 : index + by))];
    if (next) change({ at: next.id });
  };
  useKeys([
    ...stepKeys(step),
    { keys: "Enter", says: t("console.keys.open"), off: !at, run: () => go(placeOf(type.id, at!)) },
  ]);
  const sort = { by: asked.sort ?? "", order: asked.order ?? ("desc" as const) };
  const onSort = (by: string) => change(sort.by !== by ? { sort: by, order: "asc" } : sort.order === "asc" ? { sort: by, order: undefined } : { sort: undefined, order: undefined });
  return (
    <div className="register-body">
      {query.isPending ? <div className="inside-pad"><Skeleton lines={12} /></div>
        : query.isError && records.length === 0 ? <div className="inside-pad"><Refusal error={query.error} again={() => void query.refetch()} /></div>
        : records.length === 0 ? <NoRecords type={type} asked={asked} />
        : <Grid label={titleOf(type.title)} columns={columns} rows={records} keyOf={(record) => record.id} at={at} total={total} sort={sort} onSort={onSort}
            onSelect={(record) => go(placeOf(type.id, record.id))} rowHeight={phone ? 54 : 36}
            compact={phone ? (record) => <Compact type={type} record={record} /> : undefined}
            onEnd={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined} />}
    </div>
  );
}
