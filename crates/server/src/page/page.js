// The page's behaviour: asks the API, shows the answer, keeps the address linkable.

import { answerView, failureView, standingView, waitingView } from "./cards.js";

const form = document.getElementById("form");
const question = document.getElementById("question");
const channel = document.getElementById("channel");
const view = document.getElementById("view");
const submit = document.getElementById("submit");
const results = document.getElementById("results");
const intro = document.getElementById("intro");
const status = document.getElementById("status");

let running = null;

function say(text) {
  status.textContent = text;
}

function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

function busy(on) {
  submit.setAttribute("aria-disabled", String(on));
  submit.textContent = on ? "Looking …" : "Find people";
  results.setAttribute("aria-busy", String(on));
}

function address(text, where) {
  const parameters = new URLSearchParams({ q: text });
  if (where) parameters.set("channel", where);
  if (view.value !== "helps") parameters.set("view", view.value);
  return `/?${parameters}`;
}

/** A failure that the page can explain: title, detail, and the request's id for whoever looks into it. */
class Failure extends Error {
  constructor(title, detail, requestId) {
    super(title);
    Object.assign(this, { title, detail, requestId });
  }
}

async function search(text, where, by, signal) {
  let response;
  try {
    response = await fetch("/v1/experts/search", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: text, view: by, ...(where ? { channel: where } : {}) }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure("The server did not answer", "It may have been stopped, or the connection broke off.");
  }
  const requestId = response.headers.get("x-request-id");
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new Failure(body?.title ?? `The server answered ${response.status}`, body?.detail ?? "", requestId);
}

/** Asks what stands in the form; `moveFocus` takes the keyboard to the answer. */
async function ask(moveFocus) {
  const text = question.value.trim();
  const where = channel.value.trim().replace(/^#/, "");
  if (!text) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  busy(true);
  intro.hidden = true;
  say("Looking for people who know.");
  const slow = setTimeout(() => results.replaceChildren(waitingView()), 120);
  try {
    const answer = await search(text, where, view.value, mine.signal);
    clearTimeout(slow);
    if (running !== mine) return;
    const { view: shown, heading, spoken } = answerView(answer, text);
    results.replaceChildren(shown);
    say(spoken);
    if (moveFocus) heading.focus();
  } catch (error) {
    clearTimeout(slow);
    if (running !== mine) return;
    const failure = error instanceof Failure ? error : new Failure("The answer could not be shown", error.message);
    const { view: shown, heading } = failureView(failure, () => ask(true));
    results.replaceChildren(shown);
    say(`${failure.title}. ${failure.detail}`);
    if (moveFocus) heading.focus();
  } finally {
    if (running === mine) {
      running = null;
      busy(false);
    }
  }
}

/** Takes question and channel from the address, and asks if there is a question. */
function fromAddress() {
  const parameters = new URLSearchParams(location.search);
  question.value = parameters.get("q") ?? "";
  channel.value = parameters.get("channel") ?? "";
  view.value = parameters.get("view") === "knows" ? "knows" : "helps";
  grow();
  document.title = question.value ? `${question.value.slice(0, 80)} · whoknows` : "whoknows";
  if (question.value.trim()) {
    ask(false);
  } else {
    running?.abort();
    running = null;
    busy(false);
    results.replaceChildren();
    intro.hidden = false;
    say("");
  }
}

async function showStanding() {
  const response = await fetch("/readyz").catch(() => null);
  const body = response?.ok ? await response.json().catch(() => null) : null;
  if (!body) return;
  const line = document.getElementById("standing");
  line.replaceChildren(standingView(body));
  line.hidden = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text) {
    question.focus();
    return;
  }
  const target = address(text, channel.value.trim());
  if (target !== location.pathname + location.search) history.pushState(null, "", target);
  document.title = `${text.slice(0, 80)} · whoknows`;
  ask(true);
});

view.addEventListener("change", () => {
  if (question.value.trim()) form.requestSubmit();
});
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    question.focus();
    question.select();
  }
});
addEventListener("popstate", fromAddress);
addEventListener("resize", grow);

fromAddress();
showStanding();
if (!question.value && matchMedia("(min-width: 56rem)").matches) question.focus();
