// The drafts of a batch: read from the bytes that will be signed, checked, put into words; all of them or none.
import { b64u, decodeObject, instant, isText, own, sha256, unb64u, utf8 } from '../verifier/encoding.js';
import { readClaims, readDisclosures } from '../verifier/statement.js';
import { Speaker, Unsaid } from './spoken.js';

const DAY = 86400000000n;
const ANY = 'A'.repeat(43);

/** The stand-in of the n-th statement of a batch, as drafts name it before it has an id. */
export const standIn = async (/** @type {number} */ n) => b64u(await sha256(utf8(`draft-${n}`)));

/** A batch, read and worded. `chain` is this device's own: iss, stream, seq and stmt of its last statement. */
export async function readBatch(batch, chain, words, outlines, now = Date.now()) {
  const drafts = batch.drafts, standIns = new Map(), named = new Map(), seen = new Set();
  for (const n of drafts.keys()) standIns.set(await standIn(n + 1), n);
  for (const [id, at] of standIns) named.set(id, words['say.nth'].replace('{n}', String(at + 1)));
  const cited = await citedOf(batch.cited || {}, words, named);
  const records = [];
  for (const [at, draft] of drafts.entries()) {
    try {
      const record = await readDraft(draft, at, chain, now);
      if (seen.has(record.claims.jti)) throw new Unsaid('repeated', 'jti');
      seen.add(record.claims.jti);
      forbidLater(record.raw, at, standIns);
      const speaker = new Speaker(words, outlines, record.hidden, named);
      speaker.owner = chain.iss.split(':').pop();
      records.push({ ...record, said: speaker.statement(record.claims, amendedBy(record.claims, cited, outlines)) });
    } catch (refusal) {
      throw placed(refusal, at);
    }
  }
  return { records, standIns };
}

/** The refusal with its record; what the readers refuse for its form is as unsaid as the rest. */
export function placed(refusal, at) {
  if (refusal.kind === undefined) throw refusal;
  const told = refusal instanceof Unsaid ? refusal : new Unsaid(refusal.reason);
  told.record = at + 1;
  return told;
}

async function readDraft({ bytes, disclosures }, at, chain, now) {
  if (!isText(bytes) || !Array.isArray(disclosures)) throw new Unsaid('form');
  const raw = decodeObject(utf8(bytes));
  if (raw.iss !== chain.iss) throw new Unsaid('other-signer', 'iss');
  if (raw.stream !== chain.stream) throw new Unsaid('other-chain', 'stream');
  if (raw.seq !== chain.seq + at + 1) throw new Unsaid('out-of-order', 'seq');
  const before = chain.seq ? chain.stmt : undefined;
  if (at ? own(raw, 'prev') : raw.prev !== before) throw new Unsaid('other-before', 'prev');
  const claims = readClaims(raw.seq > 1 ? { ...raw, prev: raw.prev || ANY } : raw);
  const signed = instant(claims.signedAt), ours = BigInt(now) * 1000n;
  if (signed === null || signed - ours > DAY || ours - signed > DAY) throw new Unsaid('clock', 'signedAt');
  return { bytes, raw, claims, disclosures, hidden: await hiddenIn(claims, disclosures) };
}

/** Concealed members by the object that they left. Each digest must be shown here: nobody signs what he cannot read. */
async function hiddenIn(claims, disclosures) {
  const hidden = new Map();
  for (const [holder, name, value] of await readDisclosures(claims, disclosures, own(claims, '_sd_alg'))) {
    hidden.set(holder, (hidden.get(holder) || new Map()).set(name, value));
  }
  const look = (value, path) => {
    if (value === null || typeof value !== 'object') return;
    const shown = (hidden.get(value) || new Map()).size;
    if (own(value, '_sd') && value._sd.length !== shown) throw new Unsaid('concealed-unknown', path);
    for (const name of Object.keys(value)) if (name !== '_sd') look(value[name], `${path}.${name}`);
  };
  if (own(claims, '_sd_alg') !== hidden.size > 0) throw new Unsaid('concealed-unknown', '_sd_alg');
  look(claims.data, 'data');
  return hidden;
}

/** A statement may name those before it in the batch, never itself or one to come. */
function forbidLater(value, at, standIns, path = '') {
  if (isText(value)) {
    if (standIns.has(value) && standIns.get(value) >= at) throw new Unsaid('names-a-later-one', path.slice(1));
  } else if (value !== null && typeof value === 'object') {
    for (const name of Object.keys(value)) forbidLater(value[name], at, standIns, `${path}.${name}`);
  }
}

/** Kinds of the statements that a batch cites, each by bytes that hash to its id; they get a name in words. */
async function citedOf(cited, words, named) {
  const kinds = new Map();
  for (const [id, compact] of Object.entries(cited)) {
    if (!isText(compact) || b64u(await sha256(utf8(compact))) !== id) throw new Unsaid('cited-differs');
    const { typ, sub, data } = decodeObject(unb64u(compact.split('.')[1]));
    const number = data.reportNo || data.certNo || data.batchNo || sub.split(':').pop();
    kinds.set(id, typ);
    if (words[`name.${typ}`]) named.set(id, `${words[`name.${typ}`]} ${number}`);
  }
  return kinds;
}


/** The kind that a correction restates: known only from the bytes of what it amends. */
function amendedBy({ data }, cited, outlines) {
  if (!own(data, 'replacement')) return '';
  const typ = cited.get(data.amends);
  if (!typ || !outlines[typ]) throw new Unsaid('amends-unknown', 'data.amends');
  return typ;
}

/** Where two readings of a batch differ: the first record and member, or null. What was shown is what is signed. */
export function difference(shown, now) {
  for (let at = 0; at < Math.max(shown.length, now.length); at += 1) {
    const [left, right] = [shown[at], now[at]];
    if (!left || !right) return { record: at + 1, member: '' };
    if (left.bytes === right.bytes && left.disclosures.join() === right.disclosures.join()) continue;
    let member = 'data';
    try {
      member = differing(JSON.parse(left.bytes), JSON.parse(right.bytes), '') || 'data';
    } catch {
      // bytes that are no JSON differ as a whole
    }
    return { record: at + 1, member };
  }
  return null;
}

function differing(left, right, path) {
  if (left === right) return '';
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return path;
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = differing(left[name], right[name], path ? `${path}.${name}` : name);
    if (found) return found;
  }
  return '';
}
