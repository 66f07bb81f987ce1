// What is on the page comes from the server, a part at a time; this asks for it and sends what is decided.
"use strict";
const words = JSON.parse(document.currentScript.dataset.words);
const page = document.body.dataset, said = document.getElementById("said");
const language = document.documentElement.lang;
const lettered = () => document.documentElement.classList.add("lettered");
document.fonts.load('1em "Tsunagari Gothic"', "あ").then(lettered, lettered);
const shown = {};
let mark = "", left = null, still = true, asked = 0, failed = 0;

const say = (text, bad) => { said.textContent = text; said.classList.toggle("warn", Boolean(bad)); };

async function sent(address, message) {
  const answer = await fetch(address, message === undefined ? {} : {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(message)});
  const found = await answer.json().catch(() => ({}));
  if (found.go) { location.replace(found.go); return null; }
  if (!answer.ok) { say(found.refused || words.lost, true); return null; }
  return found;
}

function amount(value) {
  const size = Math.abs(value);
  const form = size >= 1e6 ? {notation: "compact", maximumSignificantDigits: 3} : {maximumFractionDigits: 0};
  return new Intl.NumberFormat(language, form).format(value).replace("-", "−");
}

function lever(input) {
  const value = Number(input.value);
  if (input.dataset.form === "percent") return `${Math.round(100 * value)} %`;
  if (input.dataset.form === "times") return `× ${value.toFixed(Number(input.dataset.digits))}`;
  return value.toFixed(Number(input.dataset.digits)).replace("-", "−");
}

function reckon(form) {
  let cost = 0;
  for (const input of form.querySelectorAll("input[type=range]")) {
    const own = Number(input.dataset.cost) * Number(input.value);
    cost += own;
    form.querySelector(`[data-value=${input.name}]`).textContent = lever(input);
    const place = form.querySelector(`[data-cost=${input.name}]`);
    if (place && place.tagName === "OUTPUT") place.textContent = amount(own);
    input.classList.toggle("moved", Math.abs(Number(input.value) - Number(input.dataset.now)) > 1e-9);
  }
  const budget = Number(form.dataset.budget), over = cost > budget * (1 + 1e-9);
  form.querySelector("#cost").textContent = amount(cost);
  form.querySelector("#used").value = Math.min(1, cost / Math.max(budget, 1e-9));
  form.querySelector(".bill").classList.toggle("warn", over);
  form.querySelector("button").disabled = over || "closed" in form.dataset;
}

function fill(parts) {
  for (const [name, html] of Object.entries(parts)) {
    const place = document.getElementById(name);
    if (!place || shown[name] === html) continue;
    shown[name] = html;
    place.innerHTML = html;
    const form = place.querySelector("form[data-budget]");
    if (form) reckon(form);
  }
}

function tick() {
  const clock = document.getElementById("clock");
  if (!clock) return;
  clock.parentElement.hidden = left === null;
  if (left === null) return;
  const now = Math.max(0, left - (still ? 0 : Math.floor((Date.now() - asked) / 1000)));
  const time = `${Math.floor(now / 60)}:${String(now % 60).padStart(2, "0")}`;
  clock.textContent = now === 0 ? words.time_up : (still ? words.stands : words.time_left).replace("{time}", time);
  clock.parentElement.classList.toggle("warn", now <= 15 && !still);
}

async function ask() {
  try {
    const found = await sent(`${page.state}?mark=${encodeURIComponent(mark)}`);
    if (found) {
      if (failed) say("");
      failed = 0;
      ({mark, left, still} = found);
      asked = Date.now();
      if (found.parts) fill(found.parts);
    }
  } catch {
    failed += 1;
    if (failed > 2) say(words.lost, true);
  }
  tick();
}

document.addEventListener("input", event => {
  const form = event.target.closest("form[data-budget]");
  if (form) reckon(form);
});

document.addEventListener("submit", async event => {
  event.preventDefault();
  const form = event.target, message = {};
  for (const input of form.querySelectorAll("input")) {
    if (input.type === "range") message[input.name] = Number(input.value);
    else if (input.type !== "radio" || input.checked) message[input.name] = input.value;
    if (input.dataset.same) message[input.name] = document.getElementById(input.dataset.same).value;
  }
  const found = await sent(form.dataset.post, message).catch(() => say(words.lost, true));
  if (found) { say(""); await ask(); }
});

async function act(message) {
  const buttons = document.querySelectorAll("button");
  buttons.forEach(button => { button.disabled = true; });
  const found = await sent("/teacher/act", message).catch(() => say(words.lost, true));
  if (found) say("");
  delete shown.buttons;
  delete shown.teams;
  mark = "";
  await ask();
}

document.addEventListener("click", event => {
  const button = event.target.closest("button[data-act]");
  if (button && (!button.dataset.sure || confirm(button.dataset.sure))) act({act: button.dataset.act});
});

document.addEventListener("change", event => {
  const {hand} = event.target.dataset;
  if (hand !== undefined) act({act: "hand", firm: hand, team: Number(event.target.value)});
});

if (page.role === "teacher") history.replaceState(null, "", "/teacher");  // the token is done with

if (page.state) {
  const again = async () => { await ask(); setTimeout(again, document.hidden ? 4000 : 1000); };
  again();
  setInterval(tick, 250);
}
