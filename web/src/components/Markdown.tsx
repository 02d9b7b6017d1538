// The part of Markdown that reports and notes use, drawn as elements: nothing in a text becomes markup of its own.
import { Fragment, type ReactNode } from "react";

function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  const pattern = /(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|`[^`]+`|<br ?\/?>|\\[!-/:-@[-`{-~])/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const found = match[0];
    if (match.index > from) out.push(text.slice(from, match.index));
    const key = match.index;
    if (found.startsWith("**")) out.push(<strong key={key}>{inline(found.slice(2, -2))}</strong>);
    else if (found.startsWith("`")) out.push(<code key={key}>{found.slice(1, -1)}</code>);
    else if (found.startsWith("<")) out.push(<br key={key} />);
    else if (found.startsWith("\\")) out.push(found.slice(1));
    else out.push(<em key={key}>{inline(found.slice(1, -1))}</em>);
    from = match.index + found.length;
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

function cells(line: string): string[] {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

type Block = { kind: "h" | "p" | "ul" | "ol" | "table" | "pre" | "quote" | "hr"; level?: number; lines: string[] };

function blocks(text: string): Block[] {
  const out: Block[] = [];
  let fenced: Block | null = null;
  for (const line of text.split("\n")) {
    const last = out[out.length - 1];
    if (/^```/.test(line)) {
      if (fenced) fenced = null;
      else out.push((fenced = { kind: "pre", lines: [] }));
    } else if (fenced) fenced.lines.push(line);
    else if (!line.trim()) out.push({ kind: "p", lines: [] });
    else if (/^#{1,6} /.test(line)) out.push({ kind: "h", level: line.indexOf(" "), lines: [line.replace(/^#+ /, "")] });
    else if (/^(-{3,}|\*{3,})$/.test(line.trim())) out.push({ kind: "hr", lines: [] });
    else {
      const kind = /^\s*[-*] /.test(line) ? "ul" : /^\s*\d+[.)] /.test(line) ? "ol" : /^\|/.test(line) ? "table" : /^> ?/.test(line) ? "quote" : "p";
      if (last?.kind === kind && (kind !== "p" || last.lines.length > 0)) last.lines.push(line);
      else out.push({ kind, lines: [line] });
    }
  }
  return out.filter((block) => block.kind === "hr" || block.lines.length > 0);
}

function draw(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case "h": {
      const Tag = `h${Math.min(6, (block.level ?? 1) + 1)}` as "h2";
      return <Tag key={key} className={`h${block.level}`}>{inline(block.lines[0] ?? "")}</Tag>;
    }
    case "ul": return <ul key={key}>{block.lines.map((l, i) => <li key={i}>{inline(l.replace(/^\s*[-*] /, ""))}</li>)}</ul>;
    case "ol": return <ol key={key}>{block.lines.map((l, i) => <li key={i}>{inline(l.replace(/^\s*\d+[.)] /, ""))}</li>)}</ol>;
    case "pre": return <pre key={key} className="hostile">{block.lines.join("\n")}</pre>;
    case "quote": return <blockquote key={key}>{inline(block.lines.map((l) => l.replace(/^> ?/, "")).join(" "))}</blockquote>;
    case "hr": return <hr key={key} />;
    case "table": {
      const rows = block.lines.filter((l) => !/^\|?[\s:|-]+\|?$/.test(l)).map(cells);
      const [head, ...body] = rows;
      return (
        <div key={key} className="scroll-x">
          <table>
            <thead><tr>{head?.map((c, i) => <th key={i}>{inline(c)}</th>)}</tr></thead>
            <tbody>{body.map((row, r) => <tr key={r}>{row.map((c, i) => <td key={i}>{inline(c)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      );
    }
    default: return <p key={key}>{block.lines.map((l, i) => <Fragment key={i}>{i > 0 && "\n"}{inline(l)}</Fragment>)}</p>;
  }
}

export function Markdown({ text }: { text: string }) {
  return <div className="prose">{blocks(text).map(draw)}</div>;
}
