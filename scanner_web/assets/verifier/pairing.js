// Hand-overs: which receipts and consignments name each other (docs/record-format.md §10.6), as trace/ledger/pairing.
import { NOT_COMPARABLE, reasonOf, recorded, shareOf } from './amounts.js';
import {
  CORRECTION, Course, FURTHEST, KEY_INVALID, LOT_DIFFERS, NO_HANDOVER, ORDER_OPEN, OTHER_RECEIVER, WAS_REFUSED,
  WITHDRAWN, WITHHELD, comparePlaces, documentsOf, innerOf, isBefore, newestOf, openings, ownersOf,
  pushTo, saysSo, statedOf, textOf,
} from './course.js';
import { own } from './encoding.js';

/**
 * What each receipt among verified statements is, the earliest first: {receipt, handover, state, reason, place}.
 * `statements`: {id, typ, iss, data, place: {origin, index, by, after}, valid}; `names`: {receipt, confirmation,
 * refusal, handovers: {typ: [lot, from lot, receiver]}, units: {unit: [dimension, n, d]}, tolerance: [n, d],
 * records: [typ], words: {word: unit}, signs: {sign: plain sign}}.
 */
export async function pair(statements, names, withheld, settled = new Set()) {
  const { receipt, confirmation, refusal, handovers } = names;
  const kinds = new Set([receipt, confirmation, refusal, CORRECTION, ...Object.keys(handovers)]);
  const documents = documentsOf(statements, kinds), digests = await openings(documents, names);
  const course = Object.assign(new Course(names, documents, digests, false), { settled });
  const fallen = [...documents.values()].some(({ versions }) => versions.some(({ valid }) => !valid));
  const lenient = fallen ? new Course(names, documents, digests, true) : course;
  const receipts = [...documents.values()].filter(({ typ }) => typ === receipt);
  receipts.sort((one, other) => comparePlaces(one.versions[0].place, other.versions[0].place));
  const words = receipts.map((one) => judged(one, course, lenient, withheld));
  return withAmounts(words, course, recorded(statements, names));
}

const handed = (receipt, handover, state, reason = '', place = null) =>
  ({ receipt: receipt.id, handover, state, reason, place });

/** The state of one receipt by the words alone. */
function judged(receipt, course, lenient, withheld) {
  const now = newestOf(receipt), held = course.pairs.get(receipt.id), { names } = course;
  if (held && !isOrderOpen(receipt, held, course)) {
    const reason = disputed(receipt, course.documents.get(held.handover), held, course);
    return handed(receipt, held.handover, reason ? 'disputed' : 'confirmed', reason, held.place);
  }
  if (now.withdrawn && now.valid) return handed(receipt, null, WITHDRAWN, WITHDRAWN);
  const said = statedOf(receipt), lot = textOf(said, 'supplierLot'), supplier = textOf(said, 'supplier');
  if (own(said.data, 'returns')) return handed(receipt, textOf(said, 'returns'), 'returned');
  const [reason, nearest] = lack(receipt, said, held, course, withheld);
  const sides = [nearest, course.documents.get(innerOf(said, 'handover', 'stmt'))]
    .filter((one) => one && own(names.handovers, one.typ)).map(({ iss }) => iss);
  sides.push(...ownersOf(lot), supplier);
  const refused = (course.refusals.get(receipt.id) || [])
    .some((one) => course.stands(one) && sides.includes(one.iss) && one.iss !== receipt.iss);
  const product = textOf(said, 'product');
  const named = lot !== null || own(said.data, 'handover') ||
    (product !== null && product.startsWith('urn:gtin:') && textOf(said, 'batchNo') !== null);
  const through = saysSo(said, 'through') || (lot !== null && supplier !== null && !ownersOf(lot).includes(supplier));
  const state = refused ? WAS_REFUSED : through ? 'through' : named ? 'claimed' : 'paper';
  if (state === 'paper') return handed(receipt, null, state);
  const lapsed = held ? undefined : lenient.pairs.get(receipt.id);
  return handed(receipt, lapsed ? lapsed.handover : null, state, now.valid ? reason : KEY_INVALID);
}

