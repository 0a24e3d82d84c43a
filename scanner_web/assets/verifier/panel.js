// "Check it on my phone": a button that appears only where scripts run, and what the verifier found, row by row.

const GROUPS = {
  witnesses: ['policy', 'checkpoints', 'consistency'],
  signatures: ['header', 'key', 'signature', 'canonical', 'issuer'],
  log: ['leaf', 'lot-tag', 'inclusion', 'bracket'],
  links: ['disclosures', 'inputs', 'chain', 'anchor', 'subject'],
  handovers: ['handovers'],
  label: ['label'],
  times: ['lateness'],
  status: ['status'],
};
const CARDS = ['pn', 'ig', 'en', 'ts'].map((one) => `[aria-labelledby=${one}]`).join();
const QUIET = ['anchor', 'leaf', 'inputs'];
const LOOKS = { passed: ['ok', 'tick'], failed: ['bad', 'cross'], noted: ['wait', 'warn'], absent: ['wait', 'clock'] };

const box = /** @type {HTMLElement | null} */ (document.querySelector('[data-verifier]'));
if (box) mount(box);

/** An element with a class and children; texts are only ever set as text. */
function element(name, look, ...children) {
  const made = document.createElement(name);
  if (look) made.className = look;
  made.append(...children);
  return made;
}

function icon(name) {
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  drawing.setAttribute('class', 'ic');
  drawing.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  drawing.append(use);
  return drawing;
}

function mount(/** @type {HTMLElement} */ root) {
  const label = element('span', '', root.dataset.start);
  const button = element('button', 'btn', icon('tick'), label);
  const told = element('div', 'told');
  button.type = 'button';
  told.setAttribute('role', 'status');
  root.append(button, told);
  button.addEventListener('click', async () => {
    if (root.getAttribute('aria-busy') === 'true') return;
    root.setAttribute('aria-busy', 'true');
    label.textContent = root.dataset.running;
    told.replaceChildren();
    let again = root.dataset.start;
    try {
      const given = await gather(root);
      again = given.trust.words.again;
      told.append(...(await check(given)));
    } catch {
      told.append(element('p', 'note danger', icon('cross'), element('b', '', root.dataset.unreachable)));
    }
    label.textContent = again;
    root.setAttribute('aria-busy', 'false');
  });
}

/** Verifier, trust and bundle: inside a saved page all are at hand, else they are fetched from this origin. */
async function gather(root) {
  const { verifier, trust, bundle, noble } = root.dataset;
  const held = /** @type {any} */ (globalThis).traceVerifier;
  const read = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return new Uint8Array(await answer.arrayBuffer());
  };
  const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
  const embedded = (id) => document.getElementById(id).textContent;
  const kept = () => {
    const text = (document.getElementById('noble') || {}).textContent;
    if (!text) throw new Error('noble');
    return import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  };
  if (held) {
    return {
      module: held, trust: JSON.parse(embedded('trust')), form: embedded('bundle'), loadNoble: async () => kept(),
      label: null, records: 0,
    };
  }
  const [module, trusted, form] = await Promise.all([import(verifier), read(trust), read(bundle)]);
  const loadNoble = async () => {
    if (!noble) throw new Error('noble');
    return import(noble);
  };
  // Only a code that was scanned is a label; a page reached by its batch number, or by a spoilt link, is none.
  const label = root.dataset.label || null;
  return { module, trust: parsed(trusted), form, loadNoble, label, records: Number(root.dataset.records) };
}

