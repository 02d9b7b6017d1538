import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AskDialog, Dialog } from "@/components/Dialog";
import { Button } from "@/components/Button";
import { Empty, Refusal, refusalText, Skeleton } from "@/components/Empty";
import { ProseField, TextField } from "@/components/Field";
import { Hostile } from "@/components/Hostile";
import { Markdown } from "@/components/Markdown";
import { person } from "@/components/Badge";
import { say } from "@/lib/acts";
import { call } from "@/lib/call";
import type { AnyRecord } from "@/lib/contract";
import { go } from "@/lib/place";
import { useMay } from "@/lib/session";
import { t, useLang } from "@/lib/text";

type Body = { title?: string; query?: string; range?: string; columns?: string; note?: string };
const type = "saved_search";

/** Where a saved search is shown: the same address that its page had. */
function addressOf(body: Body): string {
  const values = new URLSearchParams();
  if (body.query) values.set("q", body.query);
  const [from, until] = (body.range ?? "").split("/");
  if (from && until) {
    values.set("from", from);
    values.set("until", until);
  } else if (from) values.set("range", from);
  if (body.columns) values.set("cols", body.columns);
  return `/hunt?${values}`;
}

export function Save({ query, range, columns, onClose }: { query: string; range: string; columns: string; onClose: () => void }) {
  useLang();
  const client = useQueryClient();
  const [given, setGiven] = useState({ title: "", note: "" });
  return (
    <AskDialog title={t("console.hunt.save")} says={t("console.save")} onClose={onClose} onSend={async () => {
      await call("createRecord", { path: { type }, body: { body: { title: given.title, query, range, columns, ...(given.note ? { note: given.note } : {}) } } });
      await client.invalidateQueries({ queryKey: ["hunt", "saved"] });
      say({ tone: "good", text: t("console.hunt.saved.did", { name: given.title }) });
    }}>
      <p className="soft">{t("console.hunt.save.says")}</p>
      <TextField label={t("console.hunt.save.name")} must value={given.title} onChange={(e) => setGiven({ ...given, title: e.target.value })} />
      <div className="field"><span className="label">{t("console.hunt.query")}</span><code className="hostile">{query || t("console.hunt.everything")}</code></div>
      <ProseField label={t("console.hunt.save.note")} rows={3} value={given.note} onChange={(e) => setGiven({ ...given, note: e.target.value })} />
    </AskDialog>
  );
}

/** The searches that somebody kept. */
export function SavedList({ onClose }: { onClose: () => void }) {
  useLang();
  const may = useMay();
  const client = useQueryClient();
  const found = useQuery({ queryKey: ["hunt", "saved"], queryFn: async ({ signal }) => (await call("listRecords", { path: { type }, query: { state: "kept", limit: 200, sort: "updated_at" }, signal })).records as AnyRecord[] });
  const drop = async (record: AnyRecord) => {
    try {
      await call("moveRecord", { path: { type, id: record.id }, body: { version: record.version, move: "drop" } });
      await client.invalidateQueries({ queryKey: ["hunt", "saved"] });
    } catch (error) {
      say({ tone: "bad", text: t("console.hunt.saved.failed"), detail: refusalText(error) });
    }
  };
  return (
    <Dialog wide title={t("console.hunt.saved")} onClose={onClose}>
      {found.isPending ? <Skeleton lines={4} /> : found.isError ? <Refusal error={found.error} again={() => void found.refetch()} />
        : found.data.length === 0 ? <Empty icon="search" title={t("console.hunt.saved.none")}>{t("console.hunt.saved.none.says")}</Empty> : (
          <ul className="saved-list">
            {found.data.map((record) => {
              const body = record.body as Body;
              return (
                <li key={record.id}>
                  <div className="grow stack tight">
                    <a href={addressOf(body)} onClick={(event) => { event.preventDefault(); onClose(); go(addressOf(body)); }}>{body.title}</a>
                    <code><Hostile text={body.query || t("console.hunt.everything")} /></code>
                    {body.note && <Markdown text={body.note} />}
                  </div>
                  <span className="quiet">{person(record.created_by)}</span>
                  {may("triage.write") && <Button small look="plain" icon="close" label={t("console.hunt.saved.drop", { name: body.title ?? "" })} onClick={() => void drop(record)} />}
                </li>
              );
            })}
          </ul>
        )}
    </Dialog>
  );
}
