// Hand-overs in a bundle: what each receipt is, what rests on pairs, and to what no pair leads.
import { NOT_COMPARABLE } from './amounts.js';
import { ownersOf } from './course.js';
import { isObject, isText, isoTime, own } from './encoding.js';
import { pair } from './pairing.js';
import { ABSENT, NOTED, PASSED, step } from './steps.js';

/** Where no witness has seen an entry: after all others, in no order that anything shows. */
const NEVER = 253402300799000000n;
const WORST = ['claimed', 'refused', 'through', 'paper', 'disputed'];

/** What stands in the members at dotted paths, through lists. */
export const lotsIn = (data, paths) =>
  paths.flatMap((path) => path.split('.').reduce(
    (level, name) => level.flatMap((one) => (isObject(one) && own(one, name) ? one[name] : [])), [data]));

const isPaired = ({ state }) => state === 'confirmed' || state === 'disputed';

/**
 * How far the event of another system in a statement names a lot as its signer's goods: 2 letter for letter, 1
 * perhaps, for GS1 names are spelled in many ways, 0 not at all (docs/record-format.md §10.3).
 */
export function namedInEvent(lot, { id, claims: { typ, iss, data } }, { eventTyp }) {
  if (typ !== eventTyp || (lot.startsWith('urn:lot:') && !ownersOf(lot).includes(iss))) return 0;
  if (lot === 'ni:///sha-256;' + id) return 2;
  const name = lot.replace(`#${id}`, '').replace(iss.replace(/.*:/, '#'), '');
  return textsIn(data).some((text) => text === name || text.includes(`"${name}"`)) && name.includes(':') ? 2
    : +!name.indexOf('https://id.gs1.org/');
}

function textsIn(value) {
  if (isText(value)) return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}

/** {handovers, provenance, apart, step}: `logged` are the statements that hold, and those of keys that fell. */
export async function judgeOrigins(lot, logged, withheld, limits) {
  if (!limits.pairs) return { handovers: [], provenance: 'none', apart: new Set(), step: null };
  const signed = logged.map(({ statement: { id, claims }, origin, index, existedBy, loggedAfter, valid }) => ({
    id, typ: claims.typ, iss: claims.iss, data: claims.data, valid,
    place: { origin, index, by: existedBy === null ? NEVER : existedBy, after: loggedAfter, seen: existedBy !== null },
  }));
  const first = await pair(signed, limits.pairs, withheld);
  const judged = await contested(first, logged, limits.disputes,
    (settled) => pair(signed, limits.pairs, withheld, settled));
  const pairs = new Map(judged.filter(isPaired).map(({ receipt, handover }) => [receipt, handover]));
  const held = logged.filter(({ valid }) => valid), reached = reachedFrom(lot, held, pairs, limits);
  const apart = new Set(held
    .filter(({ statement: { id, claims } }) => limits.goods.includes(claims.typ) && !reached.has(id))
    .map(({ position }) => position));
  const behind = judged.filter(({ receipt, state }) =>
    reached.has(receipt) && state !== 'withdrawn' && state !== 'returned');
  const paired = behind.filter(isPaired).length, unlike = behind.some(({ reason }) => reason === NOT_COMPARABLE);
  const worst = WORST.find((one) => behind.some(({ state }) => state === one)) ||
    (apart.size ? 'apart' : unlike && NOT_COMPARABLE);
  return {
    handovers: judged.map(({ place, ...one }) =>
      ({ ...one, existedBy: place && place.seen ? isoTime(place.by) : null })),
    provenance: !paired ? 'none' : paired === behind.length ? 'confirmed' : 'partly',
    apart,
    step: worst ? step('handovers', NOTED, worst)
      : behind.length ? step('handovers', PASSED) : step('handovers', ABSENT, 'no-receipts'),
  };
}

/** The receipts once disputes are heard: what is settled is none, what a side or an authority opened is one. */
async function contested(receipts, logged, [opened, settles, authorities] = [], again) {
  const shown = new Map(logged.filter(({ valid }) => valid).map((one) => [one.statement.id, one]));
  const pairs = receipts.filter(isPaired), official = ({ roles }) => roles.some((role) => authorities.includes(role));
  const issuers = new Map(logged.map(({ statement: { id, claims } }) => [id, claims.iss]));
  const issOf = (id) => issuers.get(id);
  const aboutOf = ({ statement: { id, claims: { typ, data } } }) => {
    if (typ === opened) return Array.isArray(data.about) ? data.about.filter(isText) : [];
    const spoken = [id, ...Object.values(data).filter(isText)];
    const held = pairs.filter(({ receipt, handover }) => spoken.includes(receipt) || spoken.includes(handover));
    return pairs.filter((one) => held.some(({ handover }) => handover === one.handover))
      .flatMap(({ receipt, handover }) => [receipt, handover]);
  };
  const words = [...shown.values()].filter(({ statement: { claims: { typ, data } } }) =>
    typ === settles && isText(data.dispute) && shown.has(data.dispute));
  const settled = new Set(), ended = new Set();
  for (const word of words) {
    const { iss, data: { dispute, outcome } } = word.statement.claims;
    const group = [dispute, ...aboutOf(shown.get(dispute))];
    const alike = words.map(({ statement: { claims } }) => claims)
      .filter(({ data }) => data.dispute === dispute && data.outcome === outcome).map((one) => one.iss);
    const dropped = shown.get(dispute).statement.claims.typ === opened && iss === issOf(dispute);
    if (!dropped && !official(word) && !group.every((id) => !shown.has(id) || alike.includes(issOf(id)))) continue;
    ended.add(dispute);
    group.forEach((id) => settled.add(id));
  }
  const open = [...shown.values()].filter(({ statement: { id, claims } }) => claims.typ === opened && !ended.has(id));
  return (settled.size ? await again(settled) : receipts).map((one) => {
    const ends = [one.receipt, one.handover];
    return isPaired(one) && open.some((each) => aboutOf(each).some((id) => ends.includes(id)) &&
      (official(each) || ends.some((id) => issOf(id) === each.statement.claims.iss)))
      ? { ...one, state: 'disputed', reason: (one.reason !== NOT_COMPARABLE && one.reason) || 'disputed' } : one;
  });
}

/** The statements that tell where the goods come from: nobody's word alone leads to another party. */
function reachedFrom(lot, logged, pairs, { pairs: { handovers }, made }) {
  const reached = new Set(), issuers = new Set(), things = new Set([lot]);
  const leads = ({ typ, sub, iss, data }) => {
    if (own(handovers, typ) && !things.has(sub)) return false;
    if (things.has(sub) && (ownersOf(sub).length || issuers.has(iss))) return true;
    return lotsIn(data, own(made, typ) ? made[typ] : []).some((one) => things.has(one));
  };
  for (let grown = true; grown;) {
    const handed = new Set([...reached].map((id) => pairs.get(id)).filter(Boolean));
    const fresh = logged.filter(({ statement: { id, claims } }) =>
      !reached.has(id) && (handed.has(id) || leads(claims)));
    for (const { statement: { id, claims } } of fresh) {
      reached.add(id);
      issuers.add(claims.iss);
      for (const text of textsIn(claims.data))
        if (ownersOf(text).includes(claims.iss) || text.startsWith('urn:place:')) things.add(text);
    }
    grown = fresh.length > 0;
  }
  return reached;
}
