// What was filled in without a network: kept on this device for whoever filled it in, sent when there is a network
// again, one after another. An entry goes when the platform has it, and never otherwise.
//
// A form says how it is kept: `data-queued` is the start of the address that the platform leads on to once it has
// the entry; with `data-whole` it is filled in whole each time, so that what is kept anew takes the place of what
// waits of the same form.
"use strict";
(() => {
const list = document.querySelector("[data-queue]");
const form = document.querySelector("form[data-queued]");
if (!list || !form || !window.indexedDB) return;
const { account, member, words } = list.dataset;
const say = JSON.parse(words);
const rows = list.querySelector("ul");
const NAME = `greentrace-queue ${account} ${member}`; // another person's or firm's entries lie elsewhere
const whole = "whole" in form.dataset;
let opened;
let typing = false; // since the form was kept or shown: nothing leads away from it

function store(mode, act) {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entry", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened.then((db) => new Promise((resolve, reject) => {
    const done = db.transaction("entry", mode);
    const found = act(done.objectStore("entry"));
    done.oncomplete = () => resolve(found.result);
    done.onerror = done.onabort = () => reject(done.error);
  }));
}

const all = () => store("readonly", (kept) => kept.getAll())
  .then((found) => found.sort((one, other) => one.captured.localeCompare(other.captured)));
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
  acts.append(button(say.away, async () => { if (confirm(say.sure)) { await drop(entry.id); await show(); } }));
  made.append(list.querySelector("[data-icon] svg").cloneNode(true), said, acts);
  return made;
}

async function show() {
  const found = await all();
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
  form.dataset.entry = entry.id;
  typing = true;
  form.scrollIntoView();
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

/** What became of an entry: the address that the platform led on to, once it has it. */
async function send(entry) {
  const body = new FormData();
  for (const [name, said] of entry.fields) body.append(name, said);
  body.append("_captured", entry.captured);
  body.append("_token", form.elements._token.value);
  body.append("_key", entry.id);
  const files = entry.fields.some(([, said]) => said instanceof File);
  const answer = await fetch(entry.path,
    { method: "POST", body: files ? body : new URLSearchParams(body), redirect: "follow" });
  const where = new URL(answer.url).pathname;
  if (answer.ok && where.startsWith(entry.arrives ?? "/desk/uploads/")) {
    await drop(entry.id);
    return where;
  }
  if (where === "/sign-in" || answer.status === 403) return entry.state = "signin";
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
form.addEventListener("submit", async (event) => {
  if (["more", "look"].includes(event.submitter?.name) || !navigator.locks) return;
  if (navigator.onLine && !form.dataset.entry) return; // as ever
  event.preventDefault();
  const fields = [...new FormData(form)].filter(([name, said]) => !name.startsWith("_")
    && (typeof said === "string" || said.size));
  const path = form.getAttribute("action");
  const entry = { id: crypto.randomUUID(), path, page: location.pathname, arrives: form.dataset.queued,
    title: form.dataset.title, fields, state: "waits", captured: new Date().toISOString() };
  try {
    // Anew under a key of its own: the platform may have the earlier one, and must not take this one for it.
    const before = whole ? (await all()).filter((one) => one.path === path).map((one) => one.id) : [];
    if (form.dataset.entry && !whole) entry.id = form.dataset.entry;
    await keep(entry, before);
  } catch {
    list.hidden = false;
    list.querySelector("[role=status]").textContent = say.full;
    return;
  }
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
  if (navigator.onLine) await sendAll();
});
})();
