"use strict";
// The page is painted before the table is worked out.
requestAnimationFrame(() => setTimeout(() => {
  const SIZE = 25, SVG = "http://www.w3.org/2000/svg";
  const TITLE = 0, ID = 1, URL_ = 2, DATE = 3, SOURCE = 4, STATUS = 5, DOMINANT = 6, N = 7, GROUP = 8,
    REMARK = 9, STRIP = 10, WHOLE = 11, BODY = 12, SECTION = 13;
  const data = JSON.parse(document.getElementById("data").textContent);
  const { labels, sources, rows } = data;
  const get = id => document.getElementById(id);
  const names = new Map([[-1, "mixed"], [-2, "nothing to score"]]);
  labels.forEach((label, i) => names.set(i, label));
  const copies = new Map();
  rows.forEach((row, i) => {
    if (row[GROUP] !== i) copies.set(row[GROUP], [...(copies.get(row[GROUP]) || []), i]);
  });
  const sought = rows.map(r => [r[TITLE], r[ID], sources[r[SOURCE]]].join("\n").toLowerCase());
  let chosen = [], page = 0, key = "", down = false;

  function svg(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [k, v] of Object.entries(attributes)) element.setAttribute(k, v);
    return element;
  }
  function make(name, text, kind) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  }
  function drawBar(bar, shares, written) {
    bar.replaceChildren();
    const total = shares.reduce((a, b) => a + b, 0) || 1;
    let start = 0;
    shares.forEach((share, i) => {
      const width = 100 * share / total;
      if (!width) return;
      bar.append(svg("rect", { class: `fill c${i % 8}`, x: `${start}%`, width: `${width}%`, height: "100%" }));
      if (written && width >= 8) {
        const text = svg("text", { class: `on c${i % 8}`, x: `${start + width / 2}%`, y: "50%", "aria-hidden": "true" });
        text.textContent = `${Math.round(share)}%`;
        bar.append(text);
      }
      start += width;
    });
    bar.setAttribute("aria-label", shares.map((s, i) => `${labels[i]} ${Math.round(s)}%`).join(", "));
  }
  function options(select, pairs) {
    for (const [value, text] of pairs) {
      const option = make("option", text);
      option.value = value;
      select.append(option);
    }
  }
  options(get("f-label"), [...names].filter(([i]) => rows.some(r => r[DOMINANT] === i)));
  options(get("f-source"), sources.map((s, i) => [i, s || "(none)"]).sort((a, b) => a[1].localeCompare(b[1])));
  options(get("f-status"), [...new Set(rows.map(r => r[STATUS]))].map(s => [s, s]));
  options(get("by"), labels.map((label, i) => [i, label]));

  function keep(row, i) {
    const words = get("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const label = get("f-label").value, source = get("f-source").value, status = get("f-status").value;
    const from = get("f-from").value, to = get("f-to").value;
    return (get("f-copies").checked || row[GROUP] === i)
      && (!label || row[DOMINANT] === +label) && (!source || row[SOURCE] === +source)
      && (!status || row[STATUS] === status)
      && (!from || row[DATE].slice(0, 10) >= from) && (!to || (row[DATE] && row[DATE].slice(0, 10) <= to))
      && words.every(word => sought[i].includes(word));
  }
  const KEYS = {
    title: r => r[TITLE].toLowerCase(), date: r => r[DATE], source: r => sources[r[SOURCE]].toLowerCase(),
    n: r => r[N], mix: r => (r[WHOLE] ? r[WHOLE][0][+get("by").value] : -1), dominant: r => names.get(r[DOMINANT]),
  };
  function update() {
    chosen = rows.map((_, i) => i).filter(i => keep(rows[i], i));
    if (key) {
      const of = chosen.map(i => [KEYS[key](rows[i]), i]);
      of.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]) * (down ? -1 : 1));
      chosen = of.map(pair => pair[1]);
    }
    page = 0;
    const scored = chosen.filter(i => rows[i][WHOLE]);
    const means = labels.map((_, k) => scored.reduce((sum, i) => sum + rows[i][WHOLE][0][k], 0) / (scored.length || 1));
    drawBar(get("selected"), means, true);
    get("selected").toggleAttribute("hidden", !scored.length);
    const all = rows.filter((row, i) => get("f-copies").checked || row[GROUP] === i).length;
    get("said").textContent = chosen.length === all
      ? `${all.toLocaleString("en")} articles` : `${chosen.length.toLocaleString("en")} of ${all.toLocaleString("en")} articles; their mean mix:`;
    show();
  }
  function show() {
    const body = get("table").tBodies[0], stop = Math.min(chosen.length, SIZE * (page + 1));
    body.replaceChildren(...chosen.slice(SIZE * page, stop).map(line));
    get("where").textContent = chosen.length ? `${(SIZE * page + 1).toLocaleString("en")} to ${stop.toLocaleString("en")}` : "none";
    get("prev").disabled = !page;
    get("next").disabled = stop >= chosen.length;
  }
  function line(i) {
    const row = rows[i], tr = get("row").content.firstElementChild.cloneNode(true), cells = tr.cells;
    const button = cells[0].querySelector("button"), marks = cells[0].querySelector(".marks");
    button.textContent = row[TITLE];
    button.dir = "auto";
    button.addEventListener("click", () => unfold(tr, button, i));
    const n = (copies.get(i) || []).length;
    if (n) marks.append(make("span", `${n} cop${n === 1 ? "y" : "ies"}`, "chip"));
    if (row[GROUP] !== i) marks.append(make("span", "copy", "chip"));
    if (row[STATUS] !== "ok") marks.append(make("span", row[STATUS].replace("_", " "), "chip warn"));
    cells[1].textContent = row[DATE].slice(0, 10);
    cells[2].textContent = sources[row[SOURCE]];
    cells[3].textContent = row[N];
    if (row[WHOLE]) drawBar(cells[4].firstElementChild, row[WHOLE][0], false);
    else cells[4].replaceChildren();
    cells[5].textContent = names.get(row[DOMINANT]);
    return tr;
  }
  function unfold(tr, button, i) {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) { tr.nextElementSibling.remove(); return; }
    const more = make("tr", undefined, "more"), cell = make("td");
    cell.colSpan = 6;
    cell.append(...details(rows[i], i));
    more.append(cell);
    tr.after(more);
  }
  function details(row, i) {
    const parts = make("div", undefined, "panels");
    for (const [name, column] of [["body", BODY], ["enrichment", SECTION]]) {
      const box = make("div");
      box.append(make("h3", row[column] ? name : `${name}: none`));
      if (row[column]) {
        const bar = svg("svg", { class: "bar", role: "img" });
        drawBar(bar, row[column][0], true);
        const [shares, low, high] = row[column];
        box.append(bar, make("p", labels.map((l, k) => `${l} ${shares[k]}% (${low[k]}–${high[k]})`).join(", "), "soft"));
      }
      parts.append(box);
    }
    const found = [parts];
    if (row[STRIP]) {
      const strip = svg("svg", { class: "strip", role: "img" }), width = 100 / row[STRIP].length;
      [...row[STRIP]].forEach((digit, k) => strip.append(svg("rect", { class: `fill c${digit % 8}`, x: `${k * width}%`, width: `${width}%`, height: "100%" })));
      strip.setAttribute("aria-label", "labels of its paragraphs: " + [...row[STRIP]].map(d => labels[d]).join(", "));
      found.push(make("h3", "paragraph by paragraph"), strip);
    }
    const facts = make("ul", undefined, "facts");
    facts.append(make("li", row[ID]));
    if (row[REMARK]) facts.append(make("li", row[REMARK]));
    if (row[URL_]) {
      const link = make("a", row[URL_]), item = make("li");
      link.href = row[URL_];
      link.rel = "noopener noreferrer";
      item.append(link);
      facts.append(item);
    }
    for (const k of copies.get(i) || []) facts.append(make("li", `copy: ${rows[k][ID]}`));
    found.push(facts);
    return found;
  }
  get("filters").addEventListener("submit", event => event.preventDefault());
  get("filters").addEventListener("input", update);
  get("filters").addEventListener("reset", () => setTimeout(update));
  get("by").addEventListener("change", () => sort("mix", true));
  get("prev").addEventListener("click", () => { page -= 1; show(); });
  get("next").addEventListener("click", () => { page += 1; show(); });
  function sort(name, falling) {
    key = name;
    down = falling;
    for (const button of document.querySelectorAll("[data-key]")) {
      button.parentElement.setAttribute("aria-sort", button.dataset.key !== key ? "none" : down ? "descending" : "ascending");
    }
    update();
  }
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => sort(button.dataset.key, key === button.dataset.key ? !down : button.dataset.key === "mix"));
  }
  for (const button of document.querySelectorAll("[data-unit]")) {
    button.addEventListener("click", () => {
      for (const other of document.querySelectorAll("[data-unit]")) other.setAttribute("aria-pressed", String(other === button));
      for (const chart of document.querySelectorAll("[data-of]")) chart.hidden = chart.dataset.of !== button.dataset.unit;
    });
  }
  update();
}));
