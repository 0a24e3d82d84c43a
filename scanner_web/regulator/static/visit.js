// When a part was filled in and where, as the device states it. Without scripts both may be typed or left out.
"use strict";
const form = document.querySelector("form[data-visit]");
if (form) {
  const words = JSON.parse(form.dataset.words);
  const local = (date) => {
    const away = -date.getTimezoneOffset();
    const two = (number) => String(Math.abs(number)).padStart(2, "0");
    const here = new Date(date.getTime() + away * 60000).toISOString().slice(0, 19);
    return `${here}${away < 0 ? "-" : "+"}${two(Math.trunc(away / 60))}:${two(away % 60)}`;
  };
  form.addEventListener("submit", () => {
    form.elements.capturedAt.value = form.elements.sentAt.value = local(new Date());
  });
  const button = form.querySelector("[data-locate]");
  const told = form.querySelector("[data-located]");
  if (navigator.geolocation) {
    button.hidden = false;
    button.addEventListener("click", () => {
      told.textContent = words.asking;
      navigator.geolocation.getCurrentPosition((found) => {
        form.elements.lat.value = found.coords.latitude.toFixed(6);
        form.elements.lon.value = found.coords.longitude.toFixed(6);
        form.elements.accuracy.value = String(Math.ceil(found.coords.accuracy));
        form.elements.at.value = local(new Date(found.timestamp));
        form.elements.source.value = "device";
        form.elements.datum.value = "WGS84";
        told.textContent = `${words.found} ±${Math.ceil(found.coords.accuracy)} m`;
      }, () => { told.textContent = words.failed; }, { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 });
    });
  }
}
