// What stands around every page: the side bar, the palette, help, toasts, the live stream.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Face } from "@/components/Badge";
import { Button } from "@/components/Button";
import { Empty, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { Menu } from "@/components/Menu";
import { Toasts } from "@/components/Toasts";
import { flushActs } from "@/lib/acts";
import { call } from "@/lib/call";
import { useKeys, type Binding } from "@/lib/keys";
import { liveState, startLive, stopLive } from "@/lib/live";
import type { Page } from "@/lib/page";
import { go, usePath } from "@/lib/place";
import { changeSession, useWho } from "@/lib/session";
import { useStore } from "@/lib/store";
import { lang, number, speak, t, useLang } from "@/lib/text";
import { zone } from "@/lib/time";
import { Boundary } from "./Boundary";
import { Help } from "./Help";
import { Palette } from "./Palette";
import { bodyOf, groups, inGroup, loadBody, pageAt, pages } from "./pages";
import { theme } from "./theme";

/** A page, once its program is there. Not React's lazy and Suspense: these show what follows a skeleton 300 ms later at
    the earliest, and a page's program is here much sooner. */
function Body({ page, params }: { page: Page; params: Record<string, string> }) {
  const [, came] = useState(0);
  const [failed, fail] = useState<{ error: unknown } | null>(null);
  const Loaded = bodyOf(page);
  const here = Loaded !== undefined;
  useEffect(() => {
    // It may have come since this was drawn: then it is drawn again all the same.
    if (!here) loadBody(page).then(() => came((n) => n + 1), (error: unknown) => fail({ error }));
  }, [page, here]);
  if (failed) throw failed.error;
  return Loaded ? <Loaded params={params} /> : <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={8} /></div>;
}

function Here() {
  const path = usePath();
  const who = useWho();
  const found = useMemo(() => pageAt(path), [path]);
  useEffect(() => {
    document.title = found ? `${t(found.page.title)} · Yagura` : "Yagura";
  });
  if (!found)
    return <Empty icon="search" title={t("console.gone.title")} act={<Link className="button" to="/queue">{t("console.gone.back")}</Link>}>{t("console.gone.says")}</Empty>;
  if (found.page.permission && !who.permissions.includes(found.page.permission))
    return <Empty icon="key" title={t("console.denied.title")}>{t("console.denied.says", { permission: found.page.permission })}</Empty>;
  return (
    <Boundary key={found.page.path}>
      <Body page={found.page} params={found.params} />
    </Boundary>
  );
}

function Nav({ onGo }: { onGo: () => void }) {
  useLang();
  const path = usePath();
  const who = useWho();
  const may = who.permissions.includes("alert.read");
  const open = useQuery({
    queryKey: ["alerts", "open-count"],
    queryFn: () => call("listAlerts", { query: { state: "new", limit: 1, count: true } }),
    enabled: may, staleTime: 15_000, select: (page) => (page as { total?: number }).total ?? 0,
  });
  return (
    <nav aria-label={t("console.nav")}>
      {groups.map((group) => {
        const shown = inGroup(group).filter((page) => !page.permission || who.permissions.includes(page.permission));
        if (shown.length === 0) return null;
        return (
          <section key={group}>
            <h2>{t(`console.group.${group}`)}</h2>
            {shown.map((page) => (
              <Link key={page.path} to={page.path} title={t(page.title)} onClick={onGo}
                aria-current={path === page.path || path.startsWith(`${page.path}/`) ? "page" : undefined}>
                <Icon name={page.nav!.icon} />
                <span className="word">{t(page.title)}</span>
                {page.path === "/queue" && !!open.data && <span className="count">{number(open.data)}</span>}
              </Link>
            ))}
          </section>
        );
      })}
    </nav>
  );
}

function Foot({ onHelp }: { onHelp: () => void }) {
  useLang();
  const who = useWho();
  const client = useQueryClient();
  const live = useStore(liveState);
  const dark = useStore(theme) === "dark";
  const which = useStore(zone);
  const signOut = async () => {
    flushActs();
    await call("signOut", {}).catch(() => undefined);
    changeSession(client, null);
  };
  return (
    <div className="foot">
      <div className={`live live-${live}`} title={t(`console.live.${live}`)}>
        <span className="dot" />
        <span className="word">{t(`console.live.${live}`)}</span>
      </div>
      <Menu up button={(open) => (
        <button type="button" className="person" title={t("console.account", { name: who.name })} {...open}>
          <Face name={who.login} />
          <span className="word cut">{who.name}</span>
        </button>
      )} items={[
        { says: t("console.lang.ja"), checked: lang.get() === "ja", run: () => void speak("ja") },
        { says: t("console.lang.en"), checked: lang.get() === "en", run: () => void speak("en") },
        "line",
        { says: dark ? t("console.theme.light") : t("console.theme.dark"), icon: dark ? "sun" : "moon", run: () => theme.set(dark ? "light" : "dark") },
        { says: which === "utc" ? t("console.zone.local") : t("console.zone.utc"), icon: "clock", run: () => zone.set(which === "utc" ? "local" : "utc") },
        { says: t("console.help.title"), icon: "info", run: onHelp },
        "line",
        { says: t("console.account_page.menu"), icon: "key", run: () => go("/account") },
        { says: t("console.sign_out"), icon: "out", run: () => void signOut() },
      ]} />
    </div>
  );
}

export function Frame() {
  useLang();
  const who = useWho();
  const [open, setOpen] = useState(false);
  const [sheet, setSheet] = useState<"" | "palette" | "help">("");
  const path = usePath();
  useEffect(() => {
    startLive();
    return stopLive;
  }, []);
  useEffect(() => {
    if (path === "/" || path === "/first-run") go("/queue", { replace: true });
    setOpen(false);
  }, [path]);
  const jumps: Binding[] = pages.flatMap((page) =>
    page.nav?.keys && (!page.permission || who.permissions.includes(page.permission))
      ? [{ keys: `g ${page.nav.keys}`, says: t(page.title), run: () => go(page.path) }]
      : []);
  useKeys([
    { keys: "mod+k", says: t("console.keys.palette"), run: () => setSheet("palette") },
    { keys: "?", says: t("console.keys.help"), run: () => setSheet("help") },
    ...jumps,
  ]);
  return (
    <div className={open ? "frame open" : "frame"}>
      <a className="skip" href="#main">{t("console.skip")}</a>
      <div className="topbar">
        <Button look="plain" icon="menu" label={t("console.nav")} aria-expanded={open} onClick={() => setOpen(!open)} />
        <Link to="/queue" className="brand"><img src="/icon.svg" alt="" /> Yagura</Link>
        <Button className="end" look="plain" icon="search" label={t("console.palette.title")} onClick={() => setSheet("palette")} />
      </div>
      <div className="side">
        <Link to="/queue" className="brand"><img src="/icon.svg" alt="" /><span className="word">Yagura</span></Link>
        <button type="button" className="finder" title={t("console.palette.title")} onClick={() => setSheet("palette")}>
          <Icon name="search" />
          <span className="word">{t("console.palette.short")}</span>
          <kbd aria-hidden="true">⌃K</kbd>
        </button>
        <Nav onGo={() => setOpen(false)} />
        <Foot onHelp={() => setSheet("help")} />
      </div>
      <main id="main" tabIndex={-1}><Here /></main>
      {sheet === "palette" && <Palette onClose={() => setSheet("")} />}
      {sheet === "help" && <Help onClose={() => setSheet("")} />}
      <Toasts />
    </div>
  );
}
