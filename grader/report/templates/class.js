"use strict";
{
  const rows = [...document.querySelectorAll("#everybody > tbody > tr")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = rows.map((row) => plain(row.textContent));
  const box = document.getElementById("search");
  const shown = document.getElementById("shown");

  const groups = rows.map((row) => new Set(row.dataset.of.split(" ")));
  const group = () => {
    const mark = decodeURIComponent(location.hash.slice(1));
    return document.getElementById(mark)?.className === "group" ? mark : null;
  };
  const update = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    const mark = group();
    let count = 0;
    rows.forEach((row, place) => {
      const found = (!mark || groups[place].has(mark)) && words.every((word) => texts[place].includes(word));
      if (row.hidden === found) row.hidden = !found;
      if (found) count += 1;
    });
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  box.addEventListener("input", update);
  window.addEventListener("hashchange", update);
  box.closest(".find").hidden = false;
  update();

  const names = new Intl.Collator(undefined, { numeric: true });
  const sort = (table, column, falling) => {
    const keyed = [...table.tBodies[0].rows].map((row) => {
      const text = row.cells[column].textContent.trim();
      return [row, text, parseFloat(text)];
    });
    const numeric = table.tHead.rows[0].cells[column].classList.contains("number");
    // Cells without a number or text come last in both directions.
    const order = ([, a, x], [, b, y]) => {
      const lacking = numeric ? Number.isNaN(x) - Number.isNaN(y) : (a === "") - (b === "");
      if (lacking) return lacking;
      return (falling ? -1 : 1) * (numeric ? x - y || 0 : names.compare(a, b));
    };
    table.tBodies[0].append(...keyed.sort(order).map(([row]) => row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const falling = before ? before === "ascending" : head.classList.contains("number");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        sort(table, column, falling);
      });
    });
  }
}
