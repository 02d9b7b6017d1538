// What is to be corrected, and what those who are served say.
import { useInfiniteQuery } from "@tanstack/react-query";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { RecordLink } from "@/components/RecordLink";
import { Time } from "@/components/Time";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { choiceTitle, stateTitle, useType } from "@/lib/records";
import { t, useLang } from "@/lib/text";

const page_rows = 100;
const today = () => new Date().toLocaleDateString("sv");

function useRegister(type: string, sort: string, order: "asc" | "desc") {
  const got = useInfiniteQuery({
    queryKey: ["quality", type],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => call("listRecords", { path: { type }, query: { limit: page_rows, sort, order, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
  return { got, rows: (got.data?.pages ?? []).flatMap((page) => page.records as AnyRecord[]) };
}

function More({ got }: { got: ReturnType<typeof useRegister>["got"] }) {
  useLang();
  return got.hasNextPage ? <Button disabled={got.isFetchingNextPage} onClick={() => void got.fetchNextPage()}>{t("console.quality.more")}</Button> : null;
}

export function Corrective() {
  useLang();
  const type = useType("quality_finding");
  const { got, rows } = useRegister("quality_finding", "due", "asc");
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (got.isPending) return <Skeleton lines={6} />;
  if (rows.length === 0) return <Empty icon="check" title={t("console.quality.findings.none")}>{t("console.quality.findings.none.says")}</Empty>;
  const late = (row: AnyRecord) => typeof row.body.due === "string" && row.body.due < today() && !["verified", "dropped"].includes(row.state);
  return (
    <div className="stack">
      <div className="scroll-x panel" tabIndex={0} role="region" aria-label={t("console.quality.view.corrective")}>
        <table className="plain">
          <thead><tr>{["finding", "state", "due", "owner", "source"].map((name) => <th key={name} scope="col">{t(`console.quality.column.${name}`)}</th>)}</tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td><Link to={`/registers/quality_finding/${row.id}`}>{String(row.body.title ?? row.id)}</Link></td>
                <td><State state={row.state} says={stateTitle(type, row.state)} /></td>
                <td>{String(row.body.due ?? "–")} {late(row) && <span className="badge critical">{t("console.quality.late")}</span>}</td>
                <td>{person(String(row.body.owner ?? "")) || "–"}</td>
                <td className="line wrap tight">{((row.body.source as string[] | undefined) ?? []).map((id) => <RecordLink key={id} id={id} />)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More got={got} />
    </div>
  );
}

export function Feedback() {
  useLang();
  const type = useType("service_feedback");
  const { got, rows } = useRegister("service_feedback", "received_at", "desc");
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (got.isPending) return <Skeleton lines={6} />;
  if (rows.length === 0) return <Empty icon="comment" title={t("console.quality.feedback.none")} act={<Link className="button" to="/registers/service_feedback/new">{t("console.quality.feedback.new")}</Link>}>{t("console.quality.feedback.none.says")}</Empty>;
  return (
    <div className="stack">
      <div className="scroll-x panel" tabIndex={0} role="region" aria-label={t("console.quality.view.feedback")}>
        <table className="plain">
          <thead><tr>{["received", "organisation", "feedback", "says", "satisfaction", "state"].map((name) => <th key={name} scope="col">{t(`console.quality.column.${name}`)}</th>)}</tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td><Time at={String(row.body.received_at ?? "")} /></td>
                <td><Link to={`/registers/service_feedback/${row.id}`}>{String(row.body.organisation ?? row.id)}</Link></td>
                <td><span className={row.body.kind === "complaint" ? "badge high" : "badge outline"}>{choiceTitle(type, "kind", String(row.body.kind ?? ""))}</span></td>
                <td className="quality-says">{String(row.body.body ?? "")}</td>
                <td>{row.body.satisfaction === undefined ? "–" : t("console.quality.of_five", { n: String(row.body.satisfaction) })}</td>
                <td><State state={row.state} says={stateTitle(type, row.state)} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More got={got} />
    </div>
  );
}
