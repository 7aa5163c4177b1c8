// The answer to a question: people with reasons and evidence, past answers, or honestly nobody.

import { avatar, block, button, count, foreign, link, localTime, make, place, say, sentence, time, words } from "./dom.js";

const ROLES = {
  asked: "Asked", answered: "Answered", resolved: "Resolved", assigned: "Was assigned", thanked: "Answered, was thanked",
  accepted: "Accepted answer", announced: "Announced", referred: "Was referred to",
};
const SIGNALS = { asker_thanked: "asker said thanks", accepted: "accepted answer", resolved: "led to a solution" };
const BANDS = { high: "High confidence", medium: "Medium confidence", low: "Low confidence" };
const STATES = { available: "available", away: "away", busy: "busy", departed: "has left" };
const REASONS = {
  no_evidence: "Nothing that everyone may read speaks about this yet.",
  below_confidence: "Some evidence touches this, but too weakly to name anybody.",
  all_filtered: "The filters leave nobody.",
};
const DEGRADED = {
  dense_unavailable: "Search by meaning is not available right now. These results match the words of the question only.",
  dense_behind: "Search by meaning does not know the newest messages yet. They were searched by their words only.",
};

const COMMON = new Set(("about after all also and any anyone are been before but can could did does ever for from get had has " +
  "have having here how into its just know may more need not off one only our out over please should some someone than that " +
  "the their them then there these they this those use used using was were what when where which while who whom why will " +
  "with without would you your").split(" "));

/** What finds the question's longer words in a text; null if it has none. */
function wordFinder(question) {
  const found = question.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}_-]{2,30}/gu) ?? [];
  const chosen = [...new Set(found.filter((word) => !COMMON.has(word)))].slice(0, 40);
  if (chosen.length === 0) return null;
  // Letters, digits, "_" and "-" alone: nothing of that means more to an expression, and none may be escaped.
  const stems = chosen.map((word) => word.replace(/(?:ing|ed|es|s)$/u, (end) => (word.length > 5 ? "" : end)));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.join("|")})[\\p{L}\\p{N}]{0,4}(?![\\p{L}\\p{N}])`, "giu");
}

function marked(text, finder) {
  if (!finder) return [text];
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(finder)) {
    parts.push(text.slice(end, match.index), make("mark", "", match[0]));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

function badge(band) {
  const bars = make("span", "bars", make("i"), make("i"), make("i"));
  bars.ariaHidden = "true";
  return make("span", `badge ${Object.hasOwn(BANDS, band) ? band : ""}`, bars, words(BANDS, band));
}

/** What copies an id that no link can open. */
function copier(label, text) {
  const copy = button([make("b", "", label), foreign(text)], "reach", async () => {
    const done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    say(done ? `Copied ${text}` : `Could not copy ${text}`);
    copy.firstChild.textContent = done ? "Copied" : label;
  });
  copy.ariaLabel = `Copy ${label} id ${text}`;
  return copy;
}

/** How to reach somebody; null if nothing is told. */
export function contact(person) {
  const reach = person.contact ?? {};
  const row = make("div", "contact");
  if (reach.slack) row.append(copier("Slack", reach.slack));
  if (reach.email) {
    const mail = make("a", "reach", make("b", "", "Mail"), foreign(reach.email));
    mail.href = `mailto:${encodeURIComponent(reach.email).replaceAll("%40", "@")}`;
    row.append(mail);
  }
  if (reach.jira) row.append(copier("Jira", reach.jira));
  return row.children.length > 0 ? row : null;
}

function where(item, lead) {
  return make("p", "where", lead, make("span", "", place(item.source, item.channel)), time(item.at));
}

/** A piece of evidence; `more` stands below it. */
export function piece(item, finder, more) {
  const asked = item.question ? block("p", "asked", make("b", "", "Question: "), item.question) : null;
  return make("li", "piece",
    where(item, make("span", "role", words(ROLES, item.role))),
    asked,
    block("blockquote", "said", marked(item.snippet, finder)),
    item.permalink ? link("Open the conversation", item.permalink) : null,
    more ?? null);
}

/** Whether somebody is there, where it is told; who simply is there needs no word. */
export function state(availability) {
  if (!availability || (availability.state === "available" && availability.within_hours !== false)) return null;
  const text = availability.state === "available" ? "outside working hours" : words(STATES, availability.state);
  return make("span", "state", text);
}

export function about(person) {
  const parts = [person.title, person.team, person.timezone ? localTime(person.timezone) : null].filter(Boolean).map(foreign);
  if (person.last_evidence_at) {
    const last = make("span", "", "last evidence ", time(person.last_evidence_at));
    if (person.freshness === "stale") last.append(" (may be out of date)");
    parts.push(last);
  }
  return make("p", "about", parts.flatMap((part, at) => (at > 0 ? [" · ", part] : [part])));
}

const VERDICTS = { helped: "Knew it", wrong_person: "Wrong person" };

/** Asks whether it was the right person; `judge` sends what is said and gives a promise. */
function verdict(person, judge) {
  const row = make("div", "verdict", make("span", "", "Was that the right person?"));
  const tell = (shown, spoken) => {
    row.replaceChildren(make("span", "", shown));
    say(spoken);
  };
  for (const [said, text] of Object.entries(VERDICTS)) {
    const choice = button(text, "reach", async () => {
      const thanks = "Thank you: ranking learns from this.";
      await judge(person, said).then(() => tell(thanks, thanks), (error) => tell(error.title, `${error.title}. ${error.detail ?? ""}`));
    });
    choice.append(make("span", "unseen", `: ${person.display_name}`));
    row.append(choice);
  }
  return row;
}

function personCard(person, finder, { open, ask, judge }) {
  const page = make("a", "plain", foreign(person.display_name));
  page.href = `#/people/${encodeURIComponent(person.person_id)}`;
  const name = make("h3", "name", page, " ", state(person.availability));
  const reach = contact(person) ?? make("div", "contact");
  if (ask && person.availability?.state !== "departed") {
    const put = button("Ask", "reach ask-them", () => ask(person));
    put.append(make("span", "unseen", ` ${person.display_name}`));
    reach.prepend(put);
  }
  const card = make("li", "card person",
    make("div", "person-head", avatar(person.display_name, person.person_id), make("div", "", name, about(person)), badge(person.confidence)),
    person.reasons?.length ? make("ul", "reasons", person.reasons.map((reason) => make("li", "", foreign(reason.text)))) : null,
    reach.children.length > 0 ? reach : null);
  if (person.evidence.length > 0) {
    const pieces = count(person.evidence.length, "piece of evidence", "pieces of evidence");
    const summary = make("summary", "", pieces, make("span", "unseen", ` for ${person.display_name}`));
    const details = make("details", "", summary, make("ul", "evidence", person.evidence.map((item) => piece(item, finder))));
    details.open = open;
    card.append(details);
  }
  if (judge) card.append(verdict(person, judge));
  return card;
}

