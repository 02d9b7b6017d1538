import type { Page } from "@/lib/page";
import { criteriaQuery, typeQuery } from "@/lib/records";
import { countQuery, filterOf, listQuery } from "./alerts";

export const page: Page = {
  path: "/queue",
  title: "console.queue.title",
  nav: { group: "watch", order: 1, icon: "alert", keys: "q" },
  permission: "alert.read",
  load: () => import("./Queue"),
  ahead: (client, _, search) => {
    if (search.get("view") !== "mine") { // whose that is, the session tells first
      const { filter } = filterOf(search, search.get("text") ?? "", "");
      void client.prefetchInfiniteQuery(listQuery(filter));
      void client.prefetchQuery(countQuery(filter));
    }
    void client.prefetchQuery(typeQuery("alert"));
    void client.prefetchQuery(criteriaQuery());
  },
};
