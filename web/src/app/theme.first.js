// Before the first paint: the theme and language that this browser chose last; and what the page will need, asked for
// while its program still comes: its texts, the first page's program, and the answers that it asked for last time.
(function () {
  var html = document.documentElement;
  var theme = localStorage.getItem("yagura.theme");
  if (theme !== "light" && theme !== "dark") theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  html.dataset.theme = theme;
  var lang = localStorage.getItem("yagura.lang") === "en" ? "en" : "ja";
  html.lang = lang;
  var built = { "ja": "%texts.ja%", "en": "%texts.en%", "queue": "%queue%" }; // vite.config.ts fills these in
  var wanted = built[lang] + (/^\/(queue)?$/.test(location.pathname) ? " " + built.queue : "");
  wanted.split(" ").forEach(function (name) {
    if (!/^assets\//.test(name)) return;
    var link = document.createElement("link");
    link.rel = /\.css$/.test(name) ? "preload" : "modulepreload";
    if (link.rel === "preload") link.as = "style";
    link.href = "/" + name;
    document.head.appendChild(link);
  });
  // lib/call.ts writes the list and takes the answers.
  var ahead = (window.yaguraAhead = {});
  try {
    var kept = JSON.parse(localStorage.getItem("yagura.ahead") || "{}")[location.pathname + location.search] || [];
    kept.forEach(function (url) {
      if (!/^\/api\/v1\//.test(url)) return;
      ahead[url] = fetch(url, { credentials: "same-origin", headers: { "Accept": "application/json, text/*;q=0.9", "Accept-Language": lang } });
      ahead[url].catch(function () {});
    });
  } catch (_) {
    // a list that is none asks for nothing
  }
})();
