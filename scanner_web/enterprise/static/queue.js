// Records that were filled in without a network: kept on this device for whoever filled them in, sent when there
// is a network again, one after another. An entry goes when the platform has it, and never otherwise.
"use strict";
(() => {
const list = document.querySelector("[data-queue]");
const form = document.querySelector("form.record");
if (!list || !form || !window.indexedDB) return;
const { account, member, words } = list.dataset;
const say = JSON.parse(words);
const rows = list.querySelector("ul");
const NAME = `greentrace-queue ${account} ${member}`; // another person's or firm's entries lie elsewhere
let opened;

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
const keep = (entry) => store("readwrite", (kept) => kept.put(entry));
const drop = (id) => store("readwrite", (kept) => kept.delete(id));

function button(word, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = word;
  made.addEventListener("click", act);
  return made;
}

async function show() {
  const found = await all();
  list.hidden = !found.length;
  list.querySelector("[data-count]").textContent = found.length;
  rows.replaceChildren(...found.map((entry) => {
    const row = document.createElement("li");
    const said = document.createElement("span");
    const first = entry.fields.filter(([name, text]) => text && name.startsWith("r0.")).map(([, text]) => text);
    const at = new Date(entry.captured).toLocaleString(document.documentElement.lang);
    said.textContent = `${entry.title} · ${first.slice(0, 4).join(" ")} · ${at}`;
    const state = document.createElement("small");
    state.textContent = say[entry.state];
    said.append(state);
    const acts = document.createElement("div");
    acts.className = "do";
    if (entry.state === "refused") acts.append(button(say.open, () => fill(entry)));
    acts.append(button(say.away, async () => { if (confirm(say.sure)) { await drop(entry.id); await show(); } }));
    row.append(list.querySelector("[data-icon] svg").cloneNode(true), said, acts);
    return row;
  }));
}

/** A refused entry goes back into its form; it stays kept until it was sent. */
function fill(entry) {
  if (decodeURIComponent(entry.path) !== decodeURIComponent(location.pathname)) {
    location.href = `${entry.path}#${entry.id}`;
    return;
  }
  for (const [name, text] of entry.fields) if (form.elements[name]) form.elements[name].value = text;
  form.dataset.entry = entry.id;
  form.scrollIntoView();
}

/** What became of an entry: "gone" once the platform has it. */
async function send(entry) {
  const body = new FormData();
  for (const [name, text] of entry.fields) body.append(name, text);
  body.append("_captured", entry.captured);
  body.append("_token", form.elements._token.value);
  body.append("_key", entry.id);
  const answer = await fetch(entry.path, { method: "POST", body: new URLSearchParams(body), redirect: "follow" });
  const where = new URL(answer.url).pathname;
  if (answer.ok && where.startsWith("/desk/uploads/")) {
    await drop(entry.id);
    return where;
  }
  if (where === "/sign-in" || answer.status === 403) return entry.state = "signin";
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) entry.state = "refused";
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
      else await keep(entry);
      if (entry.state === "signin") break;
    } catch {
      break; // no network: it waits
    }
  }
  await show();
  return last;
});

form.addEventListener("submit", async (event) => {
  if (["more", "look"].includes(event.submitter?.name) || !navigator.locks) return;
  if (navigator.onLine && !form.dataset.entry) return; // as ever
  event.preventDefault();
  const fields = [...new FormData(form)].filter(([name, said]) => !name.startsWith("_") && typeof said === "string");
  const id = form.dataset.entry ?? crypto.randomUUID();
  const entry = { id, path: form.getAttribute("action"), title: form.dataset.title, fields, state: "waits",
    captured: new Date().toISOString() };
  try {
    await keep(entry);
  } catch {
    list.hidden = false;
    list.querySelector("[role=status]").textContent = say.full;
    return;
  }
  delete form.dataset.entry;
  form.reset();
  list.querySelector("[role=status]").textContent = say.kept;
  await show();
  if (navigator.onLine) await follow();
});

async function follow() {
  const where = await sendAll();
  if (where && !(await all()).length) location.href = where;
  else if (where) list.querySelector("[role=status]").textContent = say.sent;
}

list.querySelector("[data-take]").addEventListener("click", async () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(await all(), null, 1)], { type: "application/json" }));
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