async function check({ module, trust, form, loadNoble, label, records }) {
  const { words, limits } = trust, began = performance.now();
  let by, verdict;
  try {
    by = await module.prepare(loadNoble);
    verdict = await module.verifyBundle(form, trust, { label, limits, now: trust.now || new Date().toISOString() });
  } catch (refusal) {
    const text = words[refusal.kind] || words['bundle-malformed'];
    return [element('p', 'note danger', icon('cross'), element('b', '', text))];
  }
  const milliseconds = Math.max(1, Math.round(performance.now() - began));
  const page = comparison(verdict, words);
  const rows = Object.keys(GROUPS).map((name) => group(name, verdict, words));
  const ok = verdict.ok && page.state !== 'failed', passed = rows.filter(({ state }) => state === 'passed').length;
  const all = verdict.statements.length, count = records > 0 && records < all ? records : all;
  const summary = ok ? fill(words.done, { count }) : words.wrong;
  // That nothing was altered is no good news of goods that failed a test.
  const calm = document.querySelector('.trust.danger,.trust.warn') ? 'info' : 'ok';
  const tone = `note ${ok ? calm : 'danger'}`;
  const parts = [element('p', tone, icon(ok ? 'tick' : 'cross'), element('b', '', summary))];
  if (!ok) parts.push(...failuresOf(verdict, words));
  parts.push(element('ol', 'chk', ...[page, ...rows].filter(Boolean).map((one) => row(one, words))));
  const how = ok ? fill(words['done-how'], { all, ms: milliseconds }) : '';
  const notes = [how, words.trusted, by === 'noble' ? words.noble : '', verdict.demoClock ? words.demo : '']
    .filter(Boolean);
  parts.push(...notes.map((text) => element('p', 'cap', text)));
  parts[0].dataset.verdict = ok ? 'passed' : 'failed';
  parts[0].dataset.passed = String(passed);
  return parts;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

/** What the signed pack record and the changes of its label say, and whether this page says the same. */
function comparison({ packs, changes }, words) {
  const pack = packs[packs.length - 1], label = (pack && pack.label) || {}, now = new Map();
  const said = (/** @type {string} */ field) =>
    now.has(field) ? now.get(field) : field.split('.').reduce((of, name) => of && of[name], label);
  for (const { field, from, to } of changes) if (String(said(field)) === String(from)) now.set(field, to);
  const all = pack
    ? [said('product.name'), pack.batchNo, pack.productionDate, pack.expiryDate, ...[...now.values()].flat()]
    : [];
  const signed = all.filter((one) => typeof one === 'string');
  const cards = [...document.querySelectorAll(CARDS)]
    .map(({ textContent }) => textContent).join();
  const same = signed.every((one) => cards.includes(one));
  const state = !cards || !signed.length ? 'absent' : same ? 'passed' : 'failed';
  return { title: words['row-page'], state, lines: signed.length ? [`${words.signed} ${signed.join(' · ')}`] : [] };
}

/** The worst of a group of steps: failed, else noted, else passed, else absent. */
function group(name, verdict, words) {
  const all = [...verdict.steps, ...verdict.statements.flatMap((one) => one.steps)];
  const steps = all.filter(({ code }) => GROUPS[name].includes(code));
  const has = (state) => steps.find((one) => one.state === state && !(state === 'noted' && QUIET.includes(one.code)));
  const state = ['failed', 'noted', 'passed'].find(has) || 'absent';
  const late = steps.filter((one) => one.code === 'lateness' && one.state === 'noted').length;
  const lines = [];
  if (late) lines.push(fill(words.late, { count: late }));
  else if (state !== 'passed' && has(state))
    lines.push(words.step[has(state).code][has(state).reason] || words.step[has(state).code][state] || '');
  if (name === 'handovers' && state === 'passed') lines.push(words.step.handovers.passed);
  return { title: words[`row-${name}`], state, lines: lines.filter(Boolean) };
}

function row({ title, state, lines }, words) {
  const [look, drawing] = LOOKS[state];
  const smalls = lines.map((text) => element('small', '', text));
  const made = element(
    'li', '',
    element('i', '', icon(drawing)),
    element(
      'div', '', element('span', 'row', element('b', '', title), element('span', 'st', words[state])), ...smalls,
    ),
  );
  made.dataset.s = look;
  return made;
}

/** Each failed step by name, with the record it belongs to. */
function failuresOf(verdict, words) {
  const where = verdict.statements.flatMap((one) =>
    one.steps.filter(({ state }) => state === 'failed').map((step) => [step, one]));
  const whole = verdict.steps.filter(({ state }) => state === 'failed').map((step) => [step, null]);
  const lines = [...whole, ...where].slice(0, 6).map(([{ step, code, reason, failed = words.step[code] }, one]) => {
    const line = element(
      'li', '',
      element('b', '', fill(words['failed-step'], { number: step, name: failed.title })),
      ` ${failed[reason] || failed.failed}`,
    );
    line.dataset.failed = code;
    if (one) line.append(element('small', '', ` #${one.index}`));
    return line;
  });
  return lines.length ? [element('ul', 'failures', ...lines)] : [];
}
