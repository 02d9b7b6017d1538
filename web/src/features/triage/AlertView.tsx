import { Level, person, Priority, State } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Refusal, Skeleton } from "@/components/Empty";
import { History } from "@/components/History";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Markdown } from "@/components/Markdown";
import { Menu } from "@/components/Menu";
import { Time } from "@/components/Time";
import { choiceTitle, stateTitle, useType, type AlertRecord } from "@/lib/records";
import { number, t, useLang } from "@/lib/text";
import type { useAlertActs } from "./acts";
import { useAlert } from "./alerts";
import { Judged } from "./Judged";
import { Similar } from "./Similar";
import { WhyFired } from "./WhyFired";

type Acts = ReturnType<typeof useAlertActs>;

function ActBar({ alert, acts }: { alert: AlertRecord; acts: Acts }) {
  return (
    <div className="line wrap act-bar">
      {acts.can.acknowledge && <Button look="primary" icon="check" hint="A" onClick={acts.acknowledge}>{t("console.alert.act.acknowledge")}</Button>}
      {acts.can.escalate && <Button {...(acts.can.acknowledge ? {} : { look: "primary" as const })} icon="escalate" hint="E" onClick={acts.escalate}>{t("console.alert.act.escalate")}</Button>}
      {acts.can.dismiss && <Button icon="dismiss" hint="D" onClick={acts.dismiss}>{t("console.alert.act.dismiss")}</Button>}
      {alert.body.incident && <Link className="button primary" to={`/incidents/${alert.body.incident}`}><Icon name="incident" />{alert.body.incident}</Link>}
      {acts.can.comment && <Button look="plain" icon="comment" label={t("console.alert.act.comment")} onClick={acts.comment} />}
      <Menu button={(open) => <Button look="plain" icon="more" label={t("console.more")} {...open} />} items={[
        { says: t("console.alert.act.assign"), icon: "people", off: !acts.can.assign, run: acts.assign },
        { says: t("console.alert.act.judge"), icon: "check", off: !acts.can.judge, run: acts.judge },
        { says: t("console.alert.act.reopen"), icon: "up", off: !acts.can.reopen, run: acts.reopen },
        "line",
        { says: t("console.copy.link"), icon: "copy", run: () => void navigator.clipboard?.writeText(`${location.origin}/alerts/${alert.id}`) },
      ]} />
    </div>
  );
}

/** One alert whole: what was found and why, beside the event as it came. */
export function AlertView({ id, acts, onClose, wide }: { id: string; acts: Acts; onClose?: () => void; wide?: boolean }) {
  useLang();
  const got = useAlert(id);
  const type = useType("alert");
  if (got.isError && !got.data) return <div className="inside-pad"><Refusal error={got.error} again={() => void got.refetch()} /></div>;
  const alert = got.data;
  if (!alert) return <div className="inside-pad"><Skeleton lines={12} /></div>;
  const body = alert.body;
  const Heading = wide ? "h1" : "h2";
  return (
    <article className={wide ? "alert wide" : "alert"} aria-label={body.title}>
      <header className="alert-head">
        <div className="line">
          <Level level={body.level} /><Priority value={body.priority} /><State state={alert.state} says={stateTitle(type, alert.state)} />
          <span className="quiet mono">{alert.id}</span>
          <span className="end" />
          {onClose && <Link className="button plain small square" to={`/alerts/${alert.id}`} aria-label={t("console.alert.whole")} title={t("console.alert.whole")}><Icon name="external" /></Link>}
          {onClose && <Button look="plain" small icon="close" label={t("console.close")} onClick={onClose} />}
        </div>
        <Heading className="alert-title">{body.title}</Heading>
        <dl className="alert-facts">
          <div><dt>{t("console.alert.host")}</dt><dd>{body.host ? <Link to={`/queue?view=all&host=${encodeURIComponent(body.host)}`}>{body.host}</Link> : "–"}</dd></div>
          <div><dt>{t("console.alert.user")}</dt><dd>{body.user ? <Link to={`/queue?view=all&user=${encodeURIComponent(body.user)}`}>{body.user}</Link> : "–"}</dd></div>
          <div><dt>{t("console.alert.first_seen")}</dt><dd><Time at={body.first_seen} seconds /></dd></div>
          <div><dt>{t("console.alert.last_seen")}</dt><dd><Time at={body.last_seen} seconds /></dd></div>
          <div><dt>{t("console.alert.findings")}</dt><dd>{number(body.findings ?? 0)}</dd></div>
          <div><dt>{t("console.alert.assignee")}</dt><dd>{person(body.assignee) || <span className="quiet">{t("console.alert.nobody")}</span>}</dd></div>
        </dl>
        <ActBar alert={alert} acts={acts} />
      </header>
      {body.verdict && (
        <div className="notice good"><Icon name="check" /><div className="grow"><b>{choiceTitle(type, "verdict", body.verdict)}</b>{body.verdict_reason && <Markdown text={body.verdict_reason} />}</div></div>
      )}
      <div className="alert-body">
        <div className="stack main-column"><WhyFired alert={alert} /></div>
        <div className="stack side-column">
          <Judged alert={alert} />
          <Similar alert={alert} />
          <History type="alert" id={alert.id} version={alert.version} />
        </div>
      </div>
    </article>
  );
}
