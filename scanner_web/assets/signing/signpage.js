// The page of signing: shows what the bytes say, and signs those and no others.
import { keep, keysOf, canKeep, chainOf } from './device.js';
import { difference, readBatch } from './drafts.js';
import { signWave, waves } from './act.js';
import { totalsOf } from './totals.js';
import { ask, made, pressed, refusal } from './page.js';
import { Unsaid } from './spoken.js';

const AT_ONCE = 20;
/** Who left the desk has to look again: minutes without a tick, in milliseconds. */
const IDLE = 10 * 60000;

export async function mountSign(root, words, outlines) {
  const box = root.querySelector('[data-told]'), tell = (look, text) =>
    box.replaceChildren(made('p', `note ${look}`, made('span', ''), made('b', '', text)));
  const registered = (root.dataset.keys || '').split(' ');
  const here = canKeep() ? await keysOf(root.dataset.account).catch(() => []) : [];
  const key = here.find(({ kid, iss }) => registered.includes(kid) && iss === root.dataset.iss);
  if (!key) return root.querySelectorAll('[data-no-key]').forEach((one) => { one.hidden = false; });
  const address = `${root.dataset.drafts}?key=${key.kid}`;
  try {
    await resent(root, key);
    const batch = await ask(root, address);
    // a demo runs by a clock of its own, which its pages name
    const now = root.dataset.demoClock ? Date.parse(root.dataset.demoClock) : Date.now();
    const read = await readBatch(batch, await chainOf(key, batch.head), words, outlines, now);
    show(root, read, words);
    const button = root.querySelector('[data-sign]'), agreed = root.querySelector('[data-agreed]');
    root.querySelector('[data-signing]').hidden = false;
    root.querySelector('[data-fingerprint]').textContent = key.kid.slice(0, 12);
    let used = Date.now();
    root.addEventListener('change', () => { used = Date.now(); });
    pressed(button, box, words, async () => {
      if (Date.now() - used > IDLE) agreed.checked = false;
      used = Date.now();
      if (!agreed.checked) throw Object.assign(new Unsaid('not-agreed'), { told: words['page.agree'] });
      await sign(root, key, read, address);
      location.reload();
    });
  } catch (error) {
    tell('danger', refusal(error, words));
  }
}

/** Ask once more: what is signed is what was shown, or nothing. Then run by run, kept before it is sent. */
async function sign(root, key, read, address) {
  const again = await ask(root, address);
  const changed = difference(read.records, again.drafts);
  if (changed) throw Object.assign(new Unsaid('changed', changed.member), { record: changed.record });
  const chain = await chainOf(key, again.head), ids = new Map();
  let prev = chain.stmt;
  for (const wave of waves(read)) {
    const signed = await signWave(read, wave, key, ids, prev);
    [key.pending, key.sentTo] = [signed, root.dataset.signed];
    await keep(root.dataset.account, key);
    const { receipts } = await resent(root, key);
    for (const [at, { stmt, log, index }] of receipts.entries()) {
      for (const [id, place] of read.standIns) if (place === signed[at].at) ids.set(id, { stmt, log, index });
      prev = stmt;
    }
  }
}

/** Send what was signed and is not known to be taken: the same bytes. The chain goes on from its last receipt. */
async function resent(root, key) {
  if (!key.pending.length) return { receipts: [] };
  const statements = key.pending.map(({ jws }) => jws);
  let told;
  try {
    told = await ask(root, key.sentTo, { statements });
  } catch (error) {
    if (error.status && error.status < 500) await settle(root, key, []);
    throw error;
  }
  await settle(root, key, told.receipts);
  return told;
}

async function settle(root, key, receipts) {
  const last = receipts.length - 1;
  if (last >= 0) [key.seq, key.stmt] = [key.pending[last].seq, receipts[last].stmt];
  key.pending = [];
  await keep(root.dataset.account, key);
}

const LOOKS = { v: 'said', h: 'said hid' };
const line = (pieces) => pieces.map(([text, look]) => (look ? made('b', LOOKS[look], text) : text));

function rows(lines) {
  const list = made('dl', 'kv');
  for (const [label, pieces] of lines) list.append(made('dt', '', label), made('dd', '', ...line(pieces)));
  return list;
}

function record({ said }, at, words) {
  const number = made('span', 'tag mute', `${at + 1} · ${said.kind}`);
  const whole = made('details', '', made('summary', '', words['page.more']), rows(said.more));
  const lines = said.lines.length ? [rows(said.lines)] : [];
  return made('article', 'rec', number, made('p', 'sent', ...line(said.sentence)), ...lines, whole);
}

/** Totals of a long batch, then each record; those beyond the first twenty behind a fold. */
function show(root, read, words) {
  const place = root.querySelector('[data-said]');
  const all = read.records.map((one, at) => record(one, at, words));
  const totals = made('dl', 'kpis');
  for (const { typ, count, sums, lots, counterparts } of totalsOf(read.records)) {
    const units = sums.map(([sum, unit]) => `${sum} ${words[`unit.${unit}`]}`).join(words['say.and']);
    const more = [units, words['page.lots'].replace('{n}', String(lots.length))];
    if (counterparts.length) more.push(words['page.counterparts'].replace('{n}', String(counterparts.length)));
    const small = made('small', '', more.filter(Boolean).join(' · '));
    const name = words[`name.${typ}`];
    totals.append(made('div', 'kpi', made('dt', '', name), made('dd', '', String(count), small)));
  }
  const rest = all.slice(AT_ONCE);
  const fold = made('summary', 'btn', words['page.rest'].replace('{n}', String(rest.length)));
  place.replaceChildren(totals, ...all.slice(0, AT_ONCE), ...(rest.length ? [made('details', '', fold, ...rest)] : []));
}
