// What was filled in without a network: kept on this device for whoever filled it in, sent when there is a network
// again, one after another. An entry goes when the platform has it, and never otherwise.
//
// A form says how it is kept: `data-queued` is the start of the address that the platform leads on to once it has
// the entry; with `data-whole` it is filled in whole each time, so that what is kept anew takes the place of what
// waits of the same form. With `data-photos` what it names goes first, by its digest, and then each photograph by
// itself: together they may be more than a request holds, and what is cut off goes on behind the last that came.
//
// What is being filled in is kept too, each time that a field is left or a photograph chosen: a telephone short of
// memory throws the page away while its camera is open. It is back when the page is, or one press away.
"use strict";
(() => {
const list = document.querySelector("[data-queue]");
const form = document.querySelector("form[data-queued]");
if (!list || !form || !window.indexedDB) return;
const { account, member, words } = list.dataset;
const say = JSON.parse(words);
const rows = list.querySelector("ul");
const NAME = `greentrace-queue ${account} ${member}`; // another person's or firm's entries lie elsewhere
const DRAFTS = NAME.replace("queue", "draft"); // of its own: an older page that is open would hold back a new store
const MUCH = 8 * 1024 * 1024; // of photographs together: a request holds sixteen
const WEEK = 7 * 24 * 3600 * 1000;
const whole = "whole" in form.dataset;
const opened = {};
let unfinished; // what was being filled in on this page and was never sent
let typing = false; // since the form was kept or shown: nothing leads away from it

function store(mode, act, name = NAME) {
  opened[name] ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entry", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened[name].then((db) => new Promise((resolve, reject) => {
    const done = db.transaction("entry", mode);
    const found = act(done.objectStore("entry"));
    done.oncomplete = () => resolve(found.result);
    done.onerror = done.onabort = () => reject(done.error);
  }));
}

const all = () => store("readonly", (kept) => kept.getAll())
  .then((found) => found.sort((one, other) => (one.order ?? 0) - (other.order ?? 0)
    || one.captured.localeCompare(other.captured))); // by a counter: the clock of a device may jump
const keep = (entry, instead = []) => store("readwrite", (kept) => {
  for (const id of instead) kept.delete(id);
  return kept.put(entry);
});
/** How an entry stands by now, unless it was thrown away or replaced meanwhile. */
const note = (entry) => store("readwrite", (kept) => {
  const found = kept.get(entry.id);
  found.onsuccess = () => { if (found.result) kept.put(entry); };
  return found;
});
const filled = () => [...new FormData(form)].filter(([name, said]) => !name.startsWith("_")
  && (typeof said === "string" || said.size));
const keepDraft = () => store("readwrite", (kept) => kept.put(
  { id: location.pathname, title: form.dataset.title, fields: filled(), state: "draft",
    captured: new Date().toISOString() }), DRAFTS).catch(() => {}); // where nothing can be kept, all is as without it
const dropDraft = () => {
  unfinished = undefined;
  return store("readwrite", (kept) => kept.delete(location.pathname), DRAFTS).catch(() => {});
};
const drop = (id) => store("readwrite", (kept) => kept.delete(id));

function button(word, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = word;
  made.addEventListener("click", act);
  return made;
}

function row(entry) {
  const made = document.createElement("li");
  const said = document.createElement("span");
  const first = entry.fields.filter(([name, text]) => text && name.startsWith("r0.")).map(([, text]) => text);
  const files = entry.fields.filter(([, said]) => said instanceof File).length;
  const at = new Date(entry.captured).toLocaleString(document.documentElement.lang);
  said.textContent = [entry.title, first.slice(0, 4).join(" "), files ? `${say.files} ${files}` : "", at]
    .filter(Boolean).join(" · ");
  const state = document.createElement("small");
  state.textContent = [say[entry.state], entry.why].filter(Boolean).join(" · ");
  said.append(state);
  const acts = document.createElement("div");
  acts.className = "do";
  if (entry.state === "refused") acts.append(button(say.open, () => open(entry)));
  if (entry.state === "draft" && !entry.back) acts.append(button(say.open, () => goOn(entry)));
  acts.append(button(say.away, async () => {
    if (!confirm(say.sure)) return;
    await (entry.state === "draft" ? dropDraft() : drop(entry.id));
    if (entry.back) form.reset();
    await show();
  }));
  made.append(list.querySelector("[data-icon] svg").cloneNode(true), said, acts);
  return made;
}

