// Every write that the console makes goes through the documented API: each request of a page that is no GET is held
// against the OpenAPI document, by its method and path and by what it sends.
const reading = ["GET", "HEAD", "OPTIONS"];
const csrf_free = ["POST /api/v1/session", "POST /api/v1/first-run"]; // nobody is signed in yet

/** Watches a page's context. `wrong(line)` is told of each write that the document does not know; answers `seen`: the
    operations written so far. Ask for `finish` before the server stops. */
export function watchWrites(context, url, wrong) {
  const writes = [];
  context.on("request", (request) => {
    if (reading.includes(request.method())) {
      if (!request.url().startsWith(`${url}/`) && /^(https?|wss?):/.test(request.url())) wrong(`a page reached out of its house: ${request.url()}`);
      return;
    }
    const headers = request.headers();
    writes.push({ method: request.method(), url: request.url(), type: headers["content-type"], csrf: headers["x-csrf-token"], from: request.resourceType() });
  });
  return {
    /** Holds all that was written against the document; the operations that were used. */
    async finish() {
      const document = await (await fetch(`${url}/api/v1/openapi.json`)).json();
      const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
        id: operation.operationId, method: method.toUpperCase(), types: Object.keys(operation.requestBody?.content ?? {}),
        fits: new RegExp(`^${path.split("/").map((part) => part.replace(/[.*+?^$|()[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")).join("/")}$`),
      })));
      const used = new Set();
      for (const write of writes) {
        const at = new URL(write.url);
        const says = `${write.method} ${at.pathname}`;
        if (at.origin !== url) wrong(`a write left the house: ${write.method} ${write.url}`);
        if (write.from !== "fetch") wrong(`${says} came from ${write.from}, not from the console's one way to the API`);
        const found = operations.filter((one) => one.method === write.method && one.fits.test(at.pathname));
        if (found.length === 0) wrong(`${says} is not in the OpenAPI document`);
        if (write.type && found.length > 0 && !found.some((one) => one.types.some((type) => type === write.type.split(";")[0] || type === "*/*"))) wrong(`${says} sent ${write.type}, documented are ${found.flatMap((one) => one.types).join(", ") || "no bodies"}`);
        if (!write.csrf && !csrf_free.includes(says)) wrong(`${says} went without the session's CSRF token`);
        for (const one of found) used.add(one.id);
      }
      return used;
    },
  };
}