function pastCard(answer, finder) {
  const chips = answer.signals.map((signal) => make("span", "chip", words(SIGNALS, signal)));
  if (answer.stale) chips.push(make("span", "chip old", "may be out of date"));
  return make("li", "card past",
    block("h3", "", answer.question),
    block("blockquote", "said", marked(answer.answer, finder)),
    chips.length > 0 ? make("div", "chips", chips) : null,
    where(answer, make("span", "role", foreign(answer.by.display_name))),
    answer.permalink ? link("Open the conversation", answer.permalink) : null);
}

function headingOf(text, detail) {
  const heading = make("h2", "heading", text, " ", detail ? make("small", "", detail) : null);
  heading.tabIndex = -1;
  return heading;
}

function nobodyCard(answer, took) {
  const heading = make("h2", "", "Nobody is known for this yet", " ", make("small", "", `looked in ${took}`));
  heading.tabIndex = -1;
  const card = make("div", "card empty", heading, make("p", "", words(REASONS, answer.reason ?? "no_evidence")));
  if (answer.fallback) {
    const name = make("strong", "", "Best place to ask: ", place(answer.fallback.source, answer.fallback.name));
    card.append(make("div", "instead", name, make("p", "", foreign(answer.fallback.why))));
  }
  return { card, heading };
}

/** A way to those who are not shown: nobody who may not be named is. */
function blindly(found, askBlindly) {
  const lead = found ? "None of them? Others may know from what you may not read." : "Somebody may know from what you may not read.";
  return make("p", "blindly about", lead, " ", button("Ask whoever may know", "reach", askBlindly));
}

/** The whole answer: the view, the heading that takes the focus, and what a screen reader is told; `ask` puts the
 * question to somebody, `askBlindly` to nobody in particular, `judge` says how good a suggestion was (null where nobody who could say so is signed in). */
export function answerView(answer, question, { ask, askBlindly, judge }) {
  const finder = wordFinder(question);
  const took = `${answer.took_ms < 10 ? answer.took_ms.toFixed(1) : Math.round(answer.took_ms)} ms`;
  const people = make("section", "");
  let heading;
  let spoken;
  if (answer.experts.length > 0) {
    const known = count(answer.experts.length, "person has", "people have");
    heading = headingOf("Who has shown that they know", `${count(answer.experts.length, "person", "people")} in ${took}`);
    spoken = `${known} shown that they know.`;
    people.append(heading, make("ol", "stack", answer.experts.map((person, at) => personCard(person, finder, { open: at === 0, ask, judge }))));
  } else {
    const nobody = nobodyCard(answer, took);
    heading = nobody.heading;
    const instead = answer.fallback ? ` Best place to ask: ${answer.fallback.name}.` : "";
    spoken = `Nobody is known for this yet.${instead}`;
    people.append(nobody.card);
  }
  people.append(blindly(answer.experts.length > 0, askBlindly));
  const columns = make("div", "columns", people);
  if (answer.answers.length > 0) {
    const past = headingOf("Already answered", "questions like yours");
    columns.append(make("section", "", past, make("ul", "stack", answer.answers.map((item) => pastCard(item, finder)))));
    spoken += ` ${count(answer.answers.length, "past answer", "past answers")}.`;
  } else {
    columns.classList.add("single");
  }
  const notices = answer.degraded.map((part) => make("p", "notice", words(DEGRADED, part)));
  return { view: make("div", "", notices, columns), heading, spoken };
}

/** What went wrong, with a way to try again. */
export function failureView(failure, retry) {
  const heading = make("h2", "", failure.title);
  heading.tabIndex = -1;
  const again = button("Try again", "primary", retry);
  const id = failure.requestId ? make("p", "", "Request ", make("code", "", failure.requestId)) : null;
  const view = make("div", "columns single", make("div", "card failed", heading, make("p", "", sentence(failure.detail)), id, again));
  return { view, heading };
}

/** Shown while an answer takes longer than a moment. */
export function waitingView() {
  const bones = () => make("div", "card", make("div", "bone short"), make("div", "bone"), make("div", "bone half"));
  const view = make("div", "columns single", make("div", "stack", bones(), bones()));
  view.ariaHidden = "true";
  return view;
}

/** One line about what the answers come from. */
export function standingView(standing) {
  const line = make("span", "", count(standing.conversations, "conversation", "conversations"));
  line.append(make("span", "more", ` · ${count(standing.people, "person", "people")}`));
  if (standing.newest) line.append(make("span", "more", " · newest ", time(standing.newest)));
  return line;
}