async function show() {
  const found = [...(unfinished ? [unfinished] : []), ...await all()];
  list.hidden = !found.length;
  list.querySelector("[data-count]").textContent = found.length;
  rows.replaceChildren(...found.map(row));
}

/** A refused entry goes back into its form, as it stands now; it stays kept until it was sent. */
function open(entry) {
  const page = entry.page ?? entry.path;
  if (decodeURIComponent(page) !== decodeURIComponent(location.pathname)) location.href = `${page}#${entry.id}`;
  else if (!whole) fill(entry);
  else {
    location.hash = entry.id;
    location.reload(); // somebody may have gone on with it meanwhile
  }
}

function fill(entry) {
  for (const [name, said] of entry.fields) {
    const field = form.elements[name];
    if (!field || (whole && field.type === "hidden")) continue; // what is hidden says what this page has shown
    if (said instanceof File) {
      const files = new DataTransfer();
      for (const [other, one] of entry.fields) if (other === name && one instanceof File) files.items.add(one);
      field.files = files.files;
    } else {
      if (whole) differs(field, said);
      field.value = said;
    }
  }
  // A page with fewer rows than were filled in says what it has no field for.
  const rest = entry.fields.filter(([name, said]) => said && typeof said === "string" && !form.elements[name]);
  if (rest.length) {
    list.querySelector("[role=status]").textContent = `${say.rest} ${rest.map(([, said]) => said).join(" · ")}`;
  }
  form.dataset.entry = entry.id;
  typing = true;
  form.scrollIntoView();
}

/** An unfinished form goes on where it was left; it is sent as if it had been filled in just now. */
function goOn(draft) {
  fill(draft);
  delete form.dataset.entry;
  draft.back = true;
  return show();
}

/** What was left unfinished here: at once where the page came back by itself, else by a press. */
async function findUnfinished() {
  const draft = await store("readonly", (kept) => kept.get(location.pathname), DRAFTS).catch(() => undefined);
  if (!draft || form.hidden) return;
  if (Date.now() - Date.parse(draft.captured) > WEEK) {
    await dropDraft();
    return;
  }
  unfinished = draft;
  const came = performance.getEntriesByType("navigation")[0];
  if (document.wasDiscarded || (came && came.type !== "navigate")) await goOn(draft);
  else await show();
}

/** Beside what was typed here, what the platform has by now, where that is something else. */
function differs(field, said) {
  const place = field instanceof RadioNodeList ? field[0]?.closest("fieldset") : field.parentElement;
  const chosen = field instanceof RadioNodeList ? [...field].find((one) => one.checked)?.parentElement.textContent
    : field.selectedOptions?.[0]?.textContent ?? field.value;
  if (!place || !field.value || field.value === said) return;
  const told = document.createElement("p");
  told.className = "err";
  told.textContent = `${say.stands} ${chosen.trim()}`;
  place.append(told);
}

const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const digestOf = async (file) => hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
const alone = (entry) => entry.photos && crypto.subtle;

/** What became of an entry: the address that the platform led on to, once it has it and its photographs. */
async function send(entry) {
  if (!entry.where) {
    const said = await sendFields(entry);
    if (!said.startsWith("/") || !alone(entry)) return said;
    entry.where = said;
    await note(entry);
  }
  while (entry.fields.some(([, said]) => said instanceof File)) {
    if (!await sendPhoto(entry)) return "";
    await note(entry);
  }
  await drop(entry.id);
  return entry.where;
}

/** Whether the first photograph of an entry has come; it is no longer part of the entry then. */
async function sendPhoto(entry) {
  const at = entry.fields.findIndex(([, said]) => said instanceof File);
  const [name, file] = entry.fields[at];
  const body = new FormData();
  for (const [key, said] of Object.entries({ _token: form.elements._token.value, item: name.slice(2),
    digest: await digestOf(file), capturedAt: new Date(file.lastModified).toISOString() })) body.append(key, said);
  body.append("photo", file);
  const answer = await fetch(entry.photos, { method: "POST", body });
  if (answer.ok && !answer.redirected) {
    entry.fields.splice(at, 1);
    return true;
  }
  await refused(entry, answer);
  return false;
}

