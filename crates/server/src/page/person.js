// Who somebody is, what they are known for and since when; and who else is known for a subject.

import { call, session } from "./api.js";
import { askSomebody } from "./ask.js";
import { about, contact, state } from "./cards.js";
import { avatar, button, count, foreign, make, part, place, rowHead, time, wide } from "./dom.js";

const BANDS = { some: "a few conversations", several: "several conversations", many: "many conversations" };

/** The quarter of a year that comes next, such as `2026-Q1`. */
function next(quarter) {
  const [year, number] = quarter.split("-Q").map(Number);
  return number === 4 ? `${year + 1}-Q1` : `${year}-Q${number + 1}`;
}

/** All quarters from the first to the last, at most the newest twelve. */
function span(topics) {
  const all = topics.flatMap((topic) => topic.quarters).sort();
  const quarters = [];
  for (let at = all[0]; at && at <= all.at(-1); at = next(at)) quarters.push(at);
  return quarters.slice(-12);
}

/** What somebody answered about, and in which quarters: a table, so that everybody can read it. */
function overTime(topics) {
  const quarters = span(topics);
  const head = make("tr", "", make("th", "", "Topic"), quarters.map((one) => {
    const cell = make("th", "", one.slice(5), make("span", one.endsWith("Q1") || one === quarters[0] ? "year" : "unseen", ` ${one.slice(0, 4)}`));
    cell.scope = "col";
    return cell;
  }));
  const rows = topics.map((topic) => {
    const link = make("a", "", foreign(topic.name));
    link.href = `#/topics/${encodeURIComponent(topic.id)}`;
    const name = rowHead(link, make("span", "under", BANDS[topic.conversations] ?? topic.conversations));
    const cells = quarters.map((one) => {
      const there = topic.quarters.includes(one);
      return make("td", there ? "there" : "", make("span", "unseen", there ? "answered" : "no"));
    });
    return make("tr", "", name, cells);
  });
  const table = make("table", "over-time", make("caption", "unseen", "Topics, and the quarters in which they answered about them"),
    make("thead", "", head), make("tbody", "", rows));
  return wide("Topics over time", table);
}

/** What is told of somebody's topics and channels. */
export function knownFor(person) {
  const topics = person.topics.length > 0
    ? overTime(person.topics)
    : make("p", "about", "Nothing stands out that they answer about more than others do.");
  const channels = person.channels.map((channel) => make("li", "", place(channel.source, channel.name)));
  return [topics, channels.length > 0 ? make("h3", "small-head", "Answers most in") : null, channels.length > 0 ? make("ul", "plain-list", channels) : null];
}

export async function personView({ body, subject, signal, title, signInFirst }) {
  title("A colleague");
  const person = await call("GET", `/v1/people/${encodeURIComponent(subject)}`, { signal });
  if (signal.aborted) return;
  title(person.display_name);
  const load = person.load ? make("p", "about", `${count(person.load.open_asks, "open ask", "open asks")}, takes up to ${person.load.limit}`) : null;
  const reach = contact(person) ?? make("div", "contact");
  if (person.availability?.state !== "departed" && person.person_id !== session()?.person) {
    reach.prepend(button("Ask", "reach ask-them", () => askSomebody({ person }, signInFirst)));
  }
  body.replaceChildren(
    make("section", "card person",
      make("div", "person-head", avatar(person.display_name, person.person_id),
        make("div", "", make("p", "name", foreign(person.display_name), " ", state(person.availability)), about(person), load)),
      reach.children.length > 0 ? reach : null),
    part("Known for", "What they answer about more than others do, in what you may read.", ...knownFor(person)));
}

export async function topicView({ body, subject, signal, title }) {
  title("A topic");
  const known = await call("GET", `/v1/topics/${encodeURIComponent(subject)}/experts`, { signal });
  if (signal.aborted) return;
  title(known.topic.name);
  const people = known.experts.map((one) => {
    const link = make("a", "", foreign(one.display_name));
    link.href = `#/people/${encodeURIComponent(one.person_id)}`;
    return make("li", "", avatar(one.display_name, one.person_id), make("span", "", link, make("span", "under", BANDS[one.conversations] ?? "")));
  });
  body.replaceChildren(part("Who is known for it", "By name: no order of merit.", make("ul", "plain-list people", people),
    make("p", "about", "Last answered about ", time(known.topic.last_at))));
}
