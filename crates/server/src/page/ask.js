// Putting a question to somebody.

import { call, once, session } from "./api.js";
import { area, field, foreign, form, input, make, openDialog, say, tick } from "./dom.js";

/** Puts a question to somebody, or blindly to whoever may know where no person is named, once whoever asks is signed in. */
export function askSomebody(what, signInFirst) {
  const put = () => askDialog(what);
  if (session()?.asks) put();
  else signInFirst(put, "Questions go from person to person: sign in with a key of your own to ask.");
}

/** Asks in a dialog what is to be put to whom, and puts it. */
function askDialog({ person, question = "", channel = "" }) {
  const dialog = make("dialog", "card");
  const whom = person ? foreign(person.display_name) : "whoever may know";
  const lead = person
    ? "They can take it, decline it or hand it on; if they do not answer in time it goes to the next who may help."
    : "It goes to those who may know, even where you may not read what shows it. You learn who they are only from whoever chooses to appear.";
  const text = area("query", 4, question);
  Object.assign(text, { required: true, maxLength: 4000 });
  const where = input("text", "channel", channel);
  where.maxLength = 200;
  // The same order, if it is sent twice; another one once its words change.
  let sent = { key: once(), said: "" };
  const put = form("stack", [
    make("h2", "", "Ask ", whom),
    make("p", "about", lead),
    field("Your question", text),
    field("Channel", where, "Optional: where it goes if nobody takes it."),
    tick("Ask without my name; I can show it later", "anonymous"),
    tick("Everyone may read the answer", "share"),
  ], "Ask", async (data) => {
    const body = {
      query: data.get("query").trim(),
      ...(person ? { person_id: person.person_id } : { blind: true }),
      anonymous: data.get("anonymous") === "on",
      share: data.get("share") === "on",
    };
    const named = data.get("channel").trim().replace(/^#/, "");
    if (named) body.channel = named;
    const said = JSON.stringify(body);
    if (sent.said !== said) sent = { key: once(), said };
    await call("POST", "/v1/asks", { body, headers: { "idempotency-key": sent.key } });
    dialog.close();
    location.hash = "#/asks";
    say(person ? `Your question was put to ${person.display_name}.` : "Your question is on its way.");
  });
  openDialog(dialog, `Ask ${person?.display_name ?? "whoever may know"}`, put);
  text.focus();
}

/** A field that names a person as one types; `chosen()` gives their id, or null. */
export function personField(label) {
  const control = input("text", "person");
  Object.assign(control, { autocomplete: "off", required: true, maxLength: 200 });
  const list = make("datalist", "");
  const known = new Map();
  let asking = null;
  const look = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const path = `/v1/people?limit=10&name=${encodeURIComponent(control.value.trim())}`;
    const found = await call("GET", path, { signal }).catch(() => null);
    if (!found || signal.aborted) return;
    list.replaceChildren();
    for (const one of found.people) {
      const twin = known.has(one.display_name) && known.get(one.display_name) !== one.person_id;
      const name = twin ? `${one.display_name} (${one.person_id})` : one.display_name;
      known.set(name, one.person_id);
      list.append(new Option(one.title ?? "", name));
    }
  };
  control.addEventListener("input", look);
  const row = field(label, control);
  list.id = `${control.id}-list`;
  control.setAttribute("list", list.id);
  row.append(list);
  return { row, chosen: () => known.get(control.value.trim()) ?? null };
}
