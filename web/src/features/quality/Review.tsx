// One review: judged blind by its reviewer, compared, concluded.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { person, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { AskDialog } from "@/components/Dialog";
import { Refusal, refusalText, Skeleton } from "@/components/Empty";
import { ProseField } from "@/components/Field";
import { Icon } from "@/components/Icon";
import { Markdown } from "@/components/Markdown";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import type { PageProps } from "@/lib/page";
import { go } from "@/lib/place";
import { choiceTitle, stateTitle, useType } from "@/lib/records";
import { useMay, useWho } from "@/lib/session";
import { number, t, useLang } from "@/lib/text";
import { Compared } from "./Compared";
import { Judging } from "./Judging";
import type { Review as ReviewRecord } from "./quality";
import "./quality.css";

function Conclude({ review, onClose }: { review: ReviewRecord; onClose: () => void }) {
  useLang();
  const client = useQueryClient();
  const [conclusion, setConclusion] = useState("");
  const send = async () => {
    await call("moveRecord", { path: { type: "quality_review", id: review.id }, body: { version: review.version, move: "conclude", changes: { conclusion } } });
    await client.invalidateQueries({ queryKey: ["quality"] });
  };
  return (
    <AskDialog title={t("console.quality.conclude")} says={t("console.quality.conclude")} onClose={onClose} onSend={send}>
      <ProseField label={t("console.quality.conclusion")} must value={conclusion} onChange={(event) => setConclusion(event.target.value)} />
    </AskDialog>
  );
}

export default function Review({ params }: PageProps) {
  useLang();
  const id = params.id ?? "";
  const client = useQueryClient();
  const who = useWho();
  const may = useMay();
  const type = useType("quality_review");
  const [concluding, setConcluding] = useState(false);
  const got = useQuery({ queryKey: ["quality", "review", id], retry: false, queryFn: async ({ signal }) => (await call("getQualityReview", { path: { id }, signal })) as ReviewRecord });
  const review = got.data;
  const open = !!review && ["drawn", "reviewing"].includes(review.state);
  const mine = review?.body.reviewer === `user:${who.login}`;
  const judged = review?.body.verdicts?.length ?? 0;
  const all = review?.body.sample?.length ?? 0;
  const ready = open && judged === all && (mine || may("governance.approve"));
  const compare = async () => {
    try {
      await call("compareQualityReview", { path: { id }, body: { version: review!.version } });
      await client.invalidateQueries({ queryKey: ["quality"] });
    } catch (error) {
      say({ tone: "bad", text: t("console.quality.compare.failed"), detail: refusalText(error) });
    }
  };
  useKeys([
    { keys: "c", says: t("console.quality.compare"), off: !ready, run: () => void compare() },
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/quality") },
  ]);
  if (got.isError) return <div className="page-body" style={{ paddingTop: 20 }}><Refusal error={got.error} again={() => void got.refetch()} /></div>;
  if (!review) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  return (
    <>
      <div className="page-head quality-head">
        <Button small look="plain" icon="left" label={t("console.quality.title")} onClick={() => go("/quality")} />
        <div className="grow">
          <div className="line wrap"><State state={review.state} says={stateTitle(type, review.state)} /><span className="quiet">{choiceTitle(type, "kind", review.body.kind)} · {review.body.from} – {review.body.to}</span><span className="quiet mono">{review.id}</span></div>
          <h1>{review.body.title}</h1>
        </div>
        {open && (mine || may("governance.approve")) && <Button look="primary" icon="check" hint="C" disabled={!ready} onClick={() => void compare()}>{t("console.quality.compare")}</Button>}
        {review.state === "compared" && may("governance.approve") && <Button look="primary" icon="check" onClick={() => setConcluding(true)}>{t("console.quality.conclude")}</Button>}
      </div>
      <div className="page-body">
        <p className="quiet">{t("console.quality.drawn", { n: number(all), all: number(review.body.population ?? 0), own: number(review.body.own_left_out ?? 0), reviewer: person(review.body.reviewer) })}</p>
        {open && mine && <Judging review={review} />}
        {open && !mine && <div className="notice"><Icon name="info" /><span>{t("console.quality.waits", { reviewer: person(review.body.reviewer), n: number(judged), all: number(all) })}</span></div>}
        {review.body.conclusion && <section className="panel" aria-label={t("console.quality.conclusion")}><header><h2>{t("console.quality.conclusion")}</h2></header><div className="inside"><Markdown text={review.body.conclusion} /></div></section>}
        {!open && <Compared review={review} />}
      </div>
      {concluding && <Conclude review={review} onClose={() => setConcluding(false)} />}
    </>
  );
}
