// Verification of a bundle in the normative order (docs/record-format.md §10), from trusted keys only.
import { instant, isCount, isText, isoTime, need, own, utf8 } from './encoding.js';
import { parseBundle, readBundle } from './bundle.js';
import { KeyBook, REGISTER, REVOKE } from './keybook.js';
import { CORRECTION, memberOf, ownersOf, wordsOf } from './course.js';
import { labelStep } from './label.js';
import { openLogs } from './logs.js';
import { leafHash, verifyInclusion } from './merkle.js';
import { parsePolicy, parseRegistrars } from './notes.js';
import { judgeOrigins, lotsIn, namedInEvent } from './origins.js';
import { concealedCount, dueLeaf, lotTag, parseLeaf, parseStatement } from './statement.js';
import { STATUS, snapshotOf, tagAsOutput } from './status.js';
import { ABSENT, FAILED, NOTED, PASSED, failure, step } from './steps.js';

/** Runs the steps of one entry; stops at the first that fails. */
class EntryCheck {
  constructor(around, entry) {
    Object.assign(this, { around, entry, log: around.logs[entry.log], book: around.books[entry.log] });
    this.existedBy = this.log.existedBy(entry.index);
    this.result = { steps: [], anchor: ABSENT, lateness: 'unknown', signedAfter: null };
  }

  async run() {
    const steps = this.entry.jws
      ? ['header', 'key', 'signature', 'canonical', 'leaf', 'lot-tag', 'inclusion', 'bracket', 'disclosures', 'inputs',
        'chain', 'anchor', 'lateness', 'issuer', 'record']
      : ['withheld', 'inclusion', 'bracket'];
    for (const name of steps) {
      const code = { record: 'key', withheld: 'leaf' }[name] || name;
      let found;
      try {
        found = await this[name]();
      } catch (refusal) {
        found = failure(code, refusal);
      }
      if (found === null) continue;
      found = found || step(code, PASSED);
      this.result.steps.push(found);
      if (found.state === FAILED) break;
    }
    return this.outcome();
  }

  async header() {
    const { jws } = this.entry;
    try {
      this.statement = await parseStatement(jws, false);
    } catch (refusal) {
      return failure(refusal.kind === 'not-canonical' ? 'canonical' : 'header', refusal);
    }
    try {
      this.statement = await parseStatement(jws, true);
    } catch (refusal) {
      failure('disclosures', refusal);
      this.undisclosed = refusal;
    }
  }

  async key() {
    this.signer = await this.book.signer(this.statement, this.entry.index, this.existedBy);
  }

  async signature() {
    await this.book.verify(this.statement, this.signer);
  }

  async canonical() {}

  async withheld() {
    this.found = await parseLeaf(this.entry.leaf);
    return step('leaf', NOTED, 'withheld');
  }

  async leaf() {
    this.found = await parseLeaf(this.entry.leaf);
    need((await dueLeaf(this.statement, this.found)) === this.entry.leaf, 'leaf-malformed', 'not-the-leaf-of-its-body');
  }

  async 'lot-tag'() {
    const { sub } = this.statement.claims, { lot, lotSecret } = this.around.bundle;
    const secret = this.entry.secret || (sub === lot ? lotSecret : null);
    if (!secret) return step('lot-tag', ABSENT, 'no-lot-secret');
    if ((await lotTag(secret, sub)) !== this.found.b) return step('lot-tag', FAILED, 'lot-tag-differs');
  }

  async inclusion() {
    const { index, leaf, proof } = this.entry, { size, root } = this.log.newest;
    await verifyInclusion(BigInt(index), size, await leafHash(utf8(leaf)), proof, root);
  }

  async bracket() {
    const { before } = this.log, { index } = this.entry;
    if (before && index < before.size) return step('bracket', FAILED, 'before-covers-entry');
    if (this.log.loggedAfter(index) === null) return step('bracket', ABSENT, 'no-checkpoint-before');
  }

  async disclosures() {
    if (this.undisclosed) throw this.undisclosed;
  }

  async inputs() {
    let withheld = false;
    for (const { stmt, log, index } of this.statement.claims.inputs) {
      const place = this.around.places.get(stmt);
      if (!place) return step('inputs', FAILED, 'input-missing');
      if (place.origin !== log || place.index !== index) return step('inputs', FAILED, 'input-elsewhere');
      withheld = withheld || !place.shown;
    }
    if (withheld) return step('inputs', NOTED, 'inputs-withheld');
  }

