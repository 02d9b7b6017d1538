import type { Page } from "@/lib/page";
import { typeQuery } from "@/lib/records";
import { incidentQueries } from "./incidents";

export const page: Page = {
  path: "/incidents/:id",
  title: "console.incident.title",
  permission: "incident.read",
  load: () => import("./Incident"),
  ahead: (client, { id = "" }) => {
    const { incident, tasks, missing, reports } = incidentQueries(id);
    void client.prefetchQuery(incident);
    void client.prefetchQuery(tasks);
    void client.prefetchQuery(missing);
    void client.prefetchQuery(reports);
    void client.prefetchQuery(typeQuery("incident"));
  },
};
