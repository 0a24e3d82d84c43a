// Uploads: a file in parts that goes on after a break, its state while it is read, cells checked when they are left.
"use strict";
(() => {
const PART = 1 << 18;
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

function tokenOf(form) {
  return form.querySelector('input[name="_token"]').value;
}

async function asked(address, options) {
  const answer = await fetch(address, options);
  const said = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
  if (!answer.ok || said === null) {
    const refused = new Error(said === null ? String(answer.status) : said.said);
    refused.final = answer.status >= 400 && answer.status < 500 && !(said && said.code === "part-misplaced");
    refused.wanted = said && said.params ? said.params.wanted : undefined;
    throw refused;
  }
  return said;
}

async function digestOf(file) {
  const bytes = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

async function sendParts(form, file, upload, show) {
  let at = upload.received;
  let tries = 0;
  while (at < file.size) {
    try {
      const part = file.slice(at, at + PART);
      const said = await asked(`/desk/uploads/${upload.id}/parts/${at}`, {
        method: "PUT", body: part,
        headers: {"X-Form-Token": tokenOf(form), "Content-Type": "application/octet-stream"},
      });
      at = said.received;
      tries = 0;
      show(at / file.size);
    } catch (broken) {
      if (broken.final) throw broken;
      if (broken.wanted !== undefined) { at = broken.wanted; continue; }
      tries += 1;
      show(at / file.size, true);
      await pause(Math.min(30000, 1000 * 2 ** tries));
    }
  }
}

function sending(form) {
  const box = form.querySelector("[data-sending]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-said]");
  form.addEventListener("submit", async (event) => {
    const file = form.elements.file.files[0];
    if (!file || !window.crypto || !crypto.subtle) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    box.hidden = false;
    words.textContent = words.dataset.hash;
    try {
      const upload = await asked("/desk/uploads/announce", {
        method: "POST",
        headers: {"X-Form-Token": tokenOf(form), "Content-Type": "application/json"},
        body: JSON.stringify({
          name: file.name, bytes: file.size, sha256: await digestOf(file), how: form.elements.how.value,
        }),
      });
      await sendParts(form, file, upload, (share, waits) => {
        bar.value = share * 100;
        words.textContent = waits ? words.dataset.broken : `${words.dataset.going} ${Math.round(share * 100)} %`;
      });
      words.textContent = words.dataset.done;
      location.assign(upload.next);
    } catch (refused) {
      words.textContent = refused.message;
      button.disabled = false;
    }
  });
}

async function watch(box) {
  const read = box.querySelector("[data-read]");
  const phase = box.querySelector("[data-phase]");
  const under = new Set(["waiting", "running", "stopped"]);
  for (;;) {
    await pause(1000);
    try {
      const said = await asked(box.dataset.watch, {});
      if (!under.has(said.state)) { location.reload(); return; }
      read.textContent = said.read;
      const word = said.phase ? phase.dataset[`${said.phase}Word`] : "";
      if (word) phase.textContent = word;
    } catch (broken) {
      await pause(4000);
    }
  }
}

async function saveCell(form, cell) {
  const saved = form.querySelector("[data-saved]");
  const body = new FormData();
  for (const name of ["_token", "_key"]) body.append(name, form.querySelector(`input[name="${name}"]`).value);
  body.append(cell.name, cell.value);
  body.append(cell.name.replace("c", "w"), cell.defaultValue);
  const answer = await fetch(form.action, {method: "POST", body});
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") { location.assign(answer.url); return; }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = next.querySelector("main");
  if (!answer.ok && !fresh) { saved.textContent = String(answer.status); return; }
  const name = document.activeElement ? document.activeElement.getAttribute("name") : null;
  const typed = new Map([...form.querySelectorAll('input[name^="c."]')]
    .filter((one) => one !== cell && one.value !== one.defaultValue).map((one) => [one.name, one.value]));
  document.querySelector("main").replaceWith(fresh);
  document.title = next.title;
  for (const [at, value] of typed) {
    const one = fresh.querySelector(`input[name="${at}"]`);
    if (one) one.value = value;
  }
  begin();
  const focus = name && fresh.querySelector(`[name="${name}"]`);
  if (focus) focus.focus();
}

function cells(form) {
  form.addEventListener("change", (event) => {
    if (event.target.name && event.target.name.startsWith("c.")) saveCell(form, event.target);
  });
}

function begin() {
  document.querySelectorAll("form[data-send]").forEach(sending);
  document.querySelectorAll("[data-watch]").forEach(watch);
  document.querySelectorAll("form[data-cells]").forEach(cells);
}

begin();
})();
