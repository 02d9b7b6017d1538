// Before the first paint: the theme and language that this browser chose last.
(function () {
  var html = document.documentElement;
  var theme = localStorage.getItem("yagura.theme");
  if (theme !== "light" && theme !== "dark") theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  html.dataset.theme = theme;
  html.lang = localStorage.getItem("yagura.lang") === "en" ? "en" : "ja";
})();
