// Counts the scan of this page: once, and only when somebody has it before their eyes. A preview, a crawler or a page
// loaded ahead runs no script, or is not visible; the button below serves those who run none.

const SEEN_AFTER = 800;

const place = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-scan]'));
if (place) whenSeen(() => count(place));

/** Call once the page has been visible for a moment. */
function whenSeen(/** @type {() => void} */ done) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const look = () => {
    clearTimeout(waiting);
    if (document.visibilityState !== 'visible' || /** @type {any} */ (document).prerendering) return;
    waiting = setTimeout(() => {
      document.removeEventListener('visibilitychange', look);
      document.removeEventListener('prerenderingchange', look);
      done();
    }, SEEN_AFTER);
  };
  document.addEventListener('visibilitychange', look);
  document.addEventListener('prerenderingchange', look);
  look();
}

/** Tell the server, then say so in place of the button; when it fails, the button stays. */
async function count(/** @type {HTMLFormElement} */ form) {
  try {
    const body = new URLSearchParams({ code: form.dataset.scan ?? '' });
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    if (!answer.ok) return;
    const told = document.createElement('p');
    told.className = 'cap';
    told.setAttribute('role', 'status');
    told.textContent = form.dataset.counted ?? '';
    form.replaceWith(told);
  } catch {
    // no network any more: the button is still there
  }
}
