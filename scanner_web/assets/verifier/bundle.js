// The form of a `trace-bundle/1`, read strictly; nothing in it is verified here.
import {
  DECODER, Refusal, canonical, hasMembers, isCount, isObject, isText, isWellFormed, need, own, unb64, unb64u,
} from './encoding.js';

const BAD_BUNDLE = 'bundle-malformed';
const member = (holds) => need(holds, BAD_BUNDLE, 'member');
const listOf = (value, limit, read) => (member(Array.isArray(value) && value.length <= limit), value.map(read));
const text = (value) => (member(isText(value) && isWellFormed(value)), value);

function secret(value) {
  text(value);
  let raw = [];
  try {
    raw = unb64u(value);
  } catch {}
  member(raw.length === 16);
  return raw;
}

const hashes = (value) =>
  listOf(value, 63, (one) => {
    const raw = isText(one) && /^[A-Za-z0-9+/]{43}=$/.test(one) && unb64(one);
    member(raw);
    return raw;
  });

function entry(form, logs) {
  member(isObject(form));
  need(hasMembers(form, 'leaf log index proof', 'jws secret'), BAD_BUNDLE, 'members');
  member(isCount(form.log) && isCount(form.index) && form.log < logs && (!own(form, 'jws') || isObject(form.jws)));
  return {
    jws: form.jws, leaf: text(form.leaf), log: form.log, index: form.index, proof: hashes(form.proof),
    secret: own(form, 'secret') ? secret(form.secret) : null,
  };
}

function earlier(form) {
  member(isObject(form));
  need(hasMembers(form, 'checkpoint consistency'), BAD_BUNDLE, 'members');
  return { checkpoint: text(form.checkpoint), consistency: hashes(form.consistency) };
}

function evidence(form) {
  member(isObject(form));
  need(hasMembers(form, 'checkpoint', 'before consistency earlier'), BAD_BUNDLE, 'members');
  member(own(form, 'before') === own(form, 'consistency'));
  return {
    checkpoint: text(form.checkpoint),
    before: own(form, 'before') ? earlier({ checkpoint: form.before, consistency: form.consistency }) : null,
    earlier: own(form, 'earlier') ? listOf(form.earlier, 1000, earlier) : [],
  };
}

const bare = (json) => json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/gs, '');
const colons = (json) => bare(json).split(':').length;

/** The form of a bundle's text or bytes: what parsers see in two ways is refused before anything is read of it. */
export function readBundle(given) {
  let text, form;
  try {
    text = isText(given) ? given : DECODER.decode(given);
    form = JSON.parse(text);
  } catch {
    throw new Refusal(BAD_BUNDLE, 'not-json');
  }
  need(isObject(form), BAD_BUNDLE, 'not-an-object');
  need(!/\d[.eE]|-0/.test(bare(text)), BAD_BUNDLE, 'float');
  let members = 0;
  try {
    members = colons(canonical(form));
  } catch (refusal) {
    throw new Refusal(BAD_BUNDLE, refusal.reason);
  }
  need(members === colons(text), BAD_BUNDLE, 'member-repeated');
  return form;
}

/** @param {any} form */
export function parseBundle(form) {
  need(isObject(form) && form.format === 'trace-bundle/1', BAD_BUNDLE, 'format');
  const needed = 'format lot lotSecret view statements logs';
  need(hasMembers(form, needed, 'status tsa policy leftOut'), BAD_BUNDLE, 'members');
  member(['public', 'partner', 'regulator'].includes(form.view));
  const logs = listOf(form.logs, 1000, evidence);
  const entries = listOf(form.statements, 5000, (one) => entry(one, logs.length));
  member(logs.length && entries.length);
  if (own(form, 'leftOut')) member(Number.isSafeInteger(form.leftOut) && form.leftOut > 0);
  if (own(form, 'tsa')) listOf(form.tsa, 1000, text);
  return {
    lot: text(form.lot), lotSecret: secret(form.lotSecret), view: form.view, logs, entries,
    status: own(form, 'status') && form.status !== null ? entry(form.status, logs.length) : null,
    policy: own(form, 'policy') ? text(form.policy) : '', leftOut: own(form, 'leftOut') ? form.leftOut : 0,
  };
}
