// Operations: what answers, from what, and the long work beside it. For an administrator's key.

import { call, events, once } from "./api.js";
import {
  alertLine, area, button, count, field, foreign, form, input, make, part, problem, rowHead, say, select, tableHead, tick, time, wide, words,
} from "./dom.js";

const KINDS = [
  ["ingest", "Read exports"], ["reindex", "Make the index anew"], ["learn", "Learn weights from the past"], ["backup", "Write a backup"],
];
/** What only others order, or other parts of this view. */
const NAMES = { ...Object.fromEntries(KINDS), rollback: "Go back a generation", forget: "Erase" };
const STAGES = { read: "reading", people: "telling people", evidence: "making evidence", encode: "encoding", index: "indexing" };
const OVER = ["done", "failed", "cancelled", "interrupted"];

function healthPart(index, ready, alive) {
  const facts = [
    ["The server", alive ? "is alive" : "does not answer"],
    ["Questions", ready ? "are answered" : "are not answered"],
    ["The index", `is build ${index.generation}`],
    ["Everyone may read", `${count(ready?.conversations ?? 0, "conversation", "conversations")} of ${count(ready?.people ?? 0, "person", "people")}`],
    ["Messages", index.live ? "are taken in as they come" : "come with exports"],
  ];
  const list = make("dl", "facts", facts.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
  return part("Health", null, list);
}

function sourcesPart(sources) {
  const rows = sources.map((one) => {
    const numbers = [one.channels, one.conversations, one.open].map((number) => make("td", "number", number.toLocaleString("en")));
    return make("tr", "", rowHead(foreign(one.source)), numbers, make("td", "", one.newest ? time(one.newest) : "nothing"));
  });
  const head = tableHead("Source", "Channels", "Conversations", "Open to everyone", "Newest");
  for (const cell of head.querySelectorAll("th:not(:first-child, :last-child)")) cell.className = "number";
  const table = make("table", "list", make("caption", "unseen", "Sources"), head, make("tbody", "", rows));
  return part("Sources", "What the index that answers was made from.", wide("Sources", table));
}

function generationsPart(index, order) {
  const rows = index.generations.map((one) => {
    const name = make("span", "", one.number === 0 ? "The first" : `Number ${one.number}`, " ", one.answers ? make("span", "chip", "answers now") : null);
    const back = one.answers ? null : button("Let it answer again", "reach", () => order({ kind: "rollback", arguments: { to: one.number } }));
    return make("li", "", name, back);
  });
  const lead = index.generations.some((one) => !one.answers) ? "Going back keeps every message that came since." : "There is none to go back to.";
  return part("Generations", lead, make("ul", "change-list", rows));
}

function exportsField(exports) {
  if (exports.length === 0) {
    return field("Exports", area("exports", 2), "Paths below the folder of exports, one a line.");
  }
  const boxes = exports.map((name) => {
    const box = input("checkbox", "export");
    box.value = name;
    return make("label", "tick", box, make("span", "", foreign(name)));
  });
  return make("fieldset", "", make("legend", "label", "Exports"), boxes);
}

function orderPart(index, order) {
  const kind = select("kind", KINDS);
  const since = input("date", "since");
  const ingest = make("div", "stack", exportsField(index.exports), field("Only what was written since", since, "Optional."),
    tick("They hold all of their channels: what is missing was deleted", "complete"));
  const learn = tick("Only tell what it would bring, keep nothing", "dry_run", true);
  const fit = () => {
    ingest.hidden = kind.value !== "ingest";
    learn.hidden = kind.value !== "learn";
  };
  kind.addEventListener("change", fit);
  fit();
  const ask = form("stack", [field("What to do", kind), ingest, learn], "Order it", async (data) => {
    const body = { kind: kind.value };
    if (kind.value === "ingest") {
      const typed = (data.get("exports") ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
      body.arguments = { exports: [...data.getAll("export"), ...typed], complete: data.get("complete") === "on" };
      if (since.value) body.arguments.since = `${since.value}T00:00:00Z`;
    }
    if (kind.value === "learn") body.arguments = { dry_run: data.get("dry_run") === "on" };
    await order(body);
  });
  return part("Order a job", "Jobs run one at a time, beside the answers.", ask);
}

function progressOf(job) {
  if (OVER.includes(job.state)) return null;
  const bar = make("progress", "");
  bar.ariaLabel = `Job ${job.id}`;
  if (job.progress?.of) Object.assign(bar, { max: job.progress.of, value: Math.min(job.progress.done, job.progress.of) });
  const eta = job.progress?.eta_seconds > 1 ? `, ${Math.round(job.progress.eta_seconds)} s left` : "";
  const stage = job.progress ? `${words(STAGES, job.progress.stage)}${eta}` : "";
  return make("span", "progress", bar, make("span", "under", stage));
}

/** What a job came to: its counts, in words. */
function outcome(job) {
  if (job.error) return make("span", "under wrong", foreign(job.error));
  if (!job.result) return null;
  const text = area("result", 8, JSON.stringify(job.result, null, 2));
  text.readOnly = true;
  text.ariaLabel = `What job ${job.id} came to`;
  return make("details", "", make("summary", "", "What it came to"), text);
}

function jobCells(job, draw) {
  const name = rowHead(`${job.id} `, words(NAMES, job.kind));
  const failed = alertLine("span");
  const stop = OVER.includes(job.state) || job.stopping ? null : button("Stop", "reach", async () => {
    await call("DELETE", `/v1/jobs/${job.id}`).then(draw, (error) => failed.replaceChildren(problem(error)));
  });
  const state = make("td", "", make("span", `chip ${job.state}`, job.stopping && !OVER.includes(job.state) ? "stopping" : job.state), progressOf(job), outcome(job));
  return [name, state, make("td", "", time(job.created_at)), make("td", "", stop, failed)];
}

/** Jobs, the newest first; those at work tell how far they are as it changes. */
function jobsPart(signal, ended) {
  const rows = make("tbody", "");
  const watched = new Set();
  const table = make("table", "list jobs", make("caption", "unseen", "Jobs"), tableHead("Job", "State", "Ordered", make("span", "unseen", "What can be done")), rows);
  const row = (job) => {
    const known = rows.querySelector(`[data-job="${CSS.escape(job.id)}"]`);
    const made = make("tr", "", jobCells(job, draw));
    made.dataset.job = job.id;
    if (known) known.replaceWith(made);
    return made;
  };
  const watch = async (id) => {
    if (watched.has(id)) return;
    watched.add(id);
    try {
      await events(`/v1/jobs/${id}/events`, { signal, heard: ({ data }) => {
        row(data);
        if (OVER.includes(data.state)) say(`Job ${id}: ${data.state}`);
      } });
    } catch {
      // The stream broke off: the list below tells what became of it.
    }
    watched.delete(id);
    if (signal.aborted) return;
    await draw();
    await ended();
  };
  const draw = async () => {
    const list = await call("GET", "/v1/jobs?limit=20", { signal });
    if (signal.aborted) return;
    rows.replaceChildren(...list.jobs.map((job) => row(job)));
    nothing.hidden = list.jobs.length > 0;
    table.parentElement.hidden = list.jobs.length === 0;
    for (const job of list.jobs) if (!OVER.includes(job.state)) watch(job.id);
  };
  const nothing = make("p", "about", "Nothing was ordered yet.");
  return { element: part("Jobs", null, nothing, wide("Jobs", table)), draw };
}

export async function operationsView({ body, signal, title }) {
  title("Operations");
  const failed = alertLine();
  const facts = make("div", "parts");
  const look = async () => {
    const [index, ready, alive] = await Promise.all([
      call("GET", "/v1/admin/index", { signal }),
      call("GET", "/readyz", { signal }).catch(() => null),
      call("GET", "/healthz", { signal }).then(() => true, () => false),
    ]);
    if (signal.aborted) return;
    facts.replaceChildren(healthPart(index, ready, alive), sourcesPart(index.sources), generationsPart(index, order));
    return index;
  };
  const jobs = jobsPart(signal, look);
  const order = async (job) => {
    failed.replaceChildren();
    try {
      const taken = await call("POST", "/v1/admin/jobs", { body: job, headers: { "idempotency-key": once() } });
      say(`Job ${taken.id} is ordered.`);
      await jobs.draw();
    } catch (error) {
      failed.replaceChildren(problem(error));
    }
  };
  const index = await look();
  if (signal.aborted) return;
  body.replaceChildren(facts, orderPart(index, order), failed, jobs.element);
  await jobs.draw();
}
