// Photographs are made smaller before a form keeps or sends them: a telephone's camera takes ten times the pixels
// that a paper is read by, and a device or a network that is short of room loses the whole. What is no picture, is
// small already, or cannot be read here stays as it was chosen. `data-scaled`: how long the longer side may be.
"use strict";
(() => {
const ENOUGH = 1024 * 1024; // bytes up to which a file is left alone
const QUALITY = 0.85;
const made = new WeakSet(); // files of ours, and those that stay as they are

async function smaller(file, most) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= ENOUGH) return file;
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const pencil = canvas.getContext("2d");
  pencil.fillStyle = "white"; // under what is transparent: JPEG has no such thing
  pencil.fillRect(0, 0, canvas.width, canvas.height);
  pencil.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  if (!blob || blob.type !== "image/jpeg" || blob.size >= file.size) return file;
  const name = file.name.replace(/\.\w+$/, "") + ".jpg";
  return new File([blob], name, { type: blob.type, lastModified: file.lastModified });
}

document.addEventListener("change", async ({ target }) => {
  if (!target.matches("input[type=file][data-scaled]")) return;
  const chosen = [...target.files];
  if (chosen.every((file) => made.has(file))) return;
  const files = new DataTransfer();
  let changed = false;
  for (const file of chosen) {
    const one = made.has(file) ? file : await smaller(file, Number(target.dataset.scaled)).catch(() => file);
    made.add(one);
    files.items.add(one);
    changed ||= one !== file;
  }
  const still = target.files.length === chosen.length && [...target.files].every((file, at) => file === chosen[at]);
  if (!changed || !still) return; // another was chosen meanwhile
  target.files = files.files;
  for (const file of target.files) made.add(file);
  target.dispatchEvent(new Event("change", { bubbles: true }));
});
})();
