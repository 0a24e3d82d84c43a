// A run's page renews itself while parts are being made; without scripts the page does so by its header.
"use strict";
const EVERY = 3000;
if (document.querySelector("[data-renew]")) {
  setTimeout(() => location.reload(), EVERY);
}
