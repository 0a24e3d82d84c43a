// The page of keys: makes one on this device, says which of the registered ones are here and which are gone.
import { ask, made, pressed } from './page.js';
import { canKeep, keysOf, makeKey, proofs } from './device.js';

export async function mountKeys(root, words) {
  const { account, iss } = root.dataset, box = root.querySelector('[data-told]');
  const button = root.querySelector('[data-make]');
  const here = canKeep() ? await keysOf(account).catch(() => null) : null;
  if (!here) {
    const told = made('div', '', made('b', '', words['page.no-store']), made('code', 'secret', location.href));
    return box.append(made('div', 'note warn', made('span', ''), told));
  }
  root.querySelector('[data-making]').hidden = false;
  mark(root, here, words);
  pressed(button, box, words, async () => {
    const { challenge } = await ask(root, root.dataset.challenge, {});
    const key = await makeKey(account, iss);
    const lasting = navigator.storage && navigator.storage.persist ? await navigator.storage.persist() : false;
    const label = root.querySelector('[name=label]').value;
    const roles = [...root.querySelectorAll('[name=roles]:checked')].map(({ value }) => value);
    await ask(root, root.dataset.ask, { ...(await proofs(key, challenge)), label, roles, lasting });
    location.assign(`${root.dataset.done}${lasting ? '' : '?lasting=no'}`);
  });
}

/** Each registered browser key: on this device, or missing here with its name and date. */
function mark(root, here, words) {
  const kids = new Set(here.map(({ kid }) => kid)), missing = root.querySelector('[data-missing]');
  for (const row of root.querySelectorAll('[data-kid]')) {
    const there = kids.has(row.dataset.kid);
    if (there) row.querySelector('[data-where]').textContent = words['page.here'];
    const entry = missing && missing.querySelector(`[data-of="${row.dataset.kid}"]`);
    if (entry) entry.hidden = there;
  }
  if (missing) missing.hidden = ![...missing.querySelectorAll('[data-of]')].some((one) => !one.hidden);
}
