// Quality of what was decided: samples judged again by others, what is to be corrected, what those who are served say.
import { useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Refusal, Skeleton } from "@/components/Empty";
import { Link } from "@/components/Link";
import { useKeys } from "@/lib/keys";
import { go, useSearch } from "@/lib/place";
import { choiceTitle, stateTitle, useType } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { Draw } from "./Draw";
import { Corrective, Feedback } from "./Others";
import { percent, two, useReviews } from "./quality";
import { Trend } from "./Trend";
import "./quality.css";

const views = ["reviews", "corrective", "feedback"] as const;

function Reviews({ onDraw }: { onDraw: (() => void) | null }) {
  useLang();
  const who = useWho();
  const type = useType("quality_review");
  const got = useReviews();
  if (got.isError) return <Refusal error={got.error} again={() => void got.refetch()} />;
  if (got.isPending) return <Skeleton lines={8} />;
  const { reviews, total } = got.data;
  if (reviews.length === 0) return <Empty icon="check" title={t("console.quality.none")} act={onDraw && <Button look="primary" onClick={onDraw}>{t("console.quality.draw")}</Button>}>{t("console.quality.none.says")}</Empty>;
  return (
    <div className="stack">
      <Trend reviews={reviews} />
      <div className="scroll-x panel" tabIndex={0} role="region" aria-label={t("console.quality.view.reviews")}>
        <table className="plain quality-reviews">
          <thead><tr>{["review", "kind", "period", "items", "reviewer", "state", "agreement", "kappa"].map((name) => <th key={name} scope="col">{t(`console.quality.column.${name}`)}</th>)}</tr></thead>
          <tbody>
            {reviews.map((one) => (
              <tr key={one.id}>
                <td><Link to={`/quality/${one.id}`}>{one.body.title}</Link></td>
                <td>{choiceTitle(type, "kind", one.body.kind)}</td>
                <td>{one.body.from} – {one.body.to}</td>
                <td>{t("console.quality.items.of", { n: number(one.body.sample?.length ?? 0), all: number(one.body.population ?? 0) })}</td>
                <td>{person(one.body.reviewer)} {one.body.reviewer === `user:${who.login}` && ["drawn", "reviewing"].includes(one.state) && <span className="badge accent">{t("console.quality.yours")}</span>}</td>
                <td><State state={one.state} says={stateTitle(type, one.state)} /></td>
                <td>{percent(one.body.agreement)}</td>
                <td>{one.body.kappa_undefined ? <span className="quiet">{choiceTitle(type, "kappa_undefined", one.body.kappa_undefined)}</span> : two(one.body.kappa)}{one.body.kappa !== undefined && <span className="quiet"> ({two(one.body.kappa_low)} – {two(one.body.kappa_high)})</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {reviews.length < total && <p className="quiet">{t("console.quality.newest", { n: number(reviews.length), all: number(total) })} <Link to="/registers/quality_review">{t("console.quality.register")}</Link></p>}
    </div>
  );
}

export default function Quality() {
  useLang();
  const may = useMay()("governance.write");
  const [search, change] = useSearch();
  const view = views.find((one) => one === search.get("view")) ?? "reviews";
  const [drawing, setDrawing] = useState(false);
  const show = (id: string) => change({ view: id === "reviews" ? undefined : id }, { push: true });
  useKeys([
    ...views.map((id, i) => ({ keys: String(i + 1), says: t(`console.quality.view.${id}`), run: () => show(id) })),
    { keys: "n", says: t("console.quality.draw"), off: !may, run: () => setDrawing(true) },
  ]);
  return (
    <>
      <div className="page-head">
        <h1>{t("console.quality.title")}</h1>
        <Choices label={t("console.quality.views")} at={view} onChange={show} of={views.map((id) => ({ id, says: t(`console.quality.view.${id}`) }))} />
        <span className="grow" />
        {may && view === "feedback" && <Button icon="plus" onClick={() => go("/registers/service_feedback/new")}>{t("console.quality.feedback.new")}</Button>}
        {may && <Button look="primary" icon="plus" hint="N" onClick={() => setDrawing(true)}>{t("console.quality.draw")}</Button>}
      </div>
      <div className="page-body">
        {view === "reviews" && <Reviews onDraw={may ? () => setDrawing(true) : null} />}
        {view === "corrective" && <Corrective />}
        {view === "feedback" && <Feedback />}
      </div>
      {drawing && <Draw onClose={() => setDrawing(false)} onDone={(review) => go(`/quality/${review.id}`)} />}
    </>
  );
}
