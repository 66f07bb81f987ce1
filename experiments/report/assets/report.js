"use strict";
// What moves in the report. Everything is there to be read without it.
(() => {
  const root = document.documentElement;
  const words = JSON.parse(document.getElementById("words").textContent);
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  // --- the theme: as the system has it, or the other one
  const theme = document.querySelector(".theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const named = () => { theme.textContent = isDark() ? words.light : words.dark; };
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; named(); });
  dark.addEventListener("change", named);
  named();

  // --- tabs: all panels are shown on paper and without a script
  for (const list of document.querySelectorAll(".tabs")) {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const choose = (chosen, focus) => {
      for (const tab of tabs) {
        const on = tab === chosen;
        tab.setAttribute("aria-selected", String(on));
        tab.tabIndex = on ? 0 : -1;
        document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
      }
      if (focus) chosen.focus();
    };
    list.hidden = false;
    choose(tabs[0], false);
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) choose(tab, true);
    });
    list.addEventListener("keydown", (event) => {
      const at = tabs.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      choose(tabs[(to + tabs.length) % tabs.length], true);
    });
  }

  // --- the legend: a button hides what is of its number in the figure
  for (const button of document.querySelectorAll(".legend button")) {
    const figure = button.closest("figure");
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      for (const part of figure.querySelectorAll(`.series[data-series="${button.dataset.series}"]`))
        part.classList.toggle("off", !on);
    });
  }
  const hidden = (figure) => new Set(
    [...figure.querySelectorAll(".legend button[aria-pressed=false]")].map((b) => Number(b.dataset.series)),
  );

  // --- values under the pointer and under the arrow keys
  const shown = (plot, selector) =>
    [...plot.querySelectorAll(selector)].filter((e) => e.getClientRects().length > 0);

  function tipOf(plot) {
    let tip = plot.querySelector(".tip");
    if (!tip) {
      tip = make("div", { className: "tip", hidden: true });
      const said = make("div", { className: "unseen" });
      said.setAttribute("aria-live", "polite");
      plot.append(tip, said);
    }
    return tip;
  }
  function show(plot, lines, box, say) {
    const tip = tipOf(plot);
    tip.replaceChildren(...lines.flatMap(([text, colour], i) => {
      const row = make("div", {});
      if (colour) { const dot = make("i", {}); dot.style.background = colour; row.append(dot); }
      row.append(text);
      if (i === 0) row.style.fontWeight = "600";
      return [row];
    }));
    tip.hidden = false;
    const width = tip.offsetWidth, room = plot.clientWidth;
    let left = box.x + 14;
    if (left + width > room) left = box.x - width - 14;
    tip.style.left = `${Math.max(0, Math.min(left, room - width))}px`;
    tip.style.top = `${Math.max(0, box.y)}px`;
    if (say) plot.querySelector(".unseen").textContent = lines.map(([text]) => text).join("; ");
  }
  function hide(plot) {
    const tip = plot.querySelector(".tip");
    if (tip) tip.hidden = true;
    plot.querySelectorAll(".cursor").forEach((e) => e.remove());
    plot.querySelectorAll(".at").forEach((e) => e.classList.remove("at"));
  }

  function lines(plot, script) {
    const data = JSON.parse(script.textContent);
    const fixed = (v) => (v === null || v === undefined ? "–" : v.toFixed(data.digits).replace("-", "−") + data.suffix);
    let at = -1;
    const put = (index, say) => {
      at = Math.max(0, Math.min(data.x.length - 1, index));
      hide(plot);
      const svg = shown(plot, "svg.wide, svg.narrow")[0];
      const [left, top, right, bottom] = svg.dataset.frame.split(" ").map(Number);
      const [low, high] = svg.dataset.across.split(" ").map(Number);
      const x = left + ((data.x[at] - low) / (high - low || 1)) * (right - left);
      const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [name, value] of Object.entries({ x1: x, x2: x, y1: top, y2: bottom, class: "cursor" }))
        cursor.setAttribute(name, value);
      svg.append(cursor);
      const off = hidden(plot.closest("figure"));
      const rows = data.series
        .filter((s) => !off.has(s.place) && s.middle[at] !== null && s.middle[at] !== undefined)
        .sort((a, b) => b.middle[at] - a.middle[at])
        .map((s) => {
          const ends = s.low && s.low[at] !== null && s.low[at] !== undefined
            ? ` (${data.band} ${fixed(s.low[at])} – ${fixed(s.high[at])})` : "";
          return [`${s.name} ${fixed(s.middle[at])}${ends}`, s.colour === "#000000" ? "var(--black)" : s.colour];
        });
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      show(plot, [[`${data.across} ${data.x[at]}`, null], ...rows], { x: x * scale, y: top * scale }, say);
    };
    plot.addEventListener("pointermove", (event) => {
      const svg = shown(plot, "svg.wide, svg.narrow")[0];
      if (!svg) return;
      const box = svg.getBoundingClientRect();
      const [left, , right] = svg.dataset.frame.split(" ").map(Number);
      const [low, high] = svg.dataset.across.split(" ").map(Number);
      const here = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
      const value = low + ((here - left) / (right - left)) * (high - low);
      let best = 0;
      data.x.forEach((x, i) => { if (Math.abs(x - value) < Math.abs(data.x[best] - value)) best = i; });
      put(best, false);
    });
    return { put, get at() { return at; }, last: data.x.length - 1 };
  }

  function pieces(plot) {
    let at = -1;
    const all = () => shown(plot, "[data-tip]");
    const put = (index, say) => {
      const found = all();
      if (!found.length) return;
      at = Math.max(0, Math.min(found.length - 1, index));
      hide(plot);
      const piece = found[at], box = piece.getBoundingClientRect(), home = plot.getBoundingClientRect();
      piece.classList.add("at");
      show(plot, piece.dataset.tip.split("\n").map((t) => [t, null]),
        { x: box.left - home.left + box.width / 2, y: box.top - home.top + box.height / 2 }, say);
    };
    plot.addEventListener("pointermove", (event) => {
      const piece = event.target.closest("[data-tip]");
      if (piece) put(all().indexOf(piece), false); else hide(plot);
    });
    return { put, get at() { return at; }, get last() { return all().length - 1; } };
  }

  for (const plot of document.querySelectorAll(".plot")) {
    const script = plot.querySelector("script.numbers");
    if (!script && !plot.querySelector("[data-tip]")) continue;
    tipOf(plot);
    const walk = script ? lines(plot, script) : pieces(plot);
    plot.addEventListener("pointerleave", () => hide(plot));
    plot.addEventListener("blur", () => hide(plot));
    plot.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { hide(plot); return; }
      const to = { ArrowRight: walk.at + 1, ArrowLeft: walk.at - 1, Home: 0, End: walk.last }[event.key];
      if (to === undefined || event.target !== plot) return;
      event.preventDefault();
      walk.put(to, true);
    });
  }
})();
