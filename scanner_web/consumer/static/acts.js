// What needs a script beside the check: the page read aloud, and its address handed on. Nothing starts by itself.

const READ = [
  'h1', '.verdict p', '.stats', '#do', '#do ~ p', '#do ~ ol b', '.order h2', '.order dl', '.bar2 figcaption, .bar2 p',
  '[aria-labelledby=pn] h2', '[aria-labelledby=pn] dl', '.origins b', '[aria-labelledby=ig] dl',
  '[aria-labelledby=en] dl', '[aria-labelledby=ts] > .lead',
];
const SKIPPED = '.mono, a, svg';

const listen = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-listen]'));
const address = /** @type {HTMLInputElement | null} */ (document.querySelector('[data-share]'));
if (listen && 'speechSynthesis' in window) offerReading(listen);
if (address) offerSharing(address);

/** Pieces of text with their language, in the order in which they stand; a row of a list is one piece. */
function pieces() {
  const found = [];
  for (const part of document.querySelectorAll(READ.join())) {
    const rows = part.tagName === 'DL' ? part.querySelectorAll('dt, dd') : [part];
    for (const row of rows) {
      const copy = /** @type {HTMLElement} */ (row.cloneNode(true));
      const tagged = copy.querySelector('[lang]');
      if (!row.matches(SKIPPED)) copy.querySelectorAll(SKIPPED).forEach((one) => one.remove());
      const text = copy.textContent.trim();
      if (text) found.push({ text, lang: tagged ? tagged.lang : document.documentElement.lang });
    }
  }
  return found;
}

function offerReading(/** @type {HTMLButtonElement} */ button) {
  const speech = window.speechSynthesis;
  const label = button.querySelector('span');
  const show = (/** @type {boolean} */ speaking) => {
    button.setAttribute('aria-pressed', String(speaking));
    label.textContent = speaking ? button.dataset.stop : button.dataset.listen;
  };
  show(false);
  button.classList.add('ready');
  button.addEventListener('click', () => {
    const speaking = button.getAttribute('aria-pressed') === 'true';
    speech.cancel();
    show(!speaking);
    if (speaking) return;
    const said = pieces().map(({ text, lang }) => Object.assign(new SpeechSynthesisUtterance(text), { lang }));
    said[said.length - 1].onend = () => show(false);
    said.forEach((one) => {
      one.onerror = () => show(false);
      speech.speak(one);
    });
  });
  window.addEventListener('pagehide', () => speech.cancel());
}

function offerSharing(/** @type {HTMLInputElement} */ field) {
  const { share, done } = field.dataset;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn alt';
  button.textContent = share;
  const url = field.value;
  button.addEventListener('click', async () => {
    try {
      if (navigator.share) return await navigator.share({ text: field.dataset.card, url });
      if (navigator.clipboard) await navigator.clipboard.writeText(url);
      else throw new Error('clipboard');
      button.textContent = done;
    } catch {
      field.select();
    }
  });
  field.after(button);
}
