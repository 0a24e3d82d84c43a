// Cases: each code is looked up as it comes, by keyboard, by a scanner that types, or by the camera. Enter in a field
// looks up and saves nothing; the field's value counts, not the keys, so that an input method does no harm.
"use strict";
(() => {
const form = document.querySelector("[data-packing]");
const words = JSON.parse(form.dataset.words);
const one = document.getElementById("one");
const codes = document.getElementById("codes");
const box = document.getElementById("case");
const told = form.querySelector("[data-told]");
const caseTold = form.querySelector("[data-case-told]");
const count = form.querySelector("[data-count]");
let chain = Promise.resolve();

form.querySelector("[data-scan-one]").hidden = false;
one.addEventListener("keydown", (event) => entered(event, () => take(one)));
box.addEventListener("keydown", (event) => entered(event, () => lookAtCase(true)));
box.addEventListener("change", () => lookAtCase(false));
codes.addEventListener("input", counted);
form.addEventListener("scanned", ({ detail }) => queue(detail));
form.addEventListener("change", ({ target }) => target.name === "action" && lookAtCase(false));

/** Enter ends a code; while an input method composes, it ends what is composed. */
function entered(event, act) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  act();
}

function take(field) {
  const text = field.value.trim();
  if (text) queue(text);
  field.value = "";
}

const lines = () => codes.value.split("\n").map((line) => line.trim()).filter(Boolean);

function counted() {
  count.textContent = lines().length;
}

/** One look-up after the other, in the order in which the codes came. */
function queue(text) {
  chain = chain.then(() => look(text)).catch(() => say(words.off, false));
}

async function asked(values) {
  const action = form.querySelector("[name=action]:checked").value;
  const query = new URLSearchParams({ case: box.value, action, ...values });
  const answer = await fetch(`/desk/packing/look?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("look");
  return answer.json();
}

async function look(text) {
  say(words.waits, null);
  if (/[^\x00-\x7f]/.test(text.normalize("NFKC"))) {
    say(`${text}: ${words["input-method"]}`, false);
    return;
  }
  const found = await asked({ codes: text });
  shown(found);
  const known = lines().includes(text);
  if (found.good && !known) {
    codes.value = [...lines(), text].join("\n");
    counted();
  }
  const line = `${found.readable || text}: ${found.told}${found.note ? ` ${found.note}` : ""}`;
  say(line, found.good && !known);
  if (found.good && known) say(`${found.readable || text}: ${words.again}`, false);
}

async function lookAtCase(onwards) {
  if (!box.value.trim()) return;
  try {
    shown(await asked({}));
    if (onwards) one.focus();
  } catch {
    say(words.off, false);
  }
}

function shown(found) {
  caseTold.textContent = found.case;
  caseTold.className = found.caseGood ? "" : "err";
}

function say(text, good) {
  told.textContent = text;
  told.className = good === null ? "told" : `told ${good ? "good" : "err"}`;
  if (good !== null) sound(good);
}

/** A high tone for a good code, a low long one for a bad: who packs looks at the case, not at the screen. */
function sound(good) {
  try {
    const audio = (sound.audio ||= new AudioContext());
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = good ? 1320 : 220;
    loud.gain.value = 0.08;
    tone.connect(loud).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (good ? 0.08 : 0.4));
  } catch {
    // no sound here: the words stand
  }
}
})();
