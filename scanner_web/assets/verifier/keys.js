// Verification keys: Ed25519 (WebCrypto, else noble) and ES256, low-S; only points of prime order are keys.
import { Refusal, b64u, canonical, concat, hasMembers, isText, need, sha256, unb64u, utf8 } from './encoding.js';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const HALF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551n / 2n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

const mod = (/** @type {bigint} */ value) => ((value % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (; exponent; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
  return result;
}

/** @param {Uint8Array} raw */
export const bigEndian = (raw) => raw.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const littleEndian = (/** @type {Uint8Array} */ raw) => bigEndian(raw.slice().reverse());

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

/** Whether 32 bytes are the canonical encoding of an Edwards point of order L (RFC 8032 §5.1.3). */
export function isPrimeOrder(/** @type {Uint8Array} */ encoded) {
  const number = littleEndian(encoded);
  const y = number & (2n ** 255n - 1n), sign = number >> 255n;
  if (y >= P) return false;
  const square = mod((y * y - 1n) * power(mod(D * y * y + 1n), P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x - square) || (!x && sign)) return false;
  if ((x & 1n) !== sign) x = mod(-x);
  if (!x && y === 1n) return false;
  let point = [x, y, 1n, mod(x * y)], total = [0n, 1n, 1n, 0n];
  for (let scalar = L; scalar; scalar >>= 1n) {
    if (scalar & 1n) total = add(total, point);
    point = add(point, point);
  }
  return total[0] === 0n && total[1] === total[2];
}

/** How Ed25519 is computed here: null where WebCrypto does it, else the noble module. */
let noble = null;

/**
 * Choose how Ed25519 is computed; throws `no-webcrypto` or `no-ed25519`.
 * @param {() => Promise<any>} loadNoble @param {boolean} [native] false: as if WebCrypto lacked Ed25519
 * @returns {Promise<'webcrypto' | 'noble'>}
 */
export async function prepare(loadNoble, native = true) {
  need(globalThis.crypto && crypto.subtle, 'no-webcrypto');
  noble = null;
  try {
    if (!native) throw new Refusal('no-ed25519');
    await crypto.subtle.importKey(
      'raw', Uint8Array.of(0x58, ...new Uint8Array(31).fill(0x66)), 'Ed25519', false, ['verify'],
    );
    return 'webcrypto';
  } catch {
    try {
      noble = await loadNoble();
    } catch {
      throw new Refusal('no-ed25519');
    }
    return 'noble';
  }
}

/** Ed25519 without the cofactor, R compared as bytes: what OpenSSL and WebCrypto do. */
async function nobleHolds(key, signature, message) {
  const s = littleEndian(signature.subarray(32));
  if (s >= L) return false;
  const r = signature.subarray(0, 32);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', concat(r, key, message)));
  const h = littleEndian(digest) % L;
  const point = noble.Point.fromHex(noble.etc.bytesToHex(key));
  const left = s ? noble.Point.BASE.multiply(s, false) : noble.Point.ZERO;
  const due = h ? left.subtract(point.multiply(h, false)) : left;
  return due.toHex() === noble.etc.bytesToHex(r);
}

const SHAPES = {
  'OKP Ed25519': ['EdDSA', 'kty crv x'],
  'EC P-256': ['ES256', 'kty crv x y'],
  'EC SM2': ['SM2-SM3', 'kty crv x y uid'],
};

function coordinate(jwk, name) {
  let raw;
  try {
    raw = unb64u(jwk[name]);
  } catch {
    throw new Refusal('key-malformed', 'not-base64url');
  }
  need(raw.length === 32, 'key-malformed', 'length');
  return raw;
}

/**
 * Read a JWK strictly: its algorithm, its kid (RFC 7638) and a function that verifies.
 * @param {Record<string, any>} jwk
 */
export async function publicKey(jwk) {
  need(Object.values(jwk).every(isText), 'key-malformed', 'member-not-text');
  const [alg, members] = SHAPES[`${jwk.kty} ${jwk.crv}`] || [];
  need(alg, 'key-malformed', 'unknown-curve');
  need(hasMembers(jwk, members), 'key-malformed', 'members');
  need(alg !== 'SM2-SM3', 'algorithm-not-enabled');
  const holds =
    alg === 'EdDSA' ? await ed25519(coordinate(jwk, 'x')) : await es256(coordinate(jwk, 'x'), coordinate(jwk, 'y'));
  return {
    alg, kid: b64u(await sha256(utf8(canonical(jwk)))),
    verify: (signature, message) => proven(holds, signature, message),
  };
}

async function proven(holds, signature, message) {
  need(signature.length === 64 && (await holds(signature, message)), 'not-authentic');
}

const NEUTRAL = /^1(,0){31}$/;

/** @param {Uint8Array} point */
export async function ed25519(point) {
  need(isPrimeOrder(point), 'key-malformed', 'not-prime-order');
  const key = noble ? null : await crypto.subtle.importKey('raw', point, 'Ed25519', false, ['verify']);
  return async (signature, message) => {
    if (NEUTRAL.test(signature.subarray(0, 32).join())) return false;
    return key ? crypto.subtle.verify('Ed25519', key, signature, message) : nobleHolds(point, signature, message);
  };
}

async function es256(x, y) {
  let key;
  try {
    key = await crypto.subtle.importKey(
      'raw', concat(Uint8Array.of(4), x, y), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'],
    );
  } catch {
    throw new Refusal('key-malformed', 'not-on-curve');
  }
  return async (signature, message) =>
    bigEndian(signature.subarray(32)) <= HALF_P256 &&
    crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, message);
}
