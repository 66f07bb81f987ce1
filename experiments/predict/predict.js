"use strict";
// What came out is unpacked when it is shown, and not before; no text or picture holds it until then.
const DATA = JSON.parse(document.getElementById("data").textContent);
const UNDEFINED = 65535;
const NARROW = 600; // pixels
const $ = (id) => document.getElementById(id);

let topic, value, guess, isSet, shown, every, frame;
const rounds = new Map();

function unpacked(which) {
  const bytes = Uint8Array.from(atob(which.band), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer), [low, high] = which.scale;
  const months = which.months.length, values = which.values.length;
  const at = (end, setting, month) => {
    const whole = view.getUint16(2 * ((end * values + setting) * months + month), true);
    return whole === UNDEFINED ? NaN : low + (whole / (UNDEFINED - 1)) * (high - low);
  };
  return (setting) => [0, 1, 2].map((end) => which.months.map((_, month) => at(end, setting, month)));
}

function told(number, unit = topic.unit) {
  if (!Number.isFinite(number)) return "undefined";
  const rounded = Number(number.toFixed(topic.decimals)) + 0;
  return rounded.toFixed(topic.decimals).replace("-", "\u2212") + unit;
}

function short(number) {
  return told(number, topic.unit === " %" ? topic.unit : "");
}

function apart(number) {
  return told(number, topic.unit === " %" ? " points" : topic.unit);
}

function begin(name) {
  topic = DATA.topics.find((one) => one.name === name) ?? DATA.topics[0];
  for (const link of document.querySelectorAll("#lessons a")) {
    const here = link.hash === "#" + topic.name;
    if (here) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  document.documentElement.style.setProperty("--firm", topic.colour);
  $("title").textContent = topic.title;
  $("question").textContent = topic.question;
  $("setting-label").textContent = topic.setting;
  $("measured").textContent = topic.measured;
  $("since").textContent = topic.since;
  $("setting").max = topic.values.length - 1;
  value = topic.shipped;
  $("setting").value = value;
  makePoints();
  anew();
}

function start() {
  return unpacked(topic)(value)[1][0]; // the class is told where it starts
}

function anew() {
  shown = every = false;
  guess = topic.points.map(start);
  isSet = topic.points.map(() => false);
  tellStatus("");
  for (const id of ["result", "again", "every"]) $(id).hidden = true;
  $("reveal").hidden = false;
  $("every").setAttribute("aria-pressed", "false");
  for (const id of ["figures", "debrief"]) $(id).replaceChildren();
  tellRounds();
  for (const input of document.querySelectorAll("#points input")) input.disabled = false;
  tellSetting();
  tellPoints();
  draw();
}

function tellSetting() {
  const text = topic.values[value];
  $("setting-told").textContent = text;
  $("setting").setAttribute("aria-valuetext", value === topic.shipped ? `${text}, as usual` : text);
}

function makePoints() {
  const [low, high] = topic.scale;
  $("points").replaceChildren(...topic.points.map((at, number) => {
    const label = document.createElement("label"), when = document.createElement("span");
    const input = document.createElement("input"), amount = document.createElement("span");
    when.textContent = `Month ${topic.months[at]}`;
    when.className = "when";
    amount.className = "amount";
    amount.setAttribute("aria-hidden", "true"); // the point's own value says it
    Object.assign(input, { type: "range", min: low, max: high, step: (high - low) / 200 });
    input.addEventListener("input", () => setPoint(number, Number(input.value)));
    label.append(when, input, amount);
    return label;
  }));
}

function setPoint(number, to) {
  if (shown) return;
  const [low, high] = topic.scale;
  guess[number] = Math.min(high, Math.max(low, to));
  isSet[number] = true;
  follow();
  tellStatus("");
  tellPoints();
  draw();
}

// Points that nobody has set yet lie on straight lines between those that are, and level after them.
function follow() {
  const known = [[0, start()]];
  isSet.forEach((yes, number) => yes && known.push([topic.points[number], guess[number]]));
  guess = guess.map((own, number) => {
    const at = topic.points[number], after = known.find(([place]) => place >= at);
    if (isSet[number] || !after) return isSet[number] ? own : known.at(-1)[1];
    const [from, level] = known[known.indexOf(after) - 1];
    return level + ((at - from) / (after[0] - from)) * (after[1] - level);
  });
}

function tellStatus(words, isScore = false) {
  $("status").textContent = words;
  $("status").classList.toggle("score", isScore);
}

function tellPoints() {
  [...$("points").children].forEach((label, number) => {
    const input = label.querySelector("input");
    input.value = guess[number];
    input.setAttribute("aria-valuetext", told(guess[number]));
    label.querySelector(".amount").textContent = short(guess[number]);
  });
}

// -- the picture ---------------------------------------------------------------------------------

const x = (month) => {
  const [left, , right] = frame.box, first = topic.months[0], last = topic.months.at(-1);
  return left + ((month - first) / (last - first)) * (right - left);
};
const y = (amount) => {
  const [, top, , bottom] = frame.box, [low, high] = topic.scale;
  return bottom - ((amount - low) / (high - low)) * (bottom - top);
};

function put(kind, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, given] of Object.entries(attributes)) element.setAttribute(name, given);
  if (text !== undefined) element.textContent = text;
  $("chart").append(element);
}

