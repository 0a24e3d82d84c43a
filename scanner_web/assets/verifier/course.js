// The course of hand-overs: statements by their places, each pair complete at its latest one; as trace/ledger/pairing.
import { b64u, canonical, digestText, isObject, isText, own, utf8 } from './encoding.js';

const SALT = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const LOT_URN = /^urn:lot:([A-Za-z0-9._-]{1,64}):[A-Za-z0-9._-]{1,40}$/;
export const CORRECTION = 'correction';
/** Reasons in the order in which a receipt comes nearer to a pair. */
export const FURTHEST = (
  'no-handover withheld withdrawn key-invalid supplier-differs lot-differs opening-differs self refused ' +
  'other-receiver order-open'
).split(' ');
export const [
  NO_HANDOVER, WITHHELD, WITHDRAWN, KEY_INVALID, SUPPLIER_DIFFERS, LOT_DIFFERS, OPENING_DIFFERS, SELF, WAS_REFUSED,
  OTHER_RECEIVER, ORDER_OPEN,
] = FURTHEST;

export const memberOf = (data, name) => (own(data, name) ? data[name] : undefined);
export const wordsOf = (data, name) => (isText(memberOf(data, name)) ? data[name] : null);
export const textOf = ({ data }, name) => wordsOf(data, name);
export const innerOf = ({ data }, name, inside) =>
  (isObject(memberOf(data, name)) ? wordsOf(data[name], inside) : null);
export const saysSo = ({ data }, name) => memberOf(data, name) === true;
export const statedOf = ({ versions }) => versions.filter(({ withdrawn }) => !withdrawn).pop();
export const newestOf = ({ versions }) => versions[versions.length - 1];

/** The parties in whose name a lot may stand. */
export function ownersOf(/** @type {any} */ lot) {
  const found = isText(lot) && LOT_URN.exec(lot);
  return found ? [`urn:uscc:${found[1]}`, `urn:party:${found[1]}`] : [];
}

/** An order of all places that never contradicts `isBefore`. */
export const comparePlaces = (one, other) =>
  one.by < other.by ? -1 : one.by > other.by ? 1
    : one.origin < other.origin ? -1 : one.origin > other.origin ? 1 : one.index - other.index;

/** Whether it is certain that one place came first. */
export function isBefore(one, other) {
  if (one.origin === other.origin) return one.index < other.index;
  if (one.after === one.by && other.after === other.by) return comparePlaces(one, other) < 0;
  return other.after !== null && one.by <= other.after;
}

/** The statements of these kinds by id, each with its corrections in the order of their places. */
export function documentsOf(statements, kinds) {
  const ordered = [...statements].sort((one, other) => comparePlaces(one.place, other.place));
  const found = new Map(), firsts = new Map();
  for (const { id, typ, iss, data, place, valid } of ordered) {
    if (!kinds.has(typ) || typ === CORRECTION) continue;
    found.set(id, { id, typ, iss, versions: [{ id, data, place, valid, withdrawn: false }] });
    firsts.set(id, id);
  }
  const isPlaced = ({ id, iss, data, place, valid }) => {
    const first = firsts.get(wordsOf(data, 'amends')), document = found.get(first);
    if (!document) return false;
    const anew = memberOf(data, 'replacement'), withdrawn = memberOf(data, 'withdraws') === true;
    if (document.iss === iss && withdrawn !== isObject(anew)) {
      const from = document.versions[0].place, at = comparePlaces(place, from) < 0 ? from : place;
      document.versions.push({ id, data: isObject(anew) ? anew : {}, place: at, valid, withdrawn });
      firsts.set(id, first);
    }
    return true;
  };
  let waiting = ordered.filter(({ typ }) => typ === CORRECTION), before;
  do {
    before = waiting.length;
    waiting = waiting.filter((one) => !isPlaced(one));
  } while (waiting.length && waiting.length < before);
  for (const document of found.values()) {
    const [first, ...later] = document.versions;
    document.versions = [first, ...later.sort((one, other) => comparePlaces(one.place, other.place))];
  }
  return found;
}

