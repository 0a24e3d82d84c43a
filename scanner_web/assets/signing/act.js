// The act: every draft is read and worded before the first is signed; then each names the one before it.
import { b64u, canonical, decodeObject, isText, sha256, utf8 } from '../verifier/encoding.js';
import { Unsaid } from './spoken.js';

const HALF_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551n;

/** The smaller of the two values of s that hold (docs/record-format.md §3.2). @param {Uint8Array} signature */
export function lowS(signature) {
  const s = BigInt(`0x${[...signature.subarray(32)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
  if (s <= HALF_ORDER / 2n) return signature;
  const hex = (HALF_ORDER - s).toString(16).padStart(64, '0');
  const low = hex.match(/../g).map((pair) => parseInt(pair, 16));
  return Uint8Array.from([...signature.subarray(0, 32), ...low]);
}

export const HOW = { EdDSA: 'Ed25519', ES256: { name: 'ECDSA', hash: 'SHA-256' } };

/** The raw signature of a key that this device holds. @param {string} text */
export async function signatureOf({ alg, privateKey }, text) {
  const raw = new Uint8Array(await crypto.subtle.sign(HOW[alg], privateKey, utf8(text)));
  return alg === 'ES256' ? lowS(raw) : raw;
}

/** A compact JWS of bytes under a key and a type of document. @param {Uint8Array} payload */
export async function sealed(key, payload, typ) {
  const signed = `${b64u(utf8(canonical({ alg: key.alg, kid: key.kid, typ })))}.${b64u(payload)}`;
  return `${signed}.${b64u(await signatureOf(key, signed))}`;
}

/** Runs of a batch in which nothing names a statement of the same run: the places of those before must be known. */
export function waves({ records, standIns }) {
  const found = [];
  let wave = [], names = new Set();
  for (const [at, record] of records.entries()) {
    if (inputsOf(record).some((stmt) => names.has(stmt))) {
      found.push(wave);
      [wave, names] = [[], new Set()];
    }
    wave.push(at);
    for (const [id, place] of standIns) if (place === at) names.add(id);
  }
  return wave.length ? [...found, wave] : found;
}

const inputsOf = ({ raw }) => (raw.inputs || []).map(({ stmt }) => stmt);

/**
 * Sign one run. `ids`: stand-in -> {stmt, log, index} of what was signed before it, filled in where drafts name it;
 * `prev`: the statement before. Nothing else of the bytes is touched.
 */
export async function signWave(read, wave, key, ids, prev) {
  const signed = [];
  for (const at of wave) {
    const record = read.records[at], claims = filled(record.raw, ids);
    if (record.claims.seq > 1) claims.prev = prev;
    const bytes = utf8(canonical(claims));
    decodeObject(bytes);
    const compact = await sealed(key, bytes, 'trace+sd-jwt');
    const [protectedHeader, payload, signature] = compact.split('.');
    prev = b64u(await sha256(utf8(compact)));
    for (const [id, place] of read.standIns) if (place === at) ids.set(id, { stmt: prev });
    const jws = { protected: protectedHeader, payload, signature };
    if (record.disclosures.length) jws.header = { disclosures: record.disclosures };
    signed.push({ at, stmt: prev, seq: record.claims.seq, jws });
  }
  return signed;
}

/** Claims with stand-ins as the statements that they stood for; of `inputs` the place too. */
function filled(value, ids) {
  if (isText(value)) return ids.has(value) ? ids.get(value).stmt : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => filled(one, ids));
  const place = isText(value.role) && ids.get(value.stmt);
  if (place && place.index === undefined) throw new Unsaid('place-unknown', 'inputs');
  const members = Object.entries(value).map(([name, one]) => [name, filled(one, ids)]);
  return { ...Object.fromEntries(members), ...(place ? { log: place.log, index: place.index } : {}) };
}