/** Why a complete pair is in dispute: nobody breaks it alone. */
function disputed(receipt, handover, held, course) {
  const gives = newestOf(handover);
  if (gives.withdrawn) return WITHDRAWN;
  if (course.refused(receipt, handover).some((one) =>
    one && !course.settled.has(one.id) && comparePlaces(one.versions[0].place, held.place) > 0))
    return WAS_REFUSED;
  if (course.goodsOf(handover, gives) !== held.goods) return LOT_DIFFERS;
  const reason = course.lacks(receipt, handover);
  return reason === WAS_REFUSED ? '' : reason;
}

/** Why no pair is complete, and the hand-over that comes nearest to one. */
function lack(receipt, said, held, course, withheld) {
  if (held) return [ORDER_OPEN, course.documents.get(held.handover)];
  const named = innerOf(said, 'handover', 'stmt');
  if (named !== null && !course.documents.has(named)) return [withheld.has(named) ? WITHHELD : NO_HANDOVER, null];
  let best = NO_HANDOVER, nearest = null;
  for (const name of course.candidates.get(receipt.id)) {
    const handover = course.documents.get(name);
    const reason = course.lacks(receipt, handover) || rival(receipt, name, course);
    if (!nearest || FURTHEST.indexOf(reason) > FURTHEST.indexOf(best)) [best, nearest] = [reason, handover];
  }
  return [best, nearest];
}

/** Another party holds it: before, or in an order that nothing shows. */
function rival(receipt, handover, course) {
  const [winner] = course.holding.get(handover);
  return isOpen(winner, course.pairs.get(winner), receipt.id, course) ? ORDER_OPEN : OTHER_RECEIVER;
}

/** Whether a rival of another party may have been first. */
const isOrderOpen = (receipt, held, course) =>
  [...course.ready.values()].some((one) =>
    one.handover === held.handover && course.documents.get(one.receipt).iss !== receipt.iss &&
    isOpen(receipt.id, held, one.receipt, course));

function isOpen(winner, held, other, course) {
  const { place, since } = course.ready.get(`${other} ${held.handover}`);
  return place === held.place ? !isBefore(course.since.get(winner), since) : !isBefore(held.place, place);
}

/** The states with the sums of each hand-over: too much is disputed, too little once it is final. */
function withAmounts(all, course, contents) {
  const paired = new Map(), { documents, names } = course, said = (id) => statedOf(documents.get(id));
  const shared = all.map((one) => ({ ...one, share: one.place ? shareIn(one) : null }));
  function shareIn({ receipt, handover }) {
    const document = documents.get(handover), lot = textOf(said(handover), course.members(document).fromLot);
    const record = ownersOf(lot).includes(document.iss) && contents.get(lot);
    return shareOf(said(receipt).data, said(handover).data, record || new Map(), names);
  }
  for (const one of shared) if (one.place) pushTo(paired, one.handover, one);
  const reasons = new Map([...paired].map(([name, several]) => {
    const isFinal = several.some(({ receipt }) => ends(documents.get(receipt), documents.get(name), course, true));
    const agreed = several.some(({ receipt }) => ends(documents.get(receipt), documents.get(name), course, false));
    return [name, reasonOf(several.map(({ share }) => share), names.tolerance, isFinal && !agreed)];
  }));
  return shared.map(({ share, ...one }) => {
    if (one.state !== 'confirmed') return one;
    const reason = !course.settled.has(one.receipt) && reasons.get(one.handover);
    return reason ? { ...one, state: 'disputed', reason } : share ? one : { ...one, reason: NOT_COMPARABLE };
  });
}

/** Whether the receiver (or the shipper) says that nothing more will come. */
function ends(receipt, handover, course, below) {
  const confirmed = course.confirmed(receipt, handover, below ? receipt.iss : handover.iss);
  return (below && saysSo(newestOf(receipt), 'complete')) || confirmed.some((one) => saysSo(one, 'complete'));
}
