"use strict";
// Everything that an answer can say comes escaped by the server; nothing is built from it here.

const body = document.body;
const byId = (id) => document.getElementById(id);

// -- parts of the page that change -------------------------------------------

/** What no closed test needs for being read; the server escapes all that could look like it. */
const CLOSED = /<!--closed (\S+)-->([^]*?)<!--end-->/g;

/** The nodes of some HTML, which here runs and loads nothing. */
const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body.childNodes;

function put(id, html) {
  const place = byId(id);
  if (!place) return;
  const open = new Map([...place.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
  const turned = new Set([...place.querySelectorAll("details[data-turned]")].map((d) => d.id));
  const times = new Map([...place.querySelectorAll("input[id]")].map((i) => [i.id, i.value]));
  const focused = place.contains(document.activeElement) ? focusOf(document.activeElement) : null;
  const later = [];
  const now = html.replace(CLOSED, (_, id, inside) => {
    if (turned.has(id) && open.get(id)) return inside;
    later.push([id, inside]);
    return "";
  });
  place.replaceChildren(...parsed(now));
  const restore = () => {
    for (const id of turned) {
      const details = byId(id);
      if (details) { details.open = open.get(id); details.dataset.turned = ""; }
    }
    for (const [id, value] of times) if (byId(id)) byId(id).value = value;
  };
  restore();
  scrubOpen(place);
  if (focused) focused()?.focus({ preventScroll: true });
  if (!later.length) return;
  const rest = later.map(([id, inside]) => [byId(id), inside]);
  requestAnimationFrame(() => setTimeout(() => {
    for (const [details, inside] of rest) details.append(...parsed(inside));
    restore();
    scrubOpen(place);
  }));
}

/** A function that finds what has the focus once more, in a part that is drawn anew. */
function focusOf(element) {
  const id = element.id || element.closest("[id]").id;
  return () => (element.id ? byId(id) : byId(id)?.querySelector(element.tagName));
}

// -- the slider through time -------------------------------------------------

const figure = (seconds) => `${+seconds.toFixed(3)}${Number.isInteger(+seconds.toFixed(3)) ? ".0" : ""} s`;

function told(strip, at) {
  let flight = 0, held = 0, done = 0;
  for (const moment of JSON.parse(strip.dataset.moments)) {
    if (moment[0] > at + 1e-9) break;
    [, flight, held, done] = moment;
  }
  return `${flight} in flight, ${held} held up, ${done} done`;
}

function scrub(strips) {
  const slider = strips.querySelector("input");
  const share = slider.value / slider.max;
  const at = strips.dataset.end * share;
  for (const strip of strips.querySelectorAll(".strip")) {
    const own = !strip.classList.contains("ghost");
    const text = told(strip, at);
    if (own) {
      slider.setAttribute("aria-valuetext", `${figure(at)}: ${text}`);
      strips.querySelector(".scrub .says").textContent = `${figure(at)}: ${text}`;
    } else {
      strip.querySelector(".says").textContent = `(at ${figure(at)}: ${text})`;
    }
    for (const bar of strip.querySelectorAll("svg.bar")) {
      let line = bar.querySelector(".now");
      if (!line) {
        line = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        for (const [name, value] of [["class", "now"], ["y", "-4"], ["width", "2"], ["height", "28"]]) {
          line.setAttribute(name, value);
        }
        bar.append(line);
      }
      line.setAttribute("x", `${share * 100}%`);
      line.setAttribute("transform", share > 0.5 ? "translate(-2 0)" : "");
    }
  }
}

/** Of a test that is closed nobody sees the time; it is told when it opens. */
function scrubOpen(place) {
  place.querySelectorAll("details.test[open] .strips").forEach(scrub);
}

document.addEventListener("toggle", (event) => scrubOpen(event.target.parentElement), true);

document.addEventListener("input", (event) => {
  const strips = event.target.closest(".strips");
  if (strips) scrub(strips);
});

document.addEventListener("click", (event) => {
  const summary = event.target.closest("summary");
  if (summary) summary.parentElement.dataset.turned = "";
  const dot = event.target.closest(".dots a");
  if (dot) {
    const details = byId(dot.hash.slice(1));
    details.open = true;
    details.dataset.turned = "";
  }
});

// -- keys and buttons --------------------------------------------------------

function say(text) {
  byId("said").textContent = text;
}

function hint() {
  const left = document.querySelectorAll(".hints [hidden]");
  if (!left.length) { say("These are all the hints there are."); return; }
  left[0].hidden = false;
  say(left.length > 1 ? `Hints left: ${left.length - 1}.` : "That was the last hint.");
}

function next(event) {
  const go = byId("go");
  if (!go || go.dataset.passed === "yes") return;
  event.preventDefault();
  say("This one has not passed yet. The list jumps to any other exercise.");
}

byId("hint")?.addEventListener("click", hint);
byId("next")?.addEventListener("click", next);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input:not([type=range]), select, textarea")) return;
  const target = { n: "go", h: "hint", l: "list" }[event.key];
  if (target) byId(target)?.click();
});

// -- many visitors -----------------------------------------------------------

let asking = null, soon = 0, wanted = false;

function visitors() {
  const slider = byId("count");
  return Math.round(slider.dataset.most ** (slider.value / slider.max));
}

function counted() {
  const many = `${visitors().toLocaleString("en")} visitor${visitors() === 1 ? "" : "s"}`;
  byId("counted").textContent = many;
  byId("count").setAttribute("aria-valuetext", many);
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const chart = byId("chart");
  const query = new URLSearchParams({
    count: visitors(), gap: byId("gap").value, failing: byId("failing")?.value ?? "",
  });
  chart.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`${body.dataset.slug}/visitors?${query}`, { signal: asking.signal });
    if (!response.ok) throw new Error(response.statusText);
    put("chart", await response.text());
    chart.setAttribute("aria-busy", "false");
  } catch (error) {
    if (error.name !== "AbortError") chart.setAttribute("aria-busy", "false");
  }
}

function askSoon() {
  wanted = true;
  clearTimeout(soon);
  soon = setTimeout(ask, 150);
}

if (byId("crowd")) {
  counted();
  byId("crowd").addEventListener("submit", (event) => event.preventDefault());
  byId("crowd").addEventListener("input", () => { counted(); askSoon(); });
  // Nobody waits for what nobody looks at: it begins when it comes into view.
  new IntersectionObserver((entries, observer) => {
    if (entries.some((entry) => entry.isIntersecting)) { observer.disconnect(); askSoon(); }
  }).observe(byId("visitors"));
}

// -- the stream of what changes ----------------------------------------------

let stream = null;

function listen() {
  stream = new EventSource(body.dataset.events);
  stream.onopen = () => { byId("lost").hidden = true; };
  stream.onerror = () => {
    byId("lost").hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
  stream.onmessage = (event) => {
    const parts = JSON.parse(event.data);
    for (const [id, html] of Object.entries(parts)) put(id, html);
    if (wanted && parts.verdict) askSoon();
  };
}

// A browser opens six connections to one server: a page that nobody sees gives its own back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stream?.close();
  else if (!stream || stream.readyState === EventSource.CLOSED) listen();
});

scrubOpen(document);
if (!document.hidden) listen();
