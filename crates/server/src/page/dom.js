// The blocks that every view is built of. Text from exports only ever becomes text nodes.

/** An element with a class and children; strings become text nodes, nothing is parsed. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
}

/** Foreign text that stands in a line with ours: its writing direction stays its own. */
export const foreign = (text) => make("bdi", "", text);

export function block(tag, className, ...children) {
  const element = make(tag, className, ...children);
  element.dir = "auto";
  return element;
}

const SOURCES = { slack: "Slack", mail: "Mail", jira: "Jira" };

export const words = (table, key) => (Object.hasOwn(table, key) ? table[key] : String(key).replaceAll("_", " "));
export const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, ".") : "");
export const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
export const place = (source, name) =>
  source === "slack" ? [foreign(`#${name}`), " in Slack"] : [foreign(name), ` in ${words(SOURCES, source)}`];

const UNITS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function ago(date) {
  const seconds = (date - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return relative.format(Math.round(seconds / length), unit);
}

export function time(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return make("span", "", text);
  const element = make("time", "", ago(date));
  element.dateTime = text;
  element.title = date.toLocaleString("en", { dateStyle: "long", timeStyle: "short" });
  return element;
}

export function localTime(timezone) {
  try {
    const clock = new Intl.DateTimeFormat("en", { timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    return `${clock.format(new Date())} local time`;
  } catch {
    return null;
  }
}

/** A link out, if it opens a web page; the server has checked it, and this checks again. */
export function link(text, target) {
  let url;
  try {
    url = new URL(target);
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const element = make("a", "open", text);
  element.href = url.href;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  element.append(make("span", "unseen", " (opens in a new tab)"));
  return element;
}

/** The first letters of the first and the last word. */
export function avatar(name, key) {
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const chosen = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  const letters = chosen.map((word) => [...word][0]).join("").toUpperCase();
  let sum = 0;
  for (const character of key) sum = (sum * 31 + character.codePointAt(0)) % 6007;
  const element = make("span", `avatar hue-${sum % 6}`, letters || "?");
  element.ariaHidden = "true";
  return element;
}

/** A button that does something; while it does, it takes no second click. `text` may be several pieces. */
export function button(text, className, act) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", async () => {
    if (element.ariaDisabled === "true") return;
    element.ariaDisabled = "true";
    try {
      await act(element);
    } finally {
      element.ariaDisabled = null;
    }
  });
  return element;
}

let fields = 0;

/** A labelled field; the label stands above, `hint` below. */
export function field(label, control, hint) {
  fields += 1;
  control.id ||= `field-${fields}`;
  const text = make("label", "label", label);
  text.htmlFor = control.id;
  const row = make("div", "field", text, control);
  if (hint) {
    const under = make("p", "under", ...[hint].flat());
    under.id = `hint-${fields}`;
    control.setAttribute("aria-describedby", under.id);
    row.append(under);
  }
  return row;
}

/** A box to tick, with its words behind it. */
export function tick(label, name, checked = false) {
  const box = input("checkbox", name);
  box.checked = checked;
  return make("label", "tick", box, make("span", "", label));
}

export function input(type, name, value = "") {
  const element = make("input", "");
  element.type = type;
  element.name = name;
  if (value !== "") element.value = value;
  return element;
}

export function area(name, rows, value = "") {
  const element = make("textarea", "");
  Object.assign(element, { name, rows, value });
  return element;
}

export function select(name, options) {
  const element = make("select", "");
  element.name = name;
  for (const [value, text] of options) element.append(new Option(text, value));
  return element;
}

/** Where what went wrong will stand: a screen reader tells it at once. */
export function alertLine(tag = "p") {
  const line = make(tag, "wrong");
  line.setAttribute("role", "alert");
  return line;
}

/** The head of a table's row. */
export function rowHead(...children) {
  return Object.assign(make("th", "", ...children), { scope: "row" });
}

/** The head of a table: a cell for each name. */
export function tableHead(...names) {
  return make("thead", "", make("tr", "", names.map((name) => Object.assign(make("th", "", name), { scope: "col" }))));
}

/** A table that is moved sideways by itself where the screen is narrow, by keyboard too. */
export function wide(label, table) {
  const frame = make("div", "wide", table);
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.ariaLabel = label;
  return frame;
}

/** An open dialog around a form, with a way out; it goes when it is closed. */
export function openDialog(dialog, label, content) {
  content.querySelector(".row").append(button("Cancel", "reach", () => dialog.close()));
  dialog.append(content);
  dialog.ariaLabel = label;
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** A form that does something when it is sent, and says what went wrong below. */
export function form(className, parts, send, act) {
  const submit = make("button", "primary", send);
  submit.type = "submit";
  const failed = alertLine();
  const element = make("form", className, parts, make("div", "row", submit), failed);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.ariaDisabled === "true") return;
    submit.ariaDisabled = "true";
    failed.replaceChildren();
    try {
      await act(new FormData(element), element);
    } catch (error) {
      failed.replaceChildren(problem(error));
    } finally {
      submit.ariaDisabled = null;
    }
  });
  return element;
}

/** What went wrong, in one line. */
export function problem(error) {
  const detail = sentence(error.detail ?? error.message ?? "");
  return make("span", "", make("b", "", `${error.title ?? "It could not be shown"}. `), foreign(detail));
}

/** A part of a view: a heading, a line about it, and what is in it. */
export function part(title, lead, ...children) {
  const heading = make("h2", "", title);
  heading.id = `part-${title.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  const section = make("section", "card part", heading, lead ? make("p", "about", lead) : null, ...children);
  section.setAttribute("aria-labelledby", heading.id);
  return section;
}

/** Tells those who do not see the page what has changed. */
export function say(text) {
  document.getElementById("status").textContent = text;
}
