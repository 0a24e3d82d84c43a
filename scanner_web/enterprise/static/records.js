// Forms of single records: a press puts the present moment, today, a unit or all that is left into its field.
"use strict";
(() => {
const form = document.querySelector("form[data-now]");
const begun = performance.now();

/** The platform's time, as it was when the page came and as long as has gone since. */
function now() {
  return new Date(Date.parse(`${form.dataset.now}Z`) + performance.now() - begun).toISOString();
}

function said(text) {
  if (text === "now") return now().slice(0, 16);
  return text === "today" ? now().slice(0, 10) : text;
}

for (const button of form.querySelectorAll("[data-into]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into);
    field.value = said(button.dataset.text);
    field.focus();
  });
}

// A code that the camera read goes where it would be typed, and is looked up; nothing is saved by it. Enter looks up
// in the scan field alone: elsewhere it checks what was filled in.
const scan = form.querySelector("[name=scan]");
form.addEventListener("scanned", ({ detail }) => {
  scan.value = detail;
  form.querySelector("[name=look]").click();
});
if (scan) form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=file])")) return;
  if (event.target === scan) return;
  event.preventDefault();
  form.querySelector(".pri").click();
});
})();
