// One stop for Tab in the diagram: arrows walk up and down stream and among the boxes of a layer, Escape leaves.
"use strict";
const svg = document.querySelector("[data-trace]");
if (svg) {
  const boxes = [...svg.querySelectorAll("a.box")];
  const numbered = new Map(boxes.map((box) => [box.dataset.n, box]));
  const layer = (box) => box.querySelector("rect").getAttribute("x");
  let last = boxes.find((box) => box.classList.contains("b-start") || box.classList.contains("b-failed")) || boxes[0];
  const stop = () => boxes.forEach((box) => box.setAttribute("tabindex", box === last ? "0" : "-1"));
  const go = (box) => {
    if (!box) return;
    last = box;
    stop();
    box.focus();
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const first = (numbers) => numbered.get((numbers.trim().split(" ")[0] || ""));
  const beside = (box, by) => {
    const same = boxes.filter((one) => layer(one) === layer(box));
    return same[same.indexOf(box) + by];
  };
  stop();
  if (last) {
    svg.parentElement.scrollLeft = Number(layer(last)) - svg.parentElement.clientWidth / 2;
  }
  svg.addEventListener("focusin", (event) => {
    const box = event.target.closest("a.box");
    if (box) {
      last = box;
      stop();
    }
  });
  svg.addEventListener("keydown", (event) => {
    const box = event.target.closest("a.box");
    if (!box) return;
    const ways = {
      ArrowLeft: () => first(box.dataset.up),
      ArrowRight: () => first(box.dataset.down),
      ArrowUp: () => beside(box, -1),
      ArrowDown: () => beside(box, 1),
    };
    if (event.key === "Escape") {
      document.querySelector("#boxes").closest("section").querySelector("a").focus();
      event.preventDefault();
    } else if (ways[event.key]) {
      go(ways[event.key]());
      event.preventDefault();
    }
  });
}
