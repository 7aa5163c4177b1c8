// My rights: what is told of me and why, what I hide, when I want to be asked, my data.

import { call } from "./api.js";
import { availabilityPart } from "./availability.js";
import { piece } from "./cards.js";
import { dataPart, erasePart } from "./data.js";
import { alertLine, button, field, foreign, form, input, make, part, place, problem, rowHead, say, select, time, words } from "./dom.js";
import { knownFor } from "./person.js";

const KINDS = [
  ["topic", "A topic"], ["channel", "A channel"], ["source", "A source"], ["span", "A time"], ["everything", "Everything"],
];
const HIDDEN = {
  everything: "Everything", source: "All from", channel: "The channel", topic: "The topic", span: "The time", evidence: "Evidence",
};
const PARTS = {
  topical: "what you wrote about it, by its words", dense: "the same, by its meaning", specificity: "how much of it is yours",
  breadth: "in how many conversations", quality: "how well it helped", channel: "being at home where it is asked",
  activity: "answering much, and lately", social: "being pointed to", negative: "what speaks against it", spread: "being leaned on already",
};

const hide = (body) => call("POST", "/v1/me/hidden", { body });

/** A button that changes something and draws the view anew; what goes wrong stands beside it. */
function change(text, told, act, draw) {
  const failed = alertLine("span");
  const press = button(text, "reach", async () => {
    failed.replaceChildren();
    try {
      await act();
      say(told);
      await draw();
    } catch (error) {
      failed.replaceChildren(problem(error));
    }
  });
  return make("span", "change", press, failed);
}

function whoPart(me) {
  const list = (keys) => make("ul", "plain-list", keys.map((key) => make("li", "", foreign(key))));
  const alike = me.alike.length > 0
    ? [make("h3", "small-head", "Accounts that look like yours"), list(me.alike),
      make("p", "about", "They are credited to you and open nothing. If one is not yours, tell an operator.")]
    : [];
  return part("Who you are here", null, make("p", "", foreign(me.display_name)), make("h3", "small-head", "Your accounts"), list(me.accounts), ...alike);
}

function knownPart(me, draw) {
  const lead = "What others may be told of you, if they may read what you may.";
  if (!me.known_for) return part("What you are known for", lead, make("p", "about", "Nothing is told of you: there is none, or you hide it."));
  const topics = me.known_for.topics.map((topic) => make("li", "", foreign(topic.name),
    change("Hide", "Hidden.", () => hide({ topic: topic.name }), draw),
    change("Wrong", "Taken as wrong, and hidden.", () => call("POST", `/v1/me/topics/${encodeURIComponent(topic.id)}/wrong`), draw)));
  const channels = me.known_for.channels.map((channel) => make("li", "", make("span", "", place(channel.source, channel.name)),
    change("Hide", "Hidden.", () => hide({ channel: channel.name }), draw)));
  return part("What you are known for", lead, ...knownFor({ ...me.known_for, channels: [] }),
    topics.length > 0 ? make("h3", "small-head", "Hide or correct a topic") : null,
    topics.length > 0 ? make("ul", "change-list", topics) : null,
    channels.length > 0 ? make("h3", "small-head", "Where you answer most") : null,
    channels.length > 0 ? make("ul", "change-list", channels) : null);
}

function bar(one, most) {
  const meter = make("meter", "");
  Object.assign(meter, { min: 0, max: most || 1, value: Math.max(0, one.amount) });
  meter.ariaLabel = `${words(PARTS, one.name)}: ${one.amount.toFixed(3)}`;
  return make("tr", "", rowHead(words(PARTS, one.name)), make("td", "", meter), make("td", "number", one.amount.toFixed(3)));
}

function explained(why, draw) {
  const told = why.named
    ? "Somebody who asks this and may read what you may is told your name."
    : "Somebody who asks this is not told your name.";
  const parts = [make("p", "lead", told)];
  if (why.explanation) {
    const all = why.explanation.parts;
    const most = Math.max(...all.map((one) => one.amount));
    const place_ = why.explanation.place ? `, place ${why.explanation.place}` : "";
    parts.push(make("table", "sums", make("caption", "", `Your score is ${why.explanation.score.toFixed(3)}${place_}: the sum of these`),
      make("tbody", "", all.map((one) => bar(one, most)))));
  }
  if (why.missing.length > 0) parts.push(make("ul", "reasons plain", why.missing.map((one) => make("li", "", foreign(one.text)))));
  const evidence = why.evidence.map((item) =>
    piece(item, null, change("Hide this", "Hidden.", () => hide({ evidence: item.id }), draw)));
  if (evidence.length > 0) parts.push(make("h3", "small-head", "Because of"), make("ul", "evidence", evidence));
  return parts;
}

function whyPart(draw) {
  const question = input("search", "query");
  Object.assign(question, { required: true, maxLength: 4000 });
  const shown = make("div", "");
  shown.setAttribute("aria-live", "polite");
  const ask = form("row-form", [field("A question", question)], "Why me?", async () => {
    const why = await call("GET", `/v1/me/why?query=${encodeURIComponent(question.value.trim())}`);
    shown.replaceChildren(...explained(why, draw));
  });
  return part("Why me?", "Ask as somebody else would, and see what speaks for you, in numbers that only you are told.", ask, shown);
}

function hideForm(draw) {
  const kind = select("kind", KINDS);
  const what = input("text", "what");
  const [from, until] = [input("date", "from"), input("date", "until")];
  const rows = { what: field("Which?", what), from: field("From", from), until: field("Until", until) };
  const fit = () => {
    const span = kind.value === "span";
    rows.what.hidden = span || kind.value === "everything";
    for (const [row, control] of [[rows.from, from], [rows.until, until]]) [row.hidden, control.required] = [!span, span];
    what.required = !rows.what.hidden;
  };
  kind.addEventListener("change", fit);
  fit();
  return form("row-form", [field("Hide", kind), rows.what, rows.from, rows.until], "Hide it", async () => {
    const day = (control) => new Date(`${control.value}T00:00:00`).toISOString();
    const body = { everything: { everything: true }, span: { from: from.value && day(from), until: until.value && day(until) } };
    await hide(body[kind.value] ?? { [kind.value]: what.value.trim() });
    say("Hidden.");
    await draw();
  });
}

function hiddenPart(hidden, draw) {
  const rows = hidden.map((one) => make("li", "",
    make("span", "", `${words(HIDDEN, one.kind)} `, one.kind === "everything" ? null : foreign(one.what),
      make("span", "under", one.wrong ? "you say that it is wrong · " : "", one.by_operator ? "hidden by an operator · " : "", "since ", time(one.since))),
    change("Show again", "Shown again.", () => call("DELETE", `/v1/me/hidden/${encodeURIComponent(one.id)}`), draw)));
  return part("What you hide", "It holds for everybody from the next question on: it names you nowhere, and counts for nothing.",
    rows.length > 0 ? make("ul", "change-list", rows) : make("p", "about", "You hide nothing."), hideForm(draw));
}

export async function meView({ body, signal, title }) {
  title("You");
  const [told, hides] = [make("div", "parts"), make("div", "")];
  const draw = async () => {
    const me = await call("GET", "/v1/me", { signal });
    if (signal.aborted) return;
    told.replaceChildren(whoPart(me), knownPart(me, draw));
    hides.replaceChildren(hiddenPart(me.hidden, draw));
    return me;
  };
  const me = await draw();
  if (signal.aborted) return;
  const asked = await availabilityPart(signal);
  if (signal.aborted) return;
  body.replaceChildren(told, whyPart(draw), hides, ...(asked ? [asked] : []), dataPart(), erasePart(me, signal));
}