  async chain() {
    const { n, c, r } = this.found, at = (seq) => this.around.chains.get(chainKey(this.log.newest.origin, c, seq));
    if (at(n).whole !== this.entry.leaf) return step('chain', FAILED, 'same-place-twice');
    const previous = at(n - 1);
    if (!previous) return n === 1 ? undefined : step('chain', ABSENT, 'no-neighbour');
    if (previous.s !== r) return step('chain', FAILED, 'prev-differs');
  }

  async anchor() {
    const { anchor } = this.statement.claims;
    if (!anchor) return step('anchor', ABSENT, 'no-anchor');
    if (anchor.origin === this.log.newest.origin && anchor.size > this.entry.index)
      return step('anchor', FAILED, 'anchor-after-entry');
    const log = this.around.logs.find(({ newest }) => newest.origin === anchor.origin);
    const point = log && log.point(anchor.size);
    this.result.anchor = 'unproved';
    if (!point) return step('anchor', NOTED, 'anchor-not-in-bundle');
    if (point.rootText !== anchor.root) {
      this.result.anchor = ABSENT;
      return step('anchor', FAILED, 'anchor-differs');
    }
    const after = point.signedFrom;
    // Cosigned again later at the same size: true, and it says nothing about this signature.
    if (after === null || (this.existedBy !== null && after > this.existedBy))
      return step('anchor', NOTED, 'anchor-cosigned-later');
    Object.assign(this.result, { anchor: 'proved', signedAfter: after });
  }

  async lateness() {
    if (this.existedBy === null) return step('lateness', ABSENT, 'no-witness-time');
    const { occurred, typ } = this.statement.claims, { lateness, tolerance } = this.around.limits;
    const delay = this.existedBy - occurred, limit = lateness.get(typ);
    const found =
      delay < -micros(tolerance) ? 'future'
        : limit === undefined ? 'no_limit' : delay <= micros(limit) ? 'on_time' : 'late';
    Object.assign(this.result, { lateness: found, lateBy: Number(delay / 1000000n) });
    return step('lateness', found === 'late' || found === 'future' ? NOTED : PASSED, found);
  }

  /** Whether the signer may state this kind, and brings lots to be in its own name only. */
  async issuer() {
    const { typ, iss } = this.statement.claims, { statedBy, pairs } = this.around.limits;
    if (own(statedBy, typ) && !statedBy[typ].some((role) => this.signer.roles.includes(role)))
      return step('issuer', FAILED, 'role-not-granted');
    if (!pairs) return null;
    if (lotsMade(this.statement, this.around).some((lot) => !ownersOf(lot).includes(iss)))
      return step('issuer', FAILED, 'lot-of-another');
  }

  async record() {
    await this.book.record(this.statement, this.entry.index);
    return null;
  }

  /** The statement for judging hand-overs: it holds, or its log holds it though its key is void. */
  async logged(position, ok) {
    const { statement, log, entry: { index }, result: { steps } } = this;
    if (!statement || !(ok || (await this.isVoid(steps[steps.length - 1])))) return [];
    const { existedBy } = this, { origin } = log.newest;
    const { roles } = this.signer || { roles: [] };
    return [{ position, statement, origin, index, existedBy, loggedAfter: log.loggedAfter(index), valid: ok, roles }];
  }

  /** Whether nothing but a later revocation speaks against it. */
  async isVoid({ reason }) {
    const key = this.book.entries.get(this.statement.kid);
    if (!key || reason !== 'compromised') return false;
    try {
      await this.book.verify(this.statement, key);
      await this.leaf();
      await this.inclusion();
      return true;
    } catch (refusal) {
      failure('key', refusal);
      return false;
    }
  }

  outcome() {
    const { entry, log, statement, signer, result } = this;
    const claims = statement ? statement.claims : {};
    return {
      ...result,
      ok: result.steps.every(({ state }) => state !== FAILED),
      log: log.newest.origin,
      index: entry.index,
      shown: Boolean(entry.jws),
      stmt: statement ? statement.id : this.found ? this.found.s : '',
      typ: claims.typ || '',
      iss: claims.iss || '',
      sub: claims.sub || '',
      holderName: signer ? signer.name : '',
      custody: signer ? signer.custody : '',
      roles: signer ? signer.roles : [],
      existedBy: isoTime(this.existedBy),
      loggedAfter: isoTime(log.loggedAfter(entry.index)),
      signedAfter: isoTime(result.signedAfter),
      withheld: statement && !this.undisclosed ? concealedCount(claims.data) - statement.placed.length : 0,
    };
  }
}

