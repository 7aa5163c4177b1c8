// Who is signed in, and requests to the API. The key lies in this tab's session storage and goes out in the header
// `authorization` alone: never in an address, never in a cookie.

const KEPT = "whoknows.session";
const listeners = new Set();

/** A failure that the page can explain: title, detail, and the request's id for whoever looks into it. */
export class Failure extends Error {
  constructor(title, detail, { status = 0, requestId = null, field = null } = {}) {
    super(title);
    Object.assign(this, { title, detail, status, requestId, field });
  }
}

/** What is known of who is signed in: `key`, `name`, and what the key may do; null if nobody is. */
export function session() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function keep(one) {
  if (one) sessionStorage.setItem(KEPT, JSON.stringify(one));
  else sessionStorage.removeItem(KEPT);
  for (const listener of listeners) listener(one);
}

/** Calls `listener` whenever somebody signs in or out. */
export function onSession(listener) {
  listeners.add(listener);
}

/** A name for an order that is to be carried out once; nobody can guess it. */
export function once() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(method, path, { key, body, headers, signal }) {
  const shown = key ? { authorization: `Bearer ${key}` } : {};
  const typed = body === undefined ? {} : { "content-type": "application/json" };
  try {
    return await fetch(path, {
      method,
      headers: { ...typed, ...shown, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure("The server did not answer", "It may have been stopped, or the connection broke off.");
  }
}

async function failure(response) {
  const said = await response.json().catch(() => null);
  const title = said?.title ?? `The server answered ${response.status}`;
  const more = { status: response.status, requestId: response.headers.get("x-request-id"), field: said?.field ?? null };
  return new Failure(title, said?.detail ?? "", more);
}

/** Asks the API with the key of who is signed in, and gives the JSON of its answer. */
export async function call(method, path, { body, headers, signal, key } = {}) {
  const response = await send(method, path, { key: key ?? session()?.key, body, headers, signal });
  if (response.ok) return response.status === 204 ? null : response.json();
  throw await failure(response);
}

/** Finds out what a key may do, and keeps it; fails if it opens nothing. */
export async function signIn(key) {
  if (!/^[!-~]{8,4096}$/.test(key)) throw new Failure("This is no key", "A key or token is one word without spaces");
  const look = async (path) => {
    try {
      return await call("GET", path, { key });
    } catch (error) {
      if (error.status === 403 || error.status === 404) return null;
      throw error;
    }
  };
  const [me, asks, jobs] = await Promise.all([look("/v1/me"), look("/v1/asks?limit=1"), look("/v1/jobs?limit=1")]);
  const name = me?.display_name ?? (jobs ? "operator" : "signed in");
  keep({ key, name, person: me?.person_id ?? null, me: me !== null, asks: asks !== null, operates: jobs !== null });
}

export function signOut() {
  keep(null);
}

/** The parts of one server-sent event. */
function parsed(text) {
  const event = { type: "message", data: "", id: null };
  for (const line of text.split("\n")) {
    const at = line.indexOf(":");
    const [name, value] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    if (name === "data") event.data += (event.data ? "\n" : "") + value;
    if (name === "event") event.type = value;
    if (name === "id") event.id = value;
  }
  return event;
}

/** Reads server-sent events until the stream ends; `EventSource` could not show a key. */
export async function events(path, { signal, headers, opened, heard }) {
  const response = await send("GET", path, { key: session()?.key, headers, signal });
  if (!response.ok) throw await failure(response);
  opened?.();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const pieces = (rest + value.replaceAll("\r\n", "\n")).split("\n\n");
    rest = pieces.pop();
    for (const piece of pieces) {
      const event = parsed(piece);
      if (event.data) heard({ ...event, data: JSON.parse(event.data) });
    }
  }
}

/**
 * Hears what happens to one's asks for as long as `signal` lets it, and goes on where a stream ended. `missed` is called
 * when a stream begins that cannot tell what happened before it.
 */
export async function listen({ signal, missed, heard }) {
  let last = null;
  let wait = 1000;
  while (!signal.aborted) {
    try {
      const headers = last ? { "last-event-id": last } : {};
      await events("/v1/events", {
        signal,
        headers,
        opened: () => {
          if (!last) missed();
        },
        heard: (event) => {
          last = event.id ?? last;
          wait = 1000;
          heard(event);
        },
      });
    } catch (error) {
      if (signal.aborted || error.status === 401 || error.status === 403) return;
      wait = Math.min(wait * 2, 60000);
    }
    await new Promise((done) => {
      setTimeout(done, wait);
    });
  }
}