/** All digests that a salt of a statement opens for its signer: "salt name party" → digest. */
export async function openings(documents, names) {
  const found = new Map(), receivers = new Set(Object.values(names.handovers).map(([, , name]) => name));
  for (const { iss, versions } of documents.values()) {
    for (const salt of versions.flatMap((one) => [innerOf(one, 'handover', 'salt'), textOf(one, 'salt')])) {
      if (!salt || !SALT.test(salt)) continue;
      for (const name of receivers)
        found.set(`${salt} ${name} ${iss}`, await digestText(b64u(utf8(canonical([salt, name, iss])))));
    }
  }
  return found;
}

export const pushTo = (map, key, item) => (map.get(key) || map.set(key, []).get(key)).push(item);

/** Goes through all versions once; `pairs` are the receipts that hold a hand-over at the end. */
export class Course {
  constructor(names, documents, digests, lenient) {
    Object.assign(this, { names, documents, digests, lenient, standing: new Map(), pairs: new Map() });
    Object.assign(this, { holding: new Map(), ready: new Map(), since: new Map(), candidates: new Map() });
    Object.assign(this, { claimants: new Map(), confirmations: new Map(), refusals: new Map() });
    const named = (document, member) => new Set(document.versions.map((one) => textOf(one, member)).filter(isText));
    for (const document of documents.values()) {
      if (document.typ === names.confirmation)
        for (const receipt of named(document, 'receipt')) pushTo(this.confirmations, receipt, document);
      if (document.typ === names.refusal)
        for (const about of named(document, 'about')) pushTo(this.refusals, about, document);
    }
    this.findCandidates();
    this.run();
  }

  isHandover(id) {
    return this.documents.has(id) && own(this.names.handovers, this.documents.get(id).typ);
  }

  members({ typ }) {
    const [lot, fromLot, receiver] = this.names.handovers[typ];
    return { lot, fromLot, receiver };
  }

  findCandidates() {
    const byLot = new Map(), all = [...this.documents.values()];
    for (const one of all) {
      if (!this.isHandover(one.id)) continue;
      const { lot } = this.members(one);
      for (const name of new Set(one.versions.map((version) => textOf(version, lot))))
        if (name !== null) pushTo(byLot, name, one.id);
    }
    for (const one of all.filter(({ typ }) => typ === this.names.receipt)) {
      const named = one.versions.flatMap((version) =>
        [innerOf(version, 'handover', 'stmt'), ...(byLot.get(textOf(version, 'supplierLot')) || [])]);
      for (const each of this.confirmations.get(one.id) || [])
        named.push(...each.versions.map((version) => textOf(version, 'handover')));
      const known = [...new Set(named)].filter((id) => this.isHandover(id));
      known.sort((one, other) => comparePlaces(this.first(one), this.first(other)));
      this.candidates.set(one.id, known);
      for (const name of known) pushTo(this.claimants, name, one.id);
    }
  }

  first(id) {
    return this.documents.get(id).versions[0].place;
  }

  run() {
    const steps = [...this.documents.values()].flatMap((document) =>
      document.versions.map((version, at) => ({ document, version, at })));
    steps.sort((one, other) => comparePlaces(one.version.place, other.version.place) || one.at - other.at);
    for (const { document, version, at } of steps) {
      if (this.lenient && !version.valid && at) continue; // what a fallen key changed or took back
      const before = this.standing.get(document.id);
      this.standing.set(document.id, version);
      if (document.typ === this.names.receipt && (!before || namingOf(before) !== namingOf(version)))
        this.since.set(document.id, version.place);
      this.settle(this.touched(document), version);
    }
  }

  /** The receipts that a statement may pair or part, the earliest first. */
  touched({ id, typ, versions }) {
    let found = [id];
    if (own(this.names.handovers, typ)) found = this.claimants.get(id) || [];
    else if (typ !== this.names.receipt) {
      const named = versions.map((one) => textOf(one, typ === this.names.confirmation ? 'receipt' : 'about'));
      found = named.flatMap((name) => [name, ...(this.claimants.get(name) || [])]);
    }
    const known = [...new Set(found)].filter((name) => this.since.has(name));
    return known.sort((one, other) => comparePlaces(this.since.get(one), this.since.get(other)));
  }