/** The lots that a statement brings to be; a correction, by what it states anew of the kind it amends. */
function lotsMade({ claims: { typ, data } }, { places, limits: { made } }) {
  const amended = typ === CORRECTION && places.get(wordsOf(data, 'amends'));
  const kind = amended ? amended.typ : typ, said = amended ? memberOf(data, 'replacement') : data;
  return lotsIn(said, own(made, kind) ? made[kind] : []);
}

const chainKey = (origin, tag, seq) => `${origin}\n${tag}\n${seq}`;
const micros = (/** @type {number} */ seconds) => BigInt(Math.round(seconds * 1e6));

async function leafOrNull(entry) {
  try {
    return await parseLeaf(entry.leaf);
  } catch {
    return null;
  }
}

/**
 * The verdict on a bundle: its text or bytes, or what they were parsed to. `trust` is the verifier's own, never the
 * bundle's: {policies: [text], registrars: text}; null: not verified. `limits`: {lateness: {typ: seconds},
 * tolerance, statusAge?, statusRoles, labelTyp,
 * labelKeys: {path key: [member, what to drop before comparing, whether the record itself must state it]}}.
 * @param {any} form @param {{policies: string[], registrars: string} | null} trust
 * @param {{label?: string | null, now?: string | null, limits?: any}} [given]
 */
export async function verifyBundle(form, trust, { label = null, now = null, limits = {} } = {}) {
  const bundle = parseBundle(isText(form) || form instanceof Uint8Array ? readBundle(form) : form), steps = [], base = {
    lot: bundle.lot, view: bundle.view, steps, statements: [], packs: [], changes: [],
    status: { state: ABSENT, asOf: null }, label: ABSENT, demoClock: false, handovers: [], provenance: 'none',
  };
  const finish = (/** @type {any} */ more) => {
    const all = { ...base, ...more };
    const parts = [...steps, ...all.statements.flatMap((one) => one.steps)];
    const failures = parts.filter(({ state }) => state === FAILED);
    return { ...all, failures, ok: !failures.length && all.statements.length > 0 };
  };
  if (!trust) {
    steps.push(step('policy', FAILED, 'no-trusted-policy'));
    return finish({});
  }
  const policies = [];
  for (const one of trust.policies) policies.push(await parsePolicy(one));
  const registrars = parseRegistrars(trust.registrars);
  const differs = bundle.policy && !trust.policies.includes(bundle.policy);
  steps.push(differs ? step('policy', NOTED, 'bundle-policy-differs') : step('policy', PASSED));
  if (bundle.leftOut) steps.push(step('subject', NOTED, 'left-out'));
  const logs = await openLogs(bundle, policies, steps);
  if (!logs) return finish({});
  const around = await surroundings(bundle, logs, registrars, limits);
  const { statements, kept, logged } = await runEntries(around);
  const about = kept.filter(({ claims }) => claims.sub === bundle.lot);
  const subject = kept.filter((one) =>
    about.includes(one) || (around.limits.pairs && lotsMade(one, around).includes(bundle.lot)));
  const named = subject.length ? 2 : Math.max(0, ...kept.map((one) => namedInEvent(bundle.lot, one, around.limits)));
  steps.push(step('subject', ...[[FAILED, 'no-statement-about-the-lot'], [NOTED, 'unproved'], [PASSED]][named]));
  const packs = recordsOf(about, around.limits.labelTyp);
  const labelled = labelStep(label, about, around.limits, steps);
  const status = await statusStep(around, registrars, now, statements, kept, steps, about.length, subject);
  const withheld = new Set([...around.places].filter(([, { shown }]) => !shown).map(([id]) => id));
  const origins = await judgeOrigins(bundle.lot, logged, withheld, around.limits);
  if (origins.step) steps.push(origins.step);
  return finish({
    statements: statements.map((one) => ({ ...one, apart: origins.apart.has(one.position) })),
    handovers: origins.handovers,
    provenance: origins.provenance,
    packs: packs.map(([, data]) => data),
    changes: kept
      .filter(({ claims }) => claims.typ === 'label.change' && packs.some(([one]) => claims.iss === one.claims.iss))
      .map(({ claims }) => claims.data),
    label: labelled,
    status,
    demoClock: logs.some(({ newest }) => newest.origin.split('/').includes('demo-clock')),
  });
}

