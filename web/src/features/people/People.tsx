// Rosters, the path of each person, skills that are missing, and the cycles of improvement.
import { Choices } from "@/components/Choices";
import { useKeys } from "@/lib/keys";
import { useSearch } from "@/lib/place";
import { t, useLang } from "@/lib/text";
import { Cycles } from "./Cycles";
import { Paths, Skills } from "./Paths";
import { Roster } from "./Roster";
import "./people.css";

const views = ["roster", "paths", "skills", "cycles"] as const;

export default function People() {
  useLang();
  const [search, change] = useSearch();
  const view = views.find((one) => one === search.get("view")) ?? "roster";
  const show = (id: string) => change({ view: id === "roster" ? undefined : id, at: undefined }, { push: true });
  useKeys(views.map((id, i) => ({ keys: String(i + 1), says: t(`console.people.view.${id}`), run: () => show(id) })));
  return (
    <>
      <div className="page-head">
        <h1>{t("console.people.title")}</h1>
        <span className="grow" />
        <Choices label={t("console.people.views")} at={view} onChange={show} of={views.map((id) => ({ id, says: t(`console.people.view.${id}`) }))} />
      </div>
      <div className="page-body">
        {view === "roster" && <Roster />}
        {view === "paths" && <Paths />}
        {view === "skills" && <Skills />}
        {view === "cycles" && <Cycles />}
      </div>
    </>
  );
}