  /** Part what no longer holds, then join what is complete; what is free again is offered once more. */
  settle(receipts, latest) {
    const touched = new Set(receipts);
    for (const handover of receipts.map((name) => this.part(name))) {
      const free = (handover && this.claimants.get(handover)) || [];
      for (const name of free) if (this.since.has(name)) touched.add(name);
    }
    for (const name of touched) this.noteReady(name, latest);
    const order = new Map([...touched].map((name) => [name, this.earliest(name)]));
    for (const name of [...touched].sort((one, other) => ranked(order.get(one), order.get(other))))
      this.join(name, latest);
  }

  /** End a pair that no longer holds; the hand-over that is free again. */
  part(id) {
    const held = this.pairs.get(id);
    if (!held) return null;
    const receipt = this.documents.get(id), handover = this.documents.get(held.handover);
    const has = this.standing.get(id), gives = this.standing.get(held.handover);
    const fallen = has.withdrawn || !(this.isFit(has) && this.isFit(gives));
    const [byShipper, byReceiver] = this.refused(receipt, handover);
    const drops = namingOf(has) !== held.naming ||
      (innerOf(has, 'handover', 'salt') !== held.salt && this.lacks(receipt, handover) !== '');
    if (!(fallen || drops || (byReceiver && (gives.withdrawn || byShipper)))) return null;
    this.pairs.delete(id);
    const holding = this.holding.get(held.handover);
    holding.splice(holding.indexOf(id), 1);
    return held.handover;
  }

  noteReady(id, latest) {
    for (const name of this.candidates.get(id)) {
      const key = `${id} ${name}`;
      if (this.lacks(this.documents.get(id), this.documents.get(name))) this.ready.delete(key);
      else if (!this.ready.has(key))
        this.ready.set(key, { receipt: id, handover: name, place: latest.place, since: this.since.get(id) });
    }
  }

  waiting(id) {
    return this.candidates.get(id).map((name) => this.ready.get(`${id} ${name}`)).filter(Boolean);
  }

  earliest(id) {
    return this.waiting(id).sort(ranked)[0];
  }

  join(id, latest) {
    if (this.pairs.has(id)) return;
    const party = this.documents.get(id).iss;
    for (const { handover } of this.waiting(id).sort((one, other) => comparePlaces(one.place, other.place))) {
      const holding = this.holding.get(handover) || this.holding.set(handover, []).get(handover);
      if (holding.length && this.documents.get(holding[0]).iss !== party) continue;
      const has = this.standing.get(id), gives = this.standing.get(handover);
      this.pairs.set(id, {
        handover, completed: latest.id, place: latest.place, naming: namingOf(has),
        salt: innerOf(has, 'handover', 'salt'), goods: this.goodsOf(this.documents.get(handover), gives),
      });
      holding.push(id);
      return;
    }
  }

  /** What of a paired hand-over a correction may not change: the lots and the unit. */
  goodsOf(handover, version) {
    const { lot, fromLot } = this.members(handover);
    return JSON.stringify([textOf(version, lot), textOf(version, fromLot), innerOf(version, 'quantity', 'unit')]);
  }

  isFit(version) {
    return version.valid || this.lenient;
  }

  /** The version in force, unless it is withdrawn, not there yet, or its key fell. */
  stands({ id }) {
    const version = this.standing.get(id);
    return version && !version.withdrawn && this.isFit(version) ? version : null;
  }

  /** The standing confirmations in which a party joins this receipt to this hand-over. */
  confirmed(receipt, handover, by) {
    return (this.confirmations.get(receipt.id) || [])
      .map((document) => (document.iss === by ? this.stands(document) : null))
      .filter((one) => one && textOf(one, 'receipt') === receipt.id && textOf(one, 'handover') === handover.id);
  }

  /** The standing refusals of the receipt by the shipper, and of the hand-over by the receiver. */
  refused(receipt, handover) {
    return [
      this.refusal(receipt.id, handover.iss, receipt, handover),
      this.refusal(handover.id, receipt.iss, receipt, handover),
    ];
  }

