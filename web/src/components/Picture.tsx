import { useRef, useState, type ReactNode } from "react";
import { say } from "@/lib/acts";
import { handData, handImage, type Sheet } from "@/lib/handout";
import { t, useLang } from "@/lib/text";
import { Button } from "./Button";

const rows_shown_max = 2000;

/** The same as a table: what the picture says to who reads rather than looks. */
export function SheetTable({ sheet, label }: { sheet: Sheet; label: string }) {
  return (
    <div className="scroll-x sheet-table" tabIndex={0} role="group" aria-label={label}>
      <table className="plain">
        <thead><tr>{sheet.columns.map((column, i) => <th key={i} scope="col">{column}</th>)}</tr></thead>
        <tbody>{sheet.rows.slice(0, rows_shown_max).map((row, r) => <tr key={r}>{row.map((value, i) => (i === 0 ? <th key={i} scope="row">{value}</th> : <td key={i}>{value}</td>))}</tr>)}</tbody>
      </table>
    </div>
  );
}

/** A drawing (one <svg>) that can be copied as an image and as data, and read as a table. `name` is that of a saved file. */
export function Picture({ title, name, sheet, head, children, plain }: { title: string; name: string; sheet: Sheet; head?: ReactNode; children: ReactNode; plain?: boolean }) {
  useLang();
  const box = useRef<HTMLElement>(null);
  const [asTable, setAsTable] = useState(false);
  const hand = async (what: "image" | "data") => {
    const svg = box.current?.querySelector<SVGSVGElement>("svg.drawing");
    try {
      const how = what === "data" || !svg ? await handData(sheet, name) : await handImage(svg, name);
      say({ tone: "good", text: t(`console.picture.${how}`) });
    } catch (error) {
      say({ tone: "bad", text: t("console.picture.failed"), detail: String(error) });
    }
  };
  return (
    <section ref={box} className={plain ? "picture-box" : "panel picture-box"} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {head}
        <span className="end" />
        <div className="line tight">
          {!asTable && <Button small look="plain" icon="copy" label={t("console.picture.copy.image")} onClick={() => void hand("image")} />}
          <Button small look="plain" icon="table" label={t("console.picture.copy.data")} onClick={() => void hand("data")} />
          <Button small look="plain" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{t(asTable ? "console.picture.as.picture" : "console.picture.as.table")}</Button>
        </div>
      </header>
      <div className="inside">{asTable ? <SheetTable sheet={sheet} label={title} /> : children}</div>
    </section>
  );
}
