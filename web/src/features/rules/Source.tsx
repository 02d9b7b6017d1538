import { useQuery } from "@tanstack/react-query";
import { Skeleton, refusalText } from "@/components/Empty";
import { Tabs } from "@/components/Tabs";
import { call } from "@/lib/call";
import { t, useLang } from "@/lib/text";
import { useState } from "react";

export function useSource(id: string, wanted = true) {
  return useQuery({ queryKey: ["rule", id, "source"], enabled: wanted && id !== "", retry: false, staleTime: 30_000, queryFn: ({ signal }) => call("getRuleSource", { path: { id }, signal }) });
}

/** The rule as its file has it, and the samples beside it. */
export function Source({ id }: { id: string }) {
  useLang();
  const [at, setAt] = useState("yaml");
  const source = useSource(id);
  return (
    <section className="panel">
      <header><h2>{t("console.rules.text")}</h2>{source.data?.changed && <span className="badge medium">{t("console.rules.text.changed")}</span>}</header>
      <div className="inside">
        {source.isPending ? <Skeleton lines={8} /> : source.isError ? <p className="quiet">{refusalText(source.error)}</p> : (
          <Tabs label={t("console.rules.text")} at={at} onChange={setAt} tabs={[{ id: "yaml", says: "Sigma" }, ...(source.data.samples ? [{ id: "samples", says: t("console.rules.samples") }] : [])]}>
            <pre className="raw" tabIndex={0} aria-label={t("console.rules.text")}><code className="hostile">{at === "samples" ? source.data.samples : source.data.yaml}</code></pre>
          </Tabs>
        )}
      </div>
    </section>
  );
}
