// The page's frame: which view the address names, who is signed in, and what the header tells.

import { call, listen, onSession, session, signIn, signOut } from "./api.js";
import { asksView, waitsForMe } from "./asks.js";
import { standingView } from "./cards.js";
import { button, form, field, input, make, openDialog, problem, say } from "./dom.js";
import { meView } from "./me.js";
import { operationsView } from "./operations.js";
import { personView, topicView } from "./person.js";
import { showSearch, startSearch } from "./search.js";

const searchView = document.getElementById("search-view");
const otherView = document.getElementById("other-view");
const account = document.getElementById("account");
const links = { "": "search", asks: "asks", me: "me", operations: "operations" };

let leaving = new AbortController();
let hearing = new AbortController();
let waiting = 0;

const VIEWS = { asks: asksView, me: meView, operations: operationsView, people: personView, topics: topicView };

/** The view that the address names: its word and its subject; the search if it names none. */
function named() {
  const [word, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  if (!location.hash.startsWith("#/") || !Object.hasOwn(VIEWS, word)) return ["", ""];
  try {
    return [word, decodeURIComponent(rest.join("/"))];
  } catch {
    return ["", ""];
  }
}

/** Shows the view that the address names; `focus` takes the keyboard to its heading. */
async function show(focus) {
  const [word, subject] = named();
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  for (const [key, id] of Object.entries(links)) {
    const link = document.getElementById(`go-${id}`);
    if (key === word) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  searchView.hidden = word !== "";
  otherView.hidden = word === "";
  say("");
  if (word === "") {
    otherView.replaceChildren();
    showSearch();
    return;
  }
  const heading = make("h1", "");
  heading.tabIndex = -1;
  const body = make("div", "parts");
  otherView.replaceChildren(heading, body);
  try {
    await VIEWS[word]({ body, subject, signal, signInFirst, title: (text) => {
      heading.replaceChildren(text);
      document.title = `${text} · whoknows`;
    } });
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401 || (error.status === 403 && !session())) {
      heading.replaceChildren("Sign in");
      body.replaceChildren(make("p", "lead", "This takes a key of your own. "), button("Sign in", "primary", () => signInFirst()));
    } else {
      heading.replaceChildren(error.title ?? "It could not be shown");
      const again = button("Try again", "primary", () => show(true));
      body.replaceChildren(make("div", "card failed", problem(error), make("p", "", again)));
    }
    say(heading.textContent);
  }
  if (focus && !signal.aborted) heading.focus();
}

/** Asks for a key, and goes on with `then` when it opens something. */
function signInFirst(then, why) {
  const key = input("password", "key");
  Object.assign(key, { required: true, autocomplete: "off", spellcheck: false });
  const dialog = make("dialog", "card");
  const enter = form("stack", [
    make("h2", "", "Sign in"),
    make("p", "about", why ?? "With an API key or a token of your own. It stays in this tab, until you sign out or close it."),
    field("Key", key),
  ], "Sign in", async () => {
    await signIn(key.value.trim());
    dialog.close();
    if (then) then();
    else show(true);
  });
  openDialog(dialog, "Sign in", enter);
}

function showAccount(one) {
  document.getElementById("nav-asks").hidden = !one?.asks;
  document.getElementById("nav-me").hidden = !one?.me;
  document.getElementById("nav-operations").hidden = !one?.operates;
  if (one) {
    const out = button("Sign out", "reach", () => {
      signOut();
      location.hash = "#/";
    });
    account.replaceChildren(make("span", "who", make("span", "unseen", "Signed in as "), make("bdi", "", one.name)), out);
  } else {
    account.replaceChildren(button("Sign in", "reach", () => signInFirst()));
  }
}

/** Keeps the number of asks that wait for an answer, and tells the view that is shown what happens. */
function hear(one) {
  hearing.abort();
  hearing = new AbortController();
  tellWaiting(0);
  if (!one?.asks) return;
  const { signal } = hearing;
  const look = async () => {
    const list = await call("GET", "/v1/asks?side=offered&limit=100", { signal }).catch(() => null);
    if (list && !signal.aborted) tellWaiting(list.asks.filter(waitsForMe).length);
  };
  const tell = (event) => {
    look();
    document.dispatchEvent(new CustomEvent("asks", { detail: event }));
  };
  look();
  listen({ signal, missed: () => tell({}), heard: tell });
}

function tellWaiting(number) {
  const mark = document.getElementById("waiting");
  mark.hidden = number === 0;
  mark.replaceChildren(String(number), make("span", "unseen", " waiting for you"));
  if (number > waiting) say(`${number} asks wait for you`);
  waiting = number;
}

async function showStanding() {
  const body = await call("GET", "/readyz").catch(() => null);
  if (body?.conversations === undefined) return;
  const line = document.getElementById("standing");
  line.replaceChildren(standingView(body));
  line.hidden = false;
}

onSession((one) => {
  showAccount(one);
  hear(one);
  showStanding();
});
addEventListener("hashchange", () => {
  if (location.hash === "" || location.hash.startsWith("#/")) show(true);
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
showAccount(session());
startSearch(signInFirst);
show(false);
showStanding();
hear(session());