function line(kind, amounts, months = topic.months) {
  const ends = amounts.map((amount, place) => [x(months[place]), y(amount)]);
  let path = "", drawing = false;
  for (const [across, up] of ends) {
    if (Number.isFinite(up)) path += `${drawing ? "L" : "M"}${across.toFixed(1)} ${up.toFixed(1)}`;
    drawing = Number.isFinite(up);
  }
  put("path", { class: kind, d: path });
}

function draw() {
  frame = topic.frames[$("chart").clientWidth < NARROW ? 1 : 0];
  $("chart").setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  $("chart").classList.toggle("shown", shown);
  $("chart").innerHTML = frame.svg;
  if (shown) drawTruth();
  const months = [topic.months[0], ...topic.points.map((at) => topic.months[at])];
  line("guess", [start(), ...guess], months);
  topic.points.forEach((at, number) => put("circle", { class: "dot", cx: x(topic.months[at]), cy: y(guess[number]), r: 7 }));
  put("circle", { class: "start", cx: x(months[0]), cy: y(start()), r: 7 });
  document.querySelector(".of-truth").hidden = !shown;
  document.querySelector(".of-other").hidden = !every;
  document.querySelector(".of-other").textContent = `every setting, from ${topic.values[0]} to ${topic.values.at(-1)}`;
  describe();
}

function drawTruth() {
  const [low, middle, high] = unpacked(topic)(value), there = topic.months.map((month, place) => [month, place]);
  const defined = there.filter(([, place]) => Number.isFinite(low[place]) && Number.isFinite(high[place]));
  const edge = [...defined.map(([m, p]) => [x(m), y(high[p])]), ...defined.reverse().map(([m, p]) => [x(m), y(low[p])])];
  put("polygon", { class: "band", points: edge.map((pair) => pair.map((n) => n.toFixed(1)).join(",")).join(" ") });
  if (every) topic.values.forEach((text, setting) => {
    const course = unpacked(topic)(setting)[1];
    line("other", course);
    const end = course.findLastIndex(Number.isFinite);
    if (end >= 0 && (setting === 0 || setting === topic.values.length - 1))
      put("text", { class: "halo", x: x(topic.months[end]) - 4, y: y(course[end]) - 8, "text-anchor": "end" }, text);
  });
  line("truth", middle);
}

function describe() {
  const yours = topic.points.map((at, number) => `month ${topic.months[at]}: ${told(guess[number])}`);
  let text = `It starts at ${told(start())}. Your prediction: ${yours.join(", ")}.`;
  if (shown) {
    const middle = unpacked(topic)(value)[1];
    text += ` What happened: ${topic.points.map((at) => `month ${topic.months[at]}: ${told(middle[at])}`).join(", ")}.`;
  }
  $("chart-told").textContent = text;
}

// -- drawing by mouse, pen or finger --------------------------------------------------------------

let before = null;