async function surroundings(bundle, logs, registrars, limits) {
  const places = new Map(), chains = new Map(), tags = new Set();
  for (const entry of bundle.entries) {
    const leaf = await leafOrNull(entry);
    if (!leaf) continue;
    const { origin } = logs[entry.log].newest, key = chainKey(origin, leaf.c, leaf.n);
    places.set(leaf.s, { origin, index: entry.index, shown: Boolean(entry.jws), typ: leaf.t });
    if (!chains.has(key)) chains.set(key, leaf);
    tags.add(leaf.b);
  }
  const books = logs.map(() => new KeyBook(registrars));
  const lateness = new Map(Object.entries(limits.lateness || {}));
  const all = {
    tolerance: 300, statusAge: null, statusRoles: ['regulator_market'], labelTyp: 'food.pack', labelKeys: null,
    statedBy: {}, made: {}, goods: [], pairs: null,
    ...limits, lateness,
  };
  tags.add(await lotTag(bundle.lotSecret, bundle.lot));
  return { bundle, logs, books, places, chains, tags, limits: all };
}

/**
 * Keys count by log position, so each log is gone through in its own order; keys first, since a later revocation
 * can take back what was signed before it.
 */
async function runEntries(around) {
  const { entries } = around.bundle, statements = [], kept = [], checks = [], logged = [];
  const order = entries.map((_, at) => at)
    .sort((a, b) => entries[a].log - entries[b].log || entries[a].index - entries[b].index);
  const judge = async (at) => {
    checks[at] = new EntryCheck(around, entries[at]);
    statements[at] = { position: at, ...(await checks[at].run()) };
  };
  for (const at of order) {
    const leaf = await leafOrNull(entries[at]);
    if (leaf && (leaf.t === REGISTER || leaf.t === REVOKE)) await judge(at);
  }
  around.books.forEach((book) => book.settle());
  for (const at of order) {
    const { log, index } = entries[at], fell = statements[at] && statements[at].ok && checks[at].statement &&
      around.books[log].isVoid(checks[at].statement.kid, index);
    if (!statements[at] || fell) await judge(at);
    if (checks[at].statement && statements[at].ok) kept.push(checks[at].statement);
    logged.push(...(await checks[at].logged(at, statements[at].ok)));
  }
  return { statements, kept, logged };
}

async function statusStep(around, registrars, now, statements, kept, steps, tagged, subject) {
  const entry = around.bundle.status, told = statements
    .filter(({ ok, shown, typ }) => ok && shown && typ === STATUS)
    .map((one) => [kept.find(({ id }) => id === one.stmt), one]);
  const said = (state, mark, reason = '', asOf = null) =>
    (steps.push(step('status', mark, reason)), { state, asOf: isoTime(asOf) });
  if (entry) {
    const leaf = await leafOrNull(entry);
    if (leaf) {
      const key = chainKey(around.logs[entry.log].newest.origin, leaf.c, leaf.n);
      if (!around.chains.has(key)) around.chains.set(key, leaf);
    }
    const check = new EntryCheck(around, entry), result = await check.run();
    const failed = result.steps.find(({ state }) => state === FAILED);
    if (failed || !check.statement) return said(FAILED, FAILED, `snapshot-${failed ? failed.code : 'withheld'}`);
    told.push([check.statement, result]);
  }
  if (!told.length) return said(ABSENT, ABSENT, 'no-status');
  const madeIn = await tagAsOutput(around, statements, subject);
  const snapshots = told.map((one) => snapshotOf(around, registrars, ...one));
  if (!snapshots.every(Boolean)) return said(FAILED, FAILED, 'not-a-snapshot');
  snapshots.sort((a, b) => (a.asOf < b.asOf ? 1 : a.asOf > b.asOf ? -1 : b.index - a.index));
  const [{ asOf, size, log, parts, series, outputs }] = snapshots;
  const naming = snapshots.find(({ recalled }) => recalled.some((tag) => around.tags.has(tag)));
  if (naming) return said('recalled', NOTED, 'recalled', naming.asOf);
  const found = new Set(snapshots.filter((one) => one.series === series).map(({ part }) => part));
  if (found.size < parts) return said('incomplete', NOTED, 'parts-missing', asOf);
  if (!tagged && !(outputs && madeIn.has(log))) return said('incomplete', NOTED, 'lot-untagged', asOf);
  const first = statements
    .filter((one) => one.ok && one.shown && one.log === log && subject.some(({ id }) => id === one.stmt))
    .map(({ index }) => index);
  if (first.length && size <= Math.min(...first)) return said('stale', NOTED, 'before-lot', asOf);
  const age = around.limits.statusAge, today = instant(now);
  if (today !== null && age !== null && today - asOf > micros(age)) return said('stale', NOTED, 'stale', asOf);
  return said('clear', PASSED, '', asOf);
}
