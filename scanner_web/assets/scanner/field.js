// The camera beside a field of the workspace: what it reads is told to the page as the event `scanned`, and never
// opened. The same code in front of the camera is told once, and again only after it was away.
import { closed, draw, drawPicture, ended, opened } from './camera.js';
import { canDecode, decoderFor } from './decoder.js';

const EVERY = 160;
const AWAY = 1500;
const SIDES = [1200, 2600];

for (const place of document.querySelectorAll('[data-eye]')) offer(place);

async function offer(place) {
  const { decoder, wasm } = place.dataset;
  const find = (name) => place.querySelector(name);
  const film = find('[data-film]'), stop = find('[data-stop]'), view = find('[data-view]'), tell = find('[data-tell]');
  const photo = find('[data-photo]'), video = find('video'), canvas = document.createElement('canvas');
  if (!(await canDecode(decoder))) return;
  const films = Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  const state = { decode: null, round: 0, last: '', at: 0 };
  place.hidden = false;
  film.hidden = !films;
  photo.hidden = false;
  film.addEventListener('click', start);
  stop.addEventListener('click', still);
  addEventListener('pagehide', still);
  document.addEventListener('visibilitychange', () => document.hidden && still());
  photo.querySelector('input').addEventListener('change', picture);

  async function start() {
    const mine = (state.round += 1);
    const asked = opened('environment', '');
    try {
      state.decode ||= await decoderFor(decoder, wasm);
      const stream = await asked;
      if (mine !== state.round) return ended(stream);
      view.hidden = stop.hidden = false;
      film.hidden = true;
      video.srcObject = stream;
      await video.play();
      tell.textContent = tell.dataset.live;
      stop.focus();
    } catch {
      asked.then(ended, () => {});
      still();
      tell.textContent = tell.dataset.failed;
      return;
    }
    while (mine === state.round) {
      const next = new Promise((resolve) => setTimeout(resolve, EVERY));
      try {
        if (draw(canvas, video, find('[data-frame]'))) take(await state.decode(canvas));
      } catch {
        still();
        tell.textContent = tell.dataset.failed;
      }
      await next;
    }
  }

  function still() {
    state.round += 1;
    closed(video);
    view.hidden = stop.hidden = true;
    film.hidden = !films;
  }

  function take(texts) {
    const [text] = texts, now = performance.now();
    if (!text) return false;
    const again = text === state.last && now - state.at < AWAY;
    Object.assign(state, { last: text, at: now });
    if (again) return true;
    if (!('many' in place.dataset)) still();
    place.dispatchEvent(new CustomEvent('scanned', { detail: text, bubbles: true }));
    return true;
  }

  async function picture({ target }) {
    const [file] = target.files;
    if (!file) return;
    try {
      const bitmap = await createImageBitmap(file);
      state.decode ||= await decoderFor(decoder, wasm);
      let found = false;
      for (const side of SIDES) {
        const more = drawPicture(canvas, bitmap, side);
        state.last = '';
        found = take(await state.decode(canvas));
        if (found || !more) break;
      }
      tell.textContent = found ? '' : tell.dataset.none;
    } catch {
      tell.textContent = tell.dataset.failed;
    } finally {
      target.value = '';
    }
  }
}