async function sendFields(entry) {
  const body = new FormData();
  for (const [name, said] of entry.fields) {
    if (said instanceof File && alone(entry)) body.append(`w.${name.slice(2)}`, await digestOf(said));
    else body.append(name, said);
  }
  if (body.has("sentAt")) body.set("sentAt", new Date().toISOString());
  body.append("_captured", entry.captured);
  body.append("_token", form.elements._token.value);
  body.append("_key", entry.id);
  const files = [...body.values()].some((said) => said instanceof File);
  const answer = await fetch(entry.path,
    { method: "POST", body: files ? body : new URLSearchParams(body), redirect: "follow" });
  const where = new URL(answer.url).pathname;
  if (answer.ok && where.startsWith(entry.arrives ?? "/desk/uploads/")) {
    if (!alone(entry)) await drop(entry.id);
    return where;
  }
  return refused(entry, answer);
}

/** What an answer that took nothing makes of an entry. */
async function refused(entry, answer) {
  if (new URL(answer.url).pathname === "/sign-in" || answer.status === 403) return entry.state = "signin";
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    const said = new DOMParser().parseFromString(await answer.text(), "text/html");
    entry.state = "refused";
    entry.why = said.querySelector("main [role=alert] p")?.textContent.replace(/\s+/g, " ").trim() ?? "";
  }
  return "";
}

/** Send what waits; one page of this browser at a time. */
const sendAll = () => navigator.locks.request(NAME, async () => {
  let last = "";
  for (const entry of await all()) {
    if (entry.state === "refused") continue;
    try {
      const said = await send(entry);
      if (said.startsWith("/")) last = said;
      else await note(entry);
      if (entry.state === "signin") break;
    } catch {
      break; // no network: it waits
    }
  }
  await show();
  return last;
});

form.addEventListener("input", () => { typing = true; });
form.addEventListener("change", keepDraft);
form.addEventListener("submit", async (event) => {
  if (["more", "look"].includes(event.submitter?.name) || !navigator.locks) return;
  const files = filled().map(([, said]) => said.size ?? 0).reduce((one, other) => one + other, 0);
  const much = files > MUCH && form.dataset.photos && crypto.subtle;
  if (navigator.onLine && !form.dataset.entry && !much) { // as ever
    dropDraft();
    return;
  }
  event.preventDefault();
  const fields = filled();
  const path = form.getAttribute("action");
  const entry = { id: crypto.randomUUID(), path, page: location.pathname, arrives: form.dataset.queued,
    photos: form.dataset.photos, title: form.dataset.title, fields, state: "waits",
    captured: new Date().toISOString() };
  try {
    // Anew under a key of its own: the platform may have the earlier one, and must not take this one for it.
    const waiting = await all();
    entry.order = Math.max(0, ...waiting.map((one) => one.order ?? 0)) + 1;
    const before = whole ? waiting.filter((one) => one.path === path && (!one.where || one.state === "refused"))
      .map((one) => one.id) : [];
    if (form.dataset.entry && !whole) entry.id = form.dataset.entry;
    await keep(entry, before);
  } catch {
    list.hidden = false;
    list.querySelector("[role=status]").textContent = say.full;
    return;
  }
  await dropDraft();
  delete form.dataset.entry;
  typing = false;
  if (!whole) form.reset();
  list.querySelector("[role=status]").textContent = say.kept;
  await show();
  if (navigator.onLine) await follow();
});

async function follow() {
  const where = await sendAll();
  if (where && !typing && !(await all()).length) location.href = where;
  else if (where) list.querySelector("[role=status]").textContent = say.sent;
}

const asData = (said) => !(said instanceof File) ? said : new Promise((resolve) => {
  const read = new FileReader();
  read.onload = () => resolve({ name: said.name, data: read.result });
  read.readAsDataURL(said);
});

list.querySelector("[data-take]").addEventListener("click", async () => {
  const kept = await Promise.all((await all()).map(async (entry) => ({ ...entry,
    fields: await Promise.all(entry.fields.map(async ([name, said]) => [name, await asData(said)])) })));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
  link.download = "greentrace-unsent.json";
  link.click();
});
list.querySelector("[data-send]").addEventListener("click", follow);
addEventListener("online", follow);
show().then(async () => {
  const wanted = location.hash.slice(1);
  const entry = wanted && (await all()).find((one) => one.id === wanted);
  if (entry) fill(entry);
  else await findUnfinished();
  if (navigator.onLine) await sendAll();
});
})();
