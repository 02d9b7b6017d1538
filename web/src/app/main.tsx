import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./tokens.css";
import "@/components/components.css";
import "./frame.css";
import { Refusal, Skeleton } from "@/components/Empty";
import { keepAhead, Problem, whenSignedOut } from "@/lib/call";
import { whenMissed } from "@/lib/live";
import { usePath } from "@/lib/place";
import { changeSession, mightHave, sessionQuery, useSession } from "@/lib/session";
import { lang, speak } from "@/lib/text";
import { FirstRun } from "./FirstRun";
import { Frame } from "./Frame";
import { loadBody, pageAt } from "./pages";
import { SignIn } from "./SignIn";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 502),
    },
  },
});
whenSignedOut(() => changeSession(client, null));
whenMissed(() => void client.invalidateQueries());

/** Everything that the first page needs is asked for at once: who is here, the texts, the page's program and its data. */
function begin() {
  const known = mightHave(undefined);
  if (known) keepAhead();
  void client.prefetchQuery(sessionQuery);
  const first = pageAt(location.pathname === "/" ? "/queue" : location.pathname);
  if (!first || !mightHave(first.page.permission)) return;
  loadBody(first.page).catch(() => undefined); // the frame asks again, and says it when it fails
  first.page.ahead?.(client, first.params, new URLSearchParams(location.search));
}
begin();

function Door() {
  const session = useSession();
  const path = usePath();
  if (session.isPending) return <div style={{ padding: 24 }}><Skeleton lines={6} /></div>;
  if (session.isError) return <div style={{ padding: 24 }}><Refusal error={session.error} again={() => void session.refetch()} /></div>;
  if (path === "/first-run" && !session.data) return <FirstRun />;
  return session.data && !session.data.must_change_password ? <Frame /> : <SignIn who={session.data} />;
}

void speak(lang.get()).then(() => {
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Door />
      </QueryClientProvider>
    </StrictMode>,
  );
});
