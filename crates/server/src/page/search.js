// The search: asks the API, shows the answer, keeps the address linkable.

import { Failure, call, session } from "./api.js";
import { askSomebody } from "./ask.js";
import { answerView, failureView, waitingView } from "./cards.js";
import { say } from "./dom.js";

const questionForm = document.getElementById("form");
const question = document.getElementById("question");
const channel = document.getElementById("channel");
const view = document.getElementById("view");
const submit = document.getElementById("submit");
const results = document.getElementById("results");
const intro = document.getElementById("intro");

let running = null;
let shown = null;
let signInFirst = null;

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

/** Asks what stands in the form; `moveFocus` takes the keyboard to the answer. */
async function ask(moveFocus) {
  const text = question.value.trim();
  const where = channel.value.trim().replace(/^#/, "");
  if (!text) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  shown = location.search;
  busy(true);
  intro.hidden = true;
  say("Looking for people who know.");
  const slow = setTimeout(() => results.replaceChildren(waitingView()), 120);
  try {
    const body = { query: text, view: view.value, ...(where ? { channel: where } : {}) };
    const answer = await call("POST", "/v1/experts/search", { body, signal: mine.signal });
    clearTimeout(slow);
    if (running !== mine) return;
    const put = (person) => askSomebody({ person, question: text, channel: where }, signInFirst);
    const putBlindly = () => askSomebody({ question: text, channel: where }, signInFirst);
    const judge = (person, verdict) => call("POST", "/v1/feedback", { body: { query_id: answer.query_id, person_id: person.person_id, verdict } });
    const { view: whole, heading, spoken } = answerView(answer, text, { ask: put, askBlindly: putBlindly, judge: session()?.asks ? judge : null });
    results.replaceChildren(whole);
    say(spoken);
    if (moveFocus) heading.focus();
  } catch (error) {
    clearTimeout(slow);
    if (running !== mine) return;
    const failure = error instanceof Failure ? error : new Failure("The answer could not be shown", error.message);
    const again = () => (failure.status === 401 ? signInFirst(() => ask(true)) : ask(true));
    const { view: whole, heading } = failureView(failure, again);
    results.replaceChildren(whole);
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
  title();
  if (question.value.trim()) {
    ask(false);
  } else {
    running?.abort();
    running = null;
    shown = location.search;
    busy(false);
    results.replaceChildren();
    intro.hidden = false;
    say("");
  }
}

function title() {
  document.title = question.value ? `${question.value.slice(0, 80)} · whoknows` : "whoknows";
}

/** Shows what the address asks, if that is not shown already. */
export function showSearch() {
  title();
  if (shown !== location.search) fromAddress();
  grow();
}

/** Brings the form to life; `signIn` asks for a key and goes on. */
export function startSearch(signIn) {
  signInFirst = signIn;
  questionForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = question.value.trim();
    if (!text) {
      question.focus();
      return;
    }
    const target = address(text, channel.value.trim());
    if (target !== location.pathname + location.search) history.pushState(null, "", target);
    title();
    ask(true);
  });
  view.addEventListener("change", () => {
    if (question.value.trim()) questionForm.requestSubmit();
  });
  question.addEventListener("input", grow);
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      questionForm.requestSubmit();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    const here = !document.getElementById("search-view").hidden;
    if (event.key === "/" && here && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      question.focus();
      question.select();
    }
  });
  addEventListener("popstate", () => {
    if (!location.hash.startsWith("#/") && shown !== location.search) fromAddress();
  });
  addEventListener("resize", grow);
  if (!location.search && !location.hash && matchMedia("(min-width: 56rem)").matches) question.focus();
}
