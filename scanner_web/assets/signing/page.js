// What the pages of keys and of signing have in common: asking the server, and saying how it stands.
import { Unsaid } from './spoken.js';

/** An element with a class and children; texts are only ever set as text. */
export function made(name, look, ...children) {
  const element = document.createElement(name);
  if (look) element.className = look;
  element.append(...children);
  return element;
}

/** The server's answer as JSON; a refusal of its in its own words. */
export async function ask(root, address, body) {
  const init = body && {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'X-Form-Token': root.querySelector('[name=_token]').value },
  };
  const answer = await fetch(address, init || {});
  const said = await answer.json().catch(() => null);
  if (!said) throw new Unsaid(answer.ok ? 'session' : 'unreachable');
  if (!answer.ok) throw Object.assign(new Unsaid('server'), { told: said.told, status: answer.status });
  return said;
}

/** The words of a refusal: which record, which member, why, and that nothing was signed. */
export function refusal(error, words) {
  if (!(error instanceof Unsaid)) throw error;
  if (error.told) return error.told;
  const where = error.record ? words['page.record'].replace('{n}', String(error.record)) : '';
  const member = error.member ? words['page.member'].replace('{member}', error.member) : '';
  return `${where}${member}${words[`refused.${error.reason}`] || words['refused.form']}`;
}

/** Run a press of a button once at a time; what goes wrong is told in the box. */
export function pressed(button, box, words, work) {
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    box.replaceChildren();
    try {
      await work();
    } catch (error) {
      const told = error instanceof Unsaid ? refusal(error, words) : words['refused.unreachable'];
      box.replaceChildren(made('p', 'note danger', made('span', ''), made('b', '', told)));
    }
    button.setAttribute('aria-busy', 'false');
  });
}
