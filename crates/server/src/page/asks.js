// Asks: what was put to oneself, and what became of what one asked.

import { call } from "./api.js";
import { personField } from "./ask.js";
import { alertLine, area, block, button, field, foreign, form, make, part, problem, say, select, time, words } from "./dom.js";

const STATES = {
  offered: "waits for somebody to take it", accepted: "somebody takes care of it", answered: "answered", closed: "closed",
  escalated: "went to the channel", nobody: "nobody could be asked", withdrawn: "withdrawn",
};
const OUTCOMES = {
  pending: "was asked", accepted: "took it", declined: "declined", handed_off: "handed it on", timed_out: "did not answer in time",
  ended: "was asked",
};
const REASONS = [
  ["busy", "I have no time now"], ["not_my_area", "It is not my area"], ["wrong_person", "I am the wrong person"],
  ["suggest_other", "Somebody else knows better"],
];

/** Whether an ask waits for the one who is signed in. */
export const waitsForMe = (ask) => ask.role === "offered" && ask.state === "offered" && ask.offers.at(-1)?.outcome === "pending";

const UNNAMED = "somebody who does not say who";
const named = (party) => foreign(party?.display_name ?? "somebody who is not known here any more");
/** Whoever answered; of a blind ask that may be somebody who does not appear. */
const author = (ask) => (ask.blind_until && !ask.answer.by.person_id ? UNNAMED : named(ask.answer.by));

function act(ask, what, body, told) {
  return async () => {
    await call("POST", `/v1/asks/${encodeURIComponent(ask.id)}/${what}`, { body });
    say(told);
    document.dispatchEvent(new CustomEvent("asks"));
  };
}

/** A button that opens what an action needs, in place. */
function opens(text, make_) {
  return button(text, "reach", (element) => {
    const row = element.closest(".actions");
    const opened = make_();
    row.replaceChildren(opened);
    opened.querySelector("textarea, select, input")?.focus();
  });
}

function answerForm(ask) {
  const text = area("text", 5);
  Object.assign(text, { required: true, maxLength: 20000 });
  const who = ask.share ? "Everyone may read it." : "The two of you may read it.";
  return form("stack", [field("Your answer", text, who)], "Send the answer", async (data) => {
    await act(ask, "answer", { text: data.get("text") }, "Your answer is on its way.")();
  });
}

function declineForm(ask) {
  const reason = select("reason", REASONS);
  const other = personField("Who knows better?");
  const asks = () => {
    other.row.hidden = reason.value !== "suggest_other";
    other.row.querySelector("input").required = !other.row.hidden;
  };
  reason.addEventListener("change", asks);
  asks();
  return form("stack", [field("Why not?", reason), other.row], "Decline", async () => {
    const body = { reason: reason.value };
    if (reason.value === "suggest_other") body.person_id = picked(other);
    await act(ask, "decline", body, "You declined; it goes to the next.")();
  });
}

function handOffForm(ask) {
  const other = personField("To whom?");
  return form("stack", [other.row], "Hand it on", async () => {
    await act(ask, "handoff", { person_id: picked(other) }, "You handed it on.")();
  });
}

function picked(other) {
  const id = other.chosen();
  if (!id) throw Object.assign(new Error(), { title: "Nobody of this name", detail: "choose somebody from the list" });
  return id;
}

function actions(ask, failed) {
  const row = make("div", "actions");
  const put = (text, what, body, told, look = "reach") => row.append(button(text, look, async () => {
    failed.replaceChildren();
    await act(ask, what, body, told)().catch((error) => failed.replaceChildren(problem(error)));
  }));
  const outcome = ask.offers.at(-1)?.outcome;
  if (ask.role === "offered") {
    const held = outcome === "pending" || outcome === "accepted";
    if (outcome === "pending" || outcome === "timed_out") put("I take it", "accept", undefined, "You take care of it.", "primary small");
    if (held) row.append(opens("Answer", () => answerForm(ask)), opens("Hand on", () => handOffForm(ask)));
    if (held) row.append(opens("Decline", () => declineForm(ask)));
    if (outcome === "accepted" && ask.offers.at(-1).hidden) put("Show my name", "reveal", undefined, "They can see now who you are.");
    return row;
  }
  if (ask.state === "offered" || ask.state === "accepted") put("Withdraw", "close", {}, "Withdrawn.");
  if (ask.state === "answered") {
    put("It helped", "close", { helped: true }, "Closed: it helped.", "primary small");
    put("It did not help", "close", { helped: false }, "Closed: it did not help.");
  }
  if (ask.anonymous && ask.state !== "withdrawn") put("Show my name", "reveal", undefined, "They can see now who asks.");
  return row;
}

function offersOf(ask) {
  const steps = ask.offers.map((offer) =>
    make("li", "", named(offer.to), ` ${words(OUTCOMES, offer.outcome)} `, make("span", "quiet", time(offer.at))));
  return steps.length > 0 ? make("ol", "steps", steps) : null;
}

function card(ask) {
  const failed = alertLine();
  const from = ask.asker ? named(ask.asker) : UNNAMED;
  const unseen = ask.role === "offered" && ask.offers.at(-1)?.hidden
    ? "They do not know that it was put to you. If you take it, they learn that somebody did, and who only if you show your name." : null;
  const lead = ask.role === "asker"
    ? [ask.blind_until ? "You asked whoever may know" : "You asked", ask.anonymous ? " without your name" : ""]
    : ["From ", from];
  const item = make("li", "card ask-card",
    make("p", "where", make("span", "role", ...lead), time(ask.asked_at), make("span", "chip", words(STATES, ask.state))),
    block("p", "ask-text", ask.question),
    ask.channel ? make("p", "about", "Channel ", foreign(ask.channel)) : null,
    unseen ? make("p", "about", unseen) : null,
    ask.role === "asker" ? offersOf(ask) : null);
  if (ask.answer) {
    item.append(make("p", "where", make("span", "role", "Answer of ", author(ask)), time(ask.answer.at)), block("blockquote", "said", ask.answer.text));
  }
  const row = actions(ask, failed);
  if (row.children.length > 0) item.append(row);
  item.append(failed);
  item.dataset.ask = ask.id;
  return item;
}

function list(title, lead, asks, nothing) {
  const shown = asks.length > 0 ? make("ul", "stack", asks.map(card)) : make("p", "about", nothing);
  return part(title, lead, shown);
}

/** Fills the view, and again whenever something happens to the asks of who is signed in. */
export async function asksView({ body, signal, title }) {
  title("Asks");
  // What somebody is typing stays until they have sent it.
  const typing = () => body.contains(document.activeElement) && document.activeElement.matches("textarea, select, input");
  let late = false;
  const draw = async () => {
    const before = document.activeElement;
    const [offered, asked] = await Promise.all(["offered", "asked"].map((side) =>
      call("GET", `/v1/asks?side=${side}&limit=50`, { signal })));
    if (signal.aborted) return;
    // They began to type while the lists were on their way.
    if (typing() && document.activeElement !== before) {
      late = true;
      return;
    }
    body.replaceChildren(
      list("Put to you", "Others hope that you can help. Nobody is told why you decline.", offered.asks, "Nothing waits for you."),
      list("Asked by you", null, asked.asks, "You have asked nobody yet. Find people first, then ask one of them."));
  };
  document.addEventListener("asks", async (event) => {
    if (event.detail && typing()) late = true;
    else await draw().catch(() => {});
  }, { signal });
  body.addEventListener("focusout", () => {
    if (!late) return;
    late = false;
    setTimeout(() => {
      if (!typing()) draw().catch(() => {});
      else late = true;
    });
  }, { signal });
  await draw();
}
