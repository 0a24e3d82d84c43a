// The keys of one log in log order: registration, revocation, and which key counted where.
import {
  Refusal, canonical, decodeObject, hasMembers, instant, isCount, isObject, isText, need, own, sameBytes, unb64u, utf8,
} from './encoding.js';
import { publicKey } from './keys.js';
import { revealed } from './statement.js';

export const REGISTER = 'party.key.register', REVOKE = 'party.key.revoke';
const REFUSED = 'registration-refused';
const MEMBERS = 'kid jwk holder roles streams custody validFrom validTo proof';
const isFull = (value) => isText(value) && value !== '';
const isTexts = (value) => Array.isArray(value) && value.length > 0 && value.every(isFull);

async function parseRegistration(data, index) {
  need(
    hasMembers(data, MEMBERS, 'assurance certSha256') && isObject(data.jwk) && isObject(data.holder),
    REFUSED, 'members',
  );
  need(hasMembers(data.holder, 'iss', 'name'), REFUSED, 'members');
  const key = await publicKey(data.jwk);
  need(key.kid === data.kid, REFUSED, 'kid-differs');
  need(isFull(data.custody), REFUSED, 'member');
  need(['file', 'browser', 'server', 'ukey'].includes(data.custody), REFUSED, 'custody');
  const { iss, name = '' } = data.holder;
  need(isTexts(data.streams) && isFull(data.proof) && isFull(iss), REFUSED, 'member');
  await requireProof(data.proof, key, iss, data.streams);
  const from = instant(data.validFrom), to = instant(data.validTo);
  need(from !== null && to !== null, REFUSED, 'member');
  need(to > from, REFUSED, 'validity');
  need(isTexts(data.roles) && (!own(data.holder, 'name') || isFull(name)), REFUSED, 'member');
  return {
    key, kid: key.kid, holder: iss, name, roles: data.roles, streams: data.streams, custody: data.custody,
    at: index, from, to, revokedAt: null, invalidFrom: null,
  };
}

async function requireProof(proof, key, iss, streams) {
  const parts = proof.split('.');
  try {
    need(parts.length === 3);
    const header = decodeObject(unb64u(parts[0]));
    if (header.alg === 'Ed25519') header.alg = 'EdDSA';
    if (canonical(header) !== canonical({ alg: key.alg, kid: key.kid, typ: 'trace+key-proof' }))
      throw new Refusal(REFUSED, 'proof-header');
    if (!sameBytes(unb64u(parts[1]), utf8(canonical({ iss, kid: key.kid, streams, v: 1 }))))
      throw new Refusal(REFUSED, 'proof-content');
    await key.verify(unb64u(parts[2]), utf8(`${parts[0]}.${parts[1]}`));
  } catch (refusal) {
    throw refusal.kind === REFUSED ? refusal : new Refusal(REFUSED, 'proof-of-possession');
  }
}

/** Raises unless the entry counts at `index` for a chain; `when`: proved upper bound of its time, or null. */
function requireValid(entry, index, { iss, stream }, when) {
  const objections = [
    [index <= entry.at, 'registered-later'],
    [entry.revokedAt !== null && entry.revokedAt <= index, 'revoked'],
    [entry.invalidFrom !== null && entry.invalidFrom <= index, 'compromised'],
    [iss !== entry.holder, 'other-holder'],
    [!entry.streams.includes('*') && !entry.streams.includes(stream), 'stream-not-granted'],
    [when !== null && when < entry.from, 'not-yet-valid'],
    [when !== null && when > entry.to, 'expired'],
  ];
  for (const [holds, reason] of objections) need(!holds, 'key-not-valid', reason);
  return entry;
}

export class KeyBook {
  /** @param {Map<string, string>} registrars */
  constructor(registrars) {
    this.registrars = registrars;
    this.entries = new Map();
    Object.assign(this, { registered: [], revoked: [], standing: [], voided: new Set() });
  }

  /** Let what was logged later about keys act on what they signed before; the last word is judged first. */
  settle() {
    for (const one of [...this.revoked].reverse()) if (!this.isVoid(one.signer, one.at)) this.standing.unshift(one);
    for (const [signer, entry] of this.registered) {
      if (signer !== entry.kid && this.isVoid(signer, entry.at)) this.voided.add(entry.kid);
      this.entries.set(entry.kid, entry);
    }
    for (const one of this.standing) this.revoke(one);
  }

  /** Whether what a key signed at `index` counts for nothing by what was logged about it later. */
  isVoid(kid, index) {
    return this.voided.has(kid) ||
      this.standing.some((one) => one.kid === kid && one.at > index && one.from !== null && one.from <= index);
  }

  revoke({ kid, at, from }) {
    const entry = this.entries.get(kid), reach = [entry.invalidFrom, from].filter((one) => one !== null);
    this.entries.set(kid, {
      ...entry, revokedAt: entry.revokedAt ?? at, invalidFrom: reach.length ? Math.min(...reach) : null,
    });
  }

  /** The entry that counts for a statement at `index`; a registrar introduces its own first key. */
  async signer(statement, index, when) {
    const { claims, kid } = statement, entry = this.entries.get(kid);
    need(!this.isVoid(kid, index), 'key-not-valid', 'compromised');
    if (entry) return requireValid(entry, index, claims, when);
    const introduces =
      claims.typ === REGISTER && own(claims.data, 'kid') && claims.data.kid === kid && this.registrars.has(kid);
    need(introduces, 'key-unknown');
    return requireValid(await parseRegistration(revealed(statement), index), index + 1, claims, when);
  }

  async verify(statement, { key }) {
    need(statement.kid === key.kid && statement.alg === key.alg, 'not-authentic');
    await key.verify(statement.signature, utf8(statement.signed));
  }

  /** Take in a verified `party.key.*`. */
  async record(statement, index) {
    const { typ, iss } = statement.claims, registrar = this.registrars.has(statement.kid);
    if (typ === REGISTER) {
      need(registrar, REFUSED, 'not-a-registrar');
      const entry = await parseRegistration(revealed(statement), index);
      need(!this.entries.has(entry.kid), REFUSED, 'already-registered');
      this.entries.set(entry.kid, entry);
      this.registered.push([statement.kid, entry]);
    } else if (typ === REVOKE) {
      const data = revealed(statement), from = own(data, 'invalidFromIndex') ? data.invalidFromIndex : null;
      need(hasMembers(data, 'kid reason', 'invalidFromIndex'), REFUSED, 'members');
      need(isFull(data.reason), REFUSED, 'member');
      need(['superseded', 'compromised', 'ceased'].includes(data.reason), REFUSED, 'reason');
      need(from === null || isCount(from), REFUSED, 'invalid-from-index');
      need(isFull(data.kid), REFUSED, 'member');
      const entry = this.entries.get(data.kid);
      need(entry, 'key-unknown');
      need(registrar || iss === entry.holder, REFUSED, 'not-the-holder');
      // A holder ends its key; it cannot unsay what it signed.
      const made = { signer: statement.kid, kid: entry.kid, at: index, from: registrar ? from : null };
      this.revoked.push(made);
      this.revoke(made);
    }
  }
}
