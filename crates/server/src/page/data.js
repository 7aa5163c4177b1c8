// My data: a copy of it, and erasing it.

import { call, once, signOut } from "./api.js";
import { alertLine, button, field, foreign, form, input, make, part, problem, rowHead, say, select, words } from "./dom.js";

const MODES = [
  ["both", "They go, too"], ["anonymise", "They stay, under a name that means nothing"],
  ["person", "They stay, as those of “a former colleague”"],
];
const STATES = {
  queued: "It is about to begin.", running: "It is at work.", done: "You are erased.", failed: "It did not work. Try again, or ask an operator.",
  interrupted: "The server ended before it did. Order it again.", cancelled: "An operator took it back.",
};
const PAUSE = 700;

/** Saves a text as a file of the reader's own. */
function save(name, text) {
  const link = make("a", "");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function dataPart() {
  const failed = alertLine();
  const get = button("Download a copy", "reach", async () => {
    failed.replaceChildren();
    try {
      save("whoknows-about-me.json", JSON.stringify(await call("GET", "/v1/me/export"), null, 2));
      say("Saved a copy of your data.");
    } catch (error) {
      failed.replaceChildren(problem(error));
    }
  });
  return part("Your data", "What you wrote, the evidence that is made of it, what you hide.", make("p", "", get), failed);
}

function receiptTable(receipt) {
  const rows = Object.entries(receipt.erased ?? {}).map(([what, number]) =>
    make("tr", "", rowHead(words({}, what)), make("td", "number", number.toLocaleString("en"))));
  return make("table", "sums", make("caption", "", "What went"), make("tbody", "", rows));
}

/** Watches an erasure to its end; the key that ordered it does not outlive it, so its own name opens the receipt. */
async function watch(key, shown, signal) {
  const line = make("p", "lead");
  const progress = make("progress", "");
  progress.ariaLabel = "Erasing";
  shown.replaceChildren(line, progress);
  for (;;) {
    const told = await call("GET", "/v1/me/erase/receipt", { headers: { "idempotency-key": key }, signal });
    line.textContent = words(STATES, told.state);
    if (told.progress?.of) Object.assign(progress, { max: told.progress.of, value: told.progress.done });
    if (told.state !== "queued" && told.state !== "running") {
      progress.remove();
      say(line.textContent);
      if (told.receipt) {
        const copy = button("Download the receipt", "reach", () => save("whoknows-erasure.json", JSON.stringify(told.receipt, null, 2)));
        shown.append(receiptTable(told.receipt), make("p", "", copy));
      }
      return told.state;
    }
    await new Promise((done) => {
      setTimeout(done, PAUSE);
    });
  }
}

export function erasePart(me, signal) {
  const shown = make("div", "");
  shown.setAttribute("aria-live", "polite");
  const confirm = input("text", "confirm");
  Object.assign(confirm, { required: true, autocomplete: "off", spellcheck: false });
  const mode = select("mode", MODES);
  let key = once();
  const erase = form("stack", [
    field("What becomes of your messages?", mode),
    field("Type one of your accounts to confirm", confirm, ["For example ", foreign(me.accounts[0] ?? "")]),
  ], "Erase me for good", async () => {
    const body = { confirm: confirm.value.trim(), mode: mode.value };
    const told = await call("POST", "/v1/me/erase", { body, headers: { "idempotency-key": key } });
    erase.hidden = true;
    const left = told.left ?? [];
    const state = await watch(key, shown, signal);
    if (left.length > 0) {
      shown.append(make("p", "about", "These look like yours and stay, because nothing proves that they are; an operator can erase them: ", foreign(left.join(", "))));
    }
    if (state === "done") {
      signOut();
      return;
    }
    key = once();
    erase.hidden = false;
  });
  erase.querySelector("button[type=submit]").classList.add("danger");
  const details = make("details", "", make("summary", "", "Erase me"),
    make("p", "about", "Accounts, messages, evidence, asks and keys go for good, and no old export brings them back. It takes up to a minute and cannot be undone."),
    erase, shown);
  return part("Erase yourself", null, details);
}