function pointed(event) {
  const box = $("chart").getBoundingClientRect();
  const across = ((event.clientX - box.left) / box.width) * frame.width;
  const up = ((event.clientY - box.top) / box.height) * frame.height;
  const [, top, , bottom] = frame.box, [low, high] = topic.scale;
  const amount = low + ((bottom - up) / (bottom - top)) * (high - low);
  return [across, amount];
}

function sweep(event) {
  const [across, amount] = pointed(event);
  const places = topic.points.map((at) => x(topic.months[at]));
  const nearest = places.reduce((best, place, number) => (Math.abs(place - across) < Math.abs(places[best] - across) ? number : best), 0);
  setPoint(nearest, amount);
  if (before !== null) // a fast hand passes points between two events: straight lines are drawn
    places.forEach((place, number) => {
      const [from, level] = before;
      if ((place - from) * (place - across) < 0) setPoint(number, level + ((place - from) / (across - from)) * (amount - level));
    });
  before = [across, amount];
}

$("chart").addEventListener("pointerdown", (event) => {
  if (shown || event.button !== 0) return;
  $("chart").setPointerCapture(event.pointerId);
  before = null;
  sweep(event);
});
$("chart").addEventListener("pointermove", (event) => {
  if (!shown && $("chart").hasPointerCapture(event.pointerId)) sweep(event);
});

// -- the answer ----------------------------------------------------------------------------------

function reveal() {
  if (!isSet.includes(true)) {
    tellStatus("Predict first: draw on the picture, or move at least one point.");
    return;
  }
  shown = true;
  const [low, middle, high] = unpacked(topic)(value);
  const there = topic.points.map((at, number) => [at, number]).filter(([at]) => Number.isFinite(middle[at]));
  const mean = (errors) => errors.reduce((sum, one) => sum + Math.abs(one), 0) / errors.length;
  const miss = mean(there.map(([at, number]) => guess[number] - middle[at]));
  const still = mean(there.map(([at]) => start() - middle[at]));
  const inside = there.filter(([at, number]) => low[at] <= guess[number] && guess[number] <= high[at]).length;
  const score = `You are off by ${apart(miss)} on average. ${inside} of your ${there.length} points ` +
    `${inside === 1 ? "lies" : "lie"} where eight of ten markets do. Who says that nothing changes is off by ${apart(still)}.`;
  $("figures").replaceChildren(...topic.points.map((at, number) => {
    const row = document.createElement("tr"), head = document.createElement("th");
    head.scope = "row";
    head.textContent = topic.months[at];
    row.append(head);
    for (const text of [short(guess[number]), short(middle[at]), `${short(low[at])} to ${short(high[at])}`]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  }));
  $("debrief").replaceChildren(...topic.debrief.map((words) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    return paragraph;
  }));
  for (const id of ["result", "again", "every"]) $(id).hidden = false;
  $("reveal").hidden = true;
  for (const input of document.querySelectorAll("#points input")) input.disabled = true;
  rounds.set(topic.name, [...(rounds.get(topic.name) ?? []), `${topic.values[value]}: off by ${apart(miss)}`]);
  tellRounds();
  tellStatus(score, true);
  draw();
  $("again").focus();
}

function tellRounds() {
  const past = rounds.get(topic.name) ?? [];
  $("past").hidden = past.length === 0;
  $("rounds").replaceChildren(...past.map((words) => {
    const item = document.createElement("li");
    item.textContent = words;
    return item;
  }));
}

// -- the page ------------------------------------------------------------------------------------

$("lessons").replaceChildren(...DATA.topics.map((one) => {
  const item = document.createElement("li"), link = document.createElement("a");
  link.href = "#" + one.name;
  link.textContent = one.title;
  item.append(link);
  return item;
}));
$("source").textContent = DATA.source + " · line: median, band: the middle 80 % of markets";
$("setting").addEventListener("input", () => {
  value = Number($("setting").value);
  anew();
});
$("reveal").addEventListener("click", reveal);
$("again").addEventListener("click", () => {
  anew();
  $("setting").focus();
});
$("every").addEventListener("click", () => {
  every = !every;
  $("every").setAttribute("aria-pressed", String(every));
  draw();
});
window.addEventListener("hashchange", () => {
  begin(location.hash.slice(1));
  $("title").focus();
});
window.addEventListener("resize", draw);
begin(location.hash.slice(1));
