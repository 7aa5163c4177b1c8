// When and how often I want to be asked.

import { call } from "./api.js";
import { button, field, form, input, make, part, rowHead, say, tableHead, tick, words } from "./dom.js";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const NOW = { available: "You can be asked now.", away: "You are away.", busy: "You have no room for more asks now.", departed: "You have left." };

const capital = (word) => word[0].toUpperCase() + word.slice(1);
/** A point in time as a field of date and time shows it, in the reader's own zone. */
const local = (text) => {
  const date = new Date(text);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

function hoursTable(hours) {
  const rows = DAYS.map((day) => {
    const span = hours?.[day]?.[0];
    const [from, to] = [input("time", `${day}-from`, span?.from ?? ""), input("time", `${day}-to`, span ? span.to.replace("24:00", "23:59") : "")];
    from.ariaLabel = `${capital(day)} from`;
    to.ariaLabel = `${capital(day)} to`;
    const more = (hours?.[day]?.length ?? 0) > 1 ? make("span", "under", "a second span is kept") : null;
    return make("tr", "", rowHead(capital(day)), make("td", "", from), make("td", "", to), make("td", "", more));
  });
  return make("table", "hours", make("caption", "unseen", "Working hours"), tableHead("Day", "From", "To"), make("tbody", "", rows));
}

function absenceRow(one) {
  const [from, until] = [input("datetime-local", "absent-from", one ? local(one.from) : ""), input("datetime-local", "absent-until", one ? local(one.until) : "")];
  from.required = until.required = true;
  const row = make("li", "absence", field("Away from", from), field("until", until));
  row.append(button("Remove", "reach", () => row.remove()));
  return row;
}

/** What the form says, as the API takes it. */
function said(data, before, ownHours) {
  const body = { ask_me_less: data.get("less") === "on", absences: [] };
  const zone = data.get("timezone").trim();
  if (zone) body.timezone = zone;
  if (data.get("limit") !== "") body.limit = Number(data.get("limit"));
  if (ownHours) {
    body.hours = {};
    for (const day of DAYS) {
      const [from, to] = [data.get(`${day}-from`), data.get(`${day}-to`)];
      const rest = before.hours?.[day]?.slice(1) ?? [];
      body.hours[day] = from && to ? [{ from, to: to === "23:59" ? "24:00" : to }, ...rest] : [];
    }
  }
  const [from, until] = [data.getAll("absent-from"), data.getAll("absent-until")];
  from.forEach((start, at) => body.absences.push({ from: new Date(start).toISOString(), until: new Date(until[at]).toISOString() }));
  return body;
}

function nowText(now) {
  if (!now) return "You are nobody who can be asked here.";
  const hours = now.within_hours === false ? " It is none of your working hours." : "";
  return `${words(NOW, now.state)}${hours} Open asks: ${now.open_asks} of ${now.limit}.`;
}

/** The part of the view; null where nobody keeps asks. */
export async function availabilityPart(signal) {
  let before;
  try {
    before = await call("GET", "/v1/me/availability", { signal });
  } catch (error) {
    if (error.status === 403 || error.status === 404) return null;
    throw error;
  }
  const standing = make("p", "about", nowText(before.now));
  standing.setAttribute("aria-live", "polite");
  const zone = input("text", "timezone", before.timezone ?? "");
  Object.assign(zone, { maxLength: 64, autocomplete: "off", placeholder: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const limit = input("number", "limit", before.limit ?? "");
  Object.assign(limit, { min: 0, max: 100 });
  const absences = make("ul", "stack", before.absences.map(absenceRow));
  const own = tick("I set my own hours", "own-hours", Boolean(before.hours));
  const hours = hoursTable(before.hours);
  const fit = () => {
    hours.hidden = !own.querySelector("input").checked;
    // Whoever begins has the usual hours to change.
    const empty = [...hours.querySelectorAll("input")].every((one) => one.value === "");
    if (hours.hidden || !empty || before.hours) return;
    for (const day of DAYS.slice(0, 5)) {
      hours.querySelector(`[name=${day}-from]`).value = "09:00";
      hours.querySelector(`[name=${day}-to]`).value = "17:00";
    }
  };
  own.addEventListener("change", fit);
  fit();
  const say_ = form("stack", [
    tick("Ask me less: a lower limit, and longer rests between two asks", "less", before.ask_me_less),
    make("div", "pair", field("Most open asks at once", limit, "Empty: as everybody. 0: none."), field("Time zone", zone, "Such as Europe/Berlin. Empty: as an export says.")),
    own, hours,
    make("h3", "small-head", "When you are not there"), absences,
    make("p", "", button("Add a time", "reach", () => {
      const row = absenceRow(null);
      absences.append(row);
      row.querySelector("input").focus();
    })),
  ], "Save", async (data) => {
    before = await call("PUT", "/v1/me/availability", { body: said(data, before, data.get("own-hours") === "on") });
    standing.textContent = nowText(before.now);
    say("Saved.");
  });
  return part("When to be asked", null, standing, say_);
}