  refusal(about, by, receipt, handover) {
    const confirmed = this.confirmed(receipt, handover, by).map(({ place }) => place);
    let found = null;
    for (const document of this.refusals.get(about) || []) {
      const version = document.iss === by ? this.stands(document) : null;
      if (!version || textOf(version, 'about') !== about) continue;
      if (about === handover.id && !this.mayRefuse(receipt, handover, version)) continue;
      if (!confirmed.some((place) => comparePlaces(place, document.versions[0].place) > 0)) found = document;
    }
    return found;
  }

  /** Whether the hand-over is addressed to the refuser: by this salt or the receipt's, or in clear. */
  mayRefuse(receipt, handover, refusal) {
    const now = this.standing.get(receipt.id), name = this.members(handover).receiver;
    const salts = [textOf(refusal, 'salt'), now ? innerOf(now, 'handover', 'salt') : null];
    return handover.versions.some((one) =>
      textOf(one, name) === receipt.iss || salts.some((salt) => this.opens(one, salt, name, receipt.iss)));
  }

  /** Whether a salt shows that `party` is the concealed member of this version; nested digests do not count. */
  opens({ data }, salt, name, party) {
    const digests = memberOf(data, '_sd'), due = this.digests.get(`${salt} ${name} ${party}`);
    return Array.isArray(digests) && due !== undefined && digests.includes(due);
  }

  /** Why the two are no pair as they stand; empty when they name each other. */
  lacks(receipt, handover) {
    const has = this.standing.get(receipt.id), gives = this.standing.get(handover.id);
    if (!has || !gives) return NO_HANDOVER;
    if (has.withdrawn || gives.withdrawn) return WITHDRAWN;
    if (!(this.isFit(has) && this.isFit(gives))) return KEY_INVALID;
    const byReceiver = this.confirmed(receipt, handover, receipt.iss);
    const byShipper = this.confirmed(receipt, handover, handover.iss).length > 0;
    const reason = this.named(has, receipt, handover, gives, byReceiver.length > 0, byShipper);
    if (reason) return reason;
    const name = this.members(handover).receiver;
    const salts = [innerOf(has, 'handover', 'salt'), ...byReceiver.map((one) => textOf(one, 'salt'))];
    const opened =
      textOf(gives, name) === receipt.iss || salts.some((salt) => this.opens(gives, salt, name, receipt.iss));
    if (receipt.iss === handover.iss) return opened ? '' : SELF;
    if (!opened && !byShipper) return OPENING_DIFFERS;
    return this.refused(receipt, handover).every(Boolean) ? WAS_REFUSED : '';
  }

  /** Whether the receipt names the hand-over: by its id, by its lot, or through a confirmation. */
  named(has, receipt, handover, gives, byReceiver, byShipper) {
    const members = this.members(handover), lot = textOf(gives, members.lot), named = textOf(has, 'supplierLot');
    const supplier = memberOf(has.data, 'supplier') ?? null;
    if (!ownersOf(lot).includes(handover.iss)) return NO_HANDOVER;
    if (saysSo(has, 'through') || own(has.data, 'returns')) return NO_HANDOVER;
    const covered = byShipper && ownersOf(named).includes(handover.iss);
    if (own(has.data, 'handover')) {
      if (innerOf(has, 'handover', 'stmt') !== handover.id) return NO_HANDOVER;
    } else if (!(byReceiver || named === lot || covered)) return NO_HANDOVER;
    if (supplier !== null && supplier !== handover.iss) return SUPPLIER_DIFFERS;
    return named !== null && named !== lot && named !== textOf(gives, members.fromLot) && !covered ? LOT_DIFFERS : '';
  }
}

const ranked = (one, other) =>
  !one || !other
    ? Number(!one) - Number(!other)
    : comparePlaces(one.place, other.place) || comparePlaces(one.since, other.since);

/** What of a receipt names a hand-over: a correction that keeps it keeps its place. */
const namingOf = (version) => JSON.stringify([
  innerOf(version, 'handover', 'stmt'), own(version.data, 'handover'), textOf(version, 'supplierLot'),
  memberOf(version.data, 'supplier') ?? null, saysSo(version, 'through'), textOf(version, 'returns'),
]);
