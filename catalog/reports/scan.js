"use strict";
// Filters, sorts and pages the rows that stand in the page already; without it all of them are simply shown.
(() => {
  const table = document.getElementById("matches");
  if (!table) return;
  const perPage = 200;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const words = new Map();
  const find = document.getElementById("find");
  const seen = document.getElementById("seen");
  const back = document.getElementById("back");
  const on = document.getElementById("on");
  const levels = Array.from(document.querySelectorAll("input.level"));
  let order = rows;
  let kept = rows;
  let page = 0;

  const textOf = (row) => {
    if (!words.has(row)) words.set(row, row.textContent.toLowerCase());
    return words.get(row);
  };
  const show = () => {
    const first = page * perPage;
    body.replaceChildren(...kept.slice(first, first + perPage));
    const last = Math.min(first + perPage, kept.length);
    seen.textContent = seen.dataset.text
      .replace("{shown}", kept.length ? `${first + 1}–${last}` : "0")
      .replace("{all}", kept.length.toLocaleString("en"));
    back.disabled = page === 0;
    on.disabled = last >= kept.length;
  };
  const filter = () => {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const open = new Set(levels.filter((box) => box.checked).map((box) => box.value));
    kept = order.filter((row) => open.has(row.dataset.level) && wanted.every((word) => textOf(row).includes(word)));
    page = 0;
    show();
  };
  const sort = (header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keys = new Map(rows.map((row) => {
      const cell = row.cells[column];
      return [row, cell.dataset.key ?? cell.textContent];
    }));
    const numbers = column === 1 || header.classList.contains("n");
    const compare = numbers
      ? (a, b) => keys.get(a) - keys.get(b)
      : (a, b) => (keys.get(a) < keys.get(b) ? -1 : keys.get(a) > keys.get(b) ? 1 : 0);
    order = rows.slice().sort(down ? (a, b) => compare(b, a) : compare);
    filter();
  };

  Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
    header.querySelector("button").addEventListener("click", () => sort(header, column));
  });
  let waiting = 0;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 150);
  });
  for (const box of levels) box.addEventListener("change", filter);
  back.addEventListener("click", () => { page -= 1; show(); });
  on.addEventListener("click", () => { page += 1; show(); });
  for (const cell of document.querySelectorAll(".cell")) {
    cell.addEventListener("click", () => {
      find.value = cell.dataset.find;
      filter();
      table.closest("section").scrollIntoView();
    });
  }
  document.querySelector(".tools").hidden = false;
  show();
})();
