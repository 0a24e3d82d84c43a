// Amounts of a pair as shares of what was sent, in the first dimension that both sides give; as ledger/pairing/amounts.
import { documentsOf, memberOf, ownersOf, statedOf, textOf, wordsOf } from './course.js';
import { isObject, isText, own } from './encoding.js';

export const NOT_COMPARABLE = 'not-comparable';
const AMOUNT = /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/;
const SPEC = /^ *([0-9]{1,9})(\.[0-9]{1,6})? *([A-Za-z\u4e00-\u9fff]{1,3}) *[/每] *(.) *$/;
const COUNT = 'count';

/** A written number of a unit as [dimension, numerator, denominator] in the base unit. */
function amount(number, [dimension, n, d]) {
  const [whole, part = ''] = number.split('.');
  return [dimension, BigInt(whole + part.padEnd(6, '0')) * BigInt(n), 1000000n * BigInt(d)];
}

/** A stated quantity, measured; null where it is none. */
function measured(quantity, units) {
  if (!isObject(quantity) || Object.keys(quantity).length !== 2) return null;
  const number = wordsOf(quantity, 'value'), unit = wordsOf(quantity, 'unit');
  if (number === null || unit === null || !AMOUNT.test(number) || !own(units, unit)) return null;
  return amount(number, units[unit]);
}

const isCounted = ([dimension]) => dimension.startsWith(COUNT);

/** What one piece holds by a line: counted dimension → amount. */
function contentOf(data, { units, words, signs }) {
  const found = new Map(), spec = memberOf(data, 'spec');
  const plain = !isText(spec) ? '' : spec.replace(/[\uff01-\uff5e]/g, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/./gu, (sign) => (own(signs, sign) ? signs[sign] : sign));
  const [, whole, part = '', unit, counted] = SPEC.exec(plain) || [];
  const word = unit && unit.toLowerCase();
  if (word && own(words, word) && own(units, counted) && isCounted(units[counted])) {
    const held = amount(whole + part, units[words[word]]);
    if (held[1] > 0n) found.set(units[counted][0], held);
  }
  const packs = measured(memberOf(data, 'packs'), units), net = measured(memberOf(data, 'netContent'), units);
  if (packs && net && net[1] > 0n && isCounted(packs)) found.set(packs[0], net);
  return found;
}

/** What a line states or gives by content, each dimension once, the stated ones first. */
function amountsOf(data, contents, { units }) {
  const found = new Map(), waiting = ['quantity', 'packs'].map((name) => measured(memberOf(data, name), units));
  for (const one of waiting) {
    if (!one || found.has(one[0])) continue;
    const [dimension, n, d] = one, said = contents.find((each) => each.has(dimension));
    found.set(dimension, [n, d]);
    if (said) {
      const [into, hn, hd] = said.get(dimension);
      waiting.push([into, hn * n, hd * d]);
    }
  }
  return found;
}

/** Lot urn → what a piece of it holds, by its owner's record: the earliest one, as corrected. */
export function recorded(statements, names) {
  const found = new Map();
  for (const document of documentsOf(statements, new Set(names.records)).values()) {
    const now = statedOf(document), lot = textOf(now, 'lot');
    if (ownersOf(lot).includes(document.iss) && !found.has(lot)) found.set(lot, contentOf(now.data, names));
  }
  return found;
}

/** What a receipt's line is of a hand-over's as [numerator, denominator]; null where no dimension is common to both. */
export function shareOf(receipt, handover, record, names) {
  const below = contentOf(receipt, names), above = contentOf(handover, names);
  const came = amountsOf(receipt, [below, record, above], names);
  for (const [dimension, [n, d]] of amountsOf(handover, [above, record, below], names)) {
    const [cn, cd] = came.get(dimension) || [];
    if (cd && n > 0n) return [cn * d, cd * n];
  }
  return null;
}

/** What is wrong with the sum of a hand-over's receipts; nothing is missing of it unless it is `final`. */
export function reasonOf(shares, [tn, td], final) {
  const known = shares.filter(Boolean), [bn, bd] = [BigInt(tn), BigInt(td)];
  const [n, d] = known.reduce(([n1, d1], [n2, d2]) => [n1 * d2 + n2 * d1, d1 * d2], [0n, 1n]);
  if (n * bd > d * (bd + bn)) return 'receipts-exceed';
  return final && known.length === shares.length && n * (bd + bn) < d * bd ? 'delivery-short' : '';
}
