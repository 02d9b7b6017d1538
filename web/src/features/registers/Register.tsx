// One register as a table, a board or a calendar: whatever its declaration says, it has all three.
import { useRef, useState } from "react";
import { Button } from "@/components/Button";
import { Choices } from "@/components/Choices";
import { Empty, Skeleton } from "@/components/Empty";
import { Icon } from "@/components/Icon";
import { Menu } from "@/components/Menu";
import { address } from "@/lib/call";
import { useKeys } from "@/lib/keys";
import { useNarrow } from "@/lib/narrow";
import type { PageProps } from "@/lib/page";
import { go, useSearch } from "@/lib/place";
import { useTypes, type RecordType } from "@/lib/records";
import { useMay } from "@/lib/session";
import { lang, number, t, titleOf, useLang } from "@/lib/text";
import { Board } from "./Board";
import { Calendar } from "./Calendar";
import { ColumnsDialog } from "./columns";
import { Filters } from "./Filters";
import { ImportDialog } from "./Import";
import { useAsked, useFollowed, useTotal, type Asked } from "./listing";
import { Table } from "./Table";
import "./registers.css";

const views = ["table", "board", "calendar"] as const;
type View = (typeof views)[number];

function Total({ type, asked }: { type: string; asked: Asked }) {
  useLang();
  const total = useTotal(type, asked);
  return <span className="quiet" aria-live="polite">{total === undefined ? "" : t("console.registers.records", { n: number(total) })}</span>;
}

function Body({ type }: { type: RecordType }) {
  useLang();
  const may = useMay();
  const [search, change] = useSearch();
  const phone = useNarrow(720);
  const asked = useAsked(type);
  const [sheet, setSheet] = useState<"" | "import" | "columns">("");
  const box = useRef<HTMLInputElement>(null);
  const view = views.includes(search.get("view") as View) ? (search.get("view") as View) : "table";
  const show = (id: string) => change({ view: id === "table" ? undefined : id, at: undefined }, { push: true });
  const create = may(type.permissions.create);
  useFollowed(type.id);
  useKeys([
    { keys: "/", says: t("console.keys.search"), run: () => box.current?.focus() },
    { keys: "n", says: t("console.registers.new"), off: !create, run: () => go(`/registers/${type.id}/new`) },
    ...views.map((id, i) => ({ keys: String(i + 1), says: t(`console.registers.view.${id}`), run: () => show(id) })),
    { keys: "Escape", says: t("console.keys.back"), run: () => go("/registers") },
  ]);
  const exported = (format: string) => {
    const link = document.createElement("a");
    const { sort: _sort, order: _order, ...narrowed } = asked;
    link.href = address("exportRecords", { type: type.id }, { format, heading: lang.get(), ...narrowed });
    link.download = `${type.id}.${format}`;
    link.click();
  };
  return (
    <div className="register">
      <div className="page-head">
        <Button small look="plain" icon="left" label={t("console.registers.title")} onClick={() => go("/registers")} />
        <h1 title={titleOf(type.description)}>{titleOf(type.title)}</h1>
        <Total type={type.id} asked={asked} />
        <span className="grow" />
        <Choices label={t("console.registers.views")} at={view} onChange={show} of={views.map((id) => ({ id, says: t(`console.registers.view.${id}`) }))} />
        <Menu button={(opens) => <Button icon="more" label={t("console.registers.files")} {...opens} />} items={[
          ...(view === "table" ? [{ says: t("console.registers.columns"), icon: "table" as const, run: () => setSheet("columns") }, "line" as const] : []),
          ...(["xlsx", "csv", "json"] as const).map((format) => ({ says: t("console.registers.export", { format: format.toUpperCase() }), icon: "hand" as const, run: () => exported(format) })),
          "line",
          { says: t("console.registers.import"), icon: "escalate", off: !create && !may(type.permissions.update), run: () => setSheet("import") },
        ]} />
        {create && <Button look="primary" icon="plus" hint="N" onClick={() => go(`/registers/${type.id}/new`)}>{t("console.registers.new")}</Button>}
      </div>
      <div className="register-filter">
        <div className="search">
          <Icon name="search" />
          <input ref={box} className="input" type="search" aria-label={t("console.registers.search")} placeholder={t("console.registers.search")} value={search.get("text") ?? ""}
            onChange={(event) => change({ text: event.target.value })} onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), event.currentTarget.blur())} />
        </div>
        <Filters type={type} states={view !== "board"} />
      </div>
      {view === "table" && <Table type={type} asked={asked} phone={phone} />}
      {view === "board" && <Board type={type} asked={asked} />}
      {view === "calendar" && <Calendar type={type} asked={asked} />}
      {sheet === "import" && <ImportDialog type={type} onClose={() => setSheet("")} />}
      {sheet === "columns" && <ColumnsDialog type={type} onClose={() => setSheet("")} />}
    </div>
  );
}

/** The register of an address; says so when there is none or it may not be seen. */
export function OfType({ name, children }: { name: string; children: (type: RecordType) => React.ReactNode }) {
  useLang();
  const types = useTypes();
  const may = useMay();
  if (!types) return <div className="page-body" style={{ paddingTop: 24 }}><Skeleton lines={10} /></div>;
  const type = types.find((one) => one.id === name);
  if (!type) return <Empty icon="register" title={t("console.registers.unknown_type")} act={<Button onClick={() => go("/registers")}>{t("console.registers.to_all")}</Button>}>{name}</Empty>;
  if (!may(type.permissions.read)) return <Empty icon="key" title={t("console.denied.title")}>{t("console.denied.says", { permission: type.permissions.read })}</Empty>;
  return <>{children(type)}</>;
}

export default function Register({ params }: PageProps) {
  return <OfType name={params.type ?? ""}>{(type) => <Body key={type.id} type={type} />}</OfType>;
}
