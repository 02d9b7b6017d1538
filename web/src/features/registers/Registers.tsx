// Every register that the catalogue declares, by the function of the organisation that keeps it.
import { useMemo, useRef } from "react";
import { Choices } from "@/components/Choices";
import { Empty, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Link } from "@/components/Link";
import { useKeys } from "@/lib/keys";
import { useSearch } from "@/lib/place";
import { functions, useTypes, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { number, t, titleOf, useLang } from "@/lib/text";
import "./registers.css";

function fits(type: RecordType, typed: string): boolean {
  const there = [type.id, type.prefix, ...type.roles, type.title.ja, type.title.en, type.description.ja, type.description.en].join(" ").toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => there.includes(word));
}

function Card({ type }: { type: RecordType }) {
  return (
    <li>
      <Link className="register-card" to={`/registers/${type.id}`}>
        <span className="line"><b className="cut grow">{titleOf(type.title)}</b><span className="quiet mono">{type.prefix}</span></span>
        <span className="soft says">{titleOf(type.description)}</span>
        <span className="line tight wrap">{type.roles.map((role) => <span key={role} className="badge outline square">{role}</span>)}</span>
      </Link>
    </li>
  );
}

export default function Registers() {
  useLang();
  const types = useTypes();
  const may = useMay();
  const [search, change] = useSearch();
  const box = useRef<HTMLInputElement>(null);
  const typed = (search.get("text") ?? "").trim();
  const only = search.get("function") ?? "";
  useKeys([{ keys: "/", says: t("console.keys.search"), run: () => box.current?.focus() }]);
  const shown = useMemo(() => (types ?? []).filter((type) => may(type.permissions.read) && fits(type, typed)), [types, typed, may]);
  // A register of several functions is listed at each of them: people look for it where they work.
  const of = (letter: string) => shown.filter((type) => type.roles.some((role) => role.startsWith(letter))).sort((a, b) => (a.roles[0] ?? "").localeCompare(b.roles[0] ?? "") || a.id.localeCompare(b.id));
  const without = shown.filter((type) => type.roles.length === 0);
  return (
    <>
      <div className="page-head">
        <h1>{t("console.registers.title")}</h1>
        <span className="quiet" aria-live="polite">{t("console.registers.count", { n: number(shown.length) })}</span>
        <span className="grow" />
        <div className="search">
          <Icon name="search" />
          <input ref={box} className="input" type="search" aria-label={t("console.registers.find")} placeholder={t("console.registers.find")} value={search.get("text") ?? ""}
            onChange={(event) => change({ text: event.target.value })} onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()} />
        </div>
      </div>
      <div className="page-body">
        <div className="scroll-x function-choices">
          <Choices label={t("console.registers.by_function")} at={only} onChange={(id) => change({ function: id })}
            of={[{ id: "", says: t("console.registers.all") }, ...functions.map((letter) => ({ id: letter, says: letter, count: of(letter).length }))]} />
        </div>
        {!types ? <Skeleton lines={12} /> : shown.length === 0 ? <Empty icon="register" title={t("console.registers.none")}>{t("console.registers.none.says")}</Empty> : (
          <>
            {functions.filter((letter) => !only || letter === only).map((letter) => {
              const here = of(letter);
              return here.length > 0 && (
                <section key={letter} aria-label={t(`console.function.${letter.toLowerCase()}`)}>
                  <h2 className="function-title"><span className="badge accent square">{letter}</span> {t(`console.function.${letter.toLowerCase()}`)}</h2>
                  <ul className="register-cards">{here.map((type) => <Card key={type.id} type={type} />)}</ul>
                </section>
              );
            })}
            {!only && without.length > 0 && (
              <section aria-label={t("console.registers.no_function")}>
                <h2 className="function-title">{t("console.registers.no_function")}</h2>
                <ul className="register-cards">{without.map((type) => <Card key={type.id} type={type} />)}</ul>
              </section>
            )}
          </>
        )}
      </div>
    </>
  );
}
