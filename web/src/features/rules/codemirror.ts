// The editor of rules: CodeMirror in a shadow root, where its styles are adopted sheets, which the page's policy lets be.
import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export type Mark = { line: number; column: number; message: string; severity: "error" | "warning" };
export type CodeView = { text: (next: string) => void; marks: (marks: Mark[]) => void; goTo: (line: number, column: number) => void; focus: () => void; close: () => void };

const looks = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--low)" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--ink-3)" },
  { tag: tags.invalid, color: "var(--critical)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--panel)", color: "var(--ink)", fontSize: "13px" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-3)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 35%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-soft)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--critical)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--medium)", textUnderlineOffset: "3px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "6px", overflow: "hidden" },
  ".cm-diagnostic": { fontFamily: "var(--font)", maxWidth: "60ch" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-matchingBracket": { backgroundColor: "var(--mark)", color: "var(--mark-ink)" },
});

const top_keys = ["title", "id", "related", "status", "description", "references", "author", "date", "modified", "tags", "logsource", "detection", "fields", "falsepositives", "level", "correlation"];
const values: Record<string, string[]> = {
  status: ["stable", "test", "experimental", "deprecated", "unsupported"],
  level: ["informational", "low", "medium", "high", "critical"],
  product: ["windows", "linux", "macos", "zeek", "apache", "nginx", "cisco", "azure", "aws", "gcp", "m365"],
  category: ["process_creation", "process_access", "file_event", "registry_set", "registry_event", "network_connection", "dns_query", "dns", "image_load", "driver_load", "ps_script", "pipe_created", "create_remote_thread", "webserver", "proxy", "firewall", "authentication"],
  service: ["security", "system", "application", "powershell", "sysmon", "auditd", "sshd", "sudo", "cron", "dns-server", "taskscheduler", "wmi", "windefend"],
  type: ["event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile"],
};
const modifiers = ["contains", "startswith", "endswith", "all", "re", "i", "m", "s", "cidr", "base64", "base64offset", "utf16le", "utf16be", "wide", "windash", "exists", "gt", "gte", "lt", "lte", "cased", "fieldref", "neq", "expand"];

function completions(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const left = line.text.slice(0, context.pos - line.from);
  const offer = (from: number, list: string[], after = ""): CompletionResult => ({ from, options: list.map((label) => ({ label, apply: label + after })), validFor: /^[\w-]*$/ });
  const modifier = /\|(\w*)$/.exec(left);
  if (modifier && !left.includes(": ")) return offer(context.pos - modifier[1]!.length, modifiers);
  const value = /^\s*(\w+):\s+(\w*)$/.exec(left);
  if (value) return values[value[1]!] ? offer(context.pos - value[2]!.length, values[value[1]!]!) : null;
  const key = /^(\w*)$/.exec(left);
  if (key && (key[1] || context.explicit)) return offer(context.pos - key[1]!.length, top_keys, ": ");
  const inner = /^\s+(\w*)$/.exec(left);
  if (inner && inner[1]) {
    for (let at = line.number - 1; at > 0; --at) {
      const above = context.state.doc.line(at).text;
      if (/^\S/.test(above)) return above.startsWith("logsource") ? offer(context.pos - inner[1].length, ["product", "category", "service"], ": ") : above.startsWith("detection") ? offer(context.pos - inner[1].length, ["condition", "selection", "filter", "keywords"], ": ") : null;
    }
  }
  return null;
}

/** Opens an editor in `host`; `onText` hears every change by a person. */
export function openCode(host: HTMLElement, text: string, label: string, onText: (text: string) => void): CodeView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const frame = document.createElement("div");
  frame.style.height = "100%";
  root.append(frame);
  let silent = false;
  const view = new EditorView({
    parent: frame,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), foldGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), lintGutter(),
        yaml(), syntaxHighlighting(looks), theme, autocompletion({ override: [completions], icons: false }),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]), // Tab leaves the editor, as everywhere
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => { if (update.docChanged && !silent) onText(update.state.doc.toString()); }),
      ],
    }),
  });
  const place = (line: number, column: number) => {
    const at = view.state.doc.line(Math.max(1, Math.min(view.state.doc.lines, line)));
    return Math.min(at.to, at.from + Math.max(0, column - 1));
  };
  return {
    text: (next) => {
      if (next === view.state.doc.toString()) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      silent = false;
    },
    marks: (marks) =>
      view.dispatch(setDiagnostics(view.state, marks.filter((mark) => mark.line > 0).map((mark) => {
        const from = place(mark.line, mark.column);
        const word = /^[^\s:,]+/.exec(view.state.doc.sliceString(from, view.state.doc.lineAt(from).to))?.[0].length ?? 0;
        return { from, to: Math.min(view.state.doc.length, from + Math.max(1, word)), message: mark.message, severity: mark.severity };
      }))),
    goTo: (line, column) => {
      view.dispatch({ selection: { anchor: place(line, column) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}
