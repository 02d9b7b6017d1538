import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import { Skeleton } from "@/components/Empty";
import type { CodeView, Mark } from "./codemirror";

export type CodeHandle = { goTo: (line: number, column: number) => void; focus: () => void };

/** A text with line numbers, colours and marks; the editor itself is loaded when it is first needed. */
export function CodeEditor({ label, text, marks, onText, handle }: { label: string; text: string; marks: Mark[]; onText: (text: string) => void; handle?: Ref<CodeHandle> }) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView | null>(null);
  const [ready, setReady] = useState(false);
  const told = useRef(onText);
  told.current = onText;
  const first = useRef(text);
  first.current = text;
  useEffect(() => {
    let gone = false;
    void import("./codemirror").then(({ openCode }) => {
      if (gone || !host.current) return;
      view.current = openCode(host.current, first.current, label, (next) => told.current(next));
      setReady(true);
    });
    return () => {
      gone = true;
      view.current?.close();
      view.current = null;
    };
  }, [label]);
  useEffect(() => view.current?.text(text), [text, ready]);
  useEffect(() => view.current?.marks(marks), [marks, ready]);
  useImperativeHandle(handle, () => ({ goTo: (line, column) => view.current?.goTo(line, column), focus: () => view.current?.focus() }), []);
  return (
    <div className="code-frame">
      {!ready && <Skeleton lines={10} />}
      <div ref={host} className="cm-editor code-host" />
    </div>
  );
}
