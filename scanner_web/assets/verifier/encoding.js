// Bytes, restricted JCS (JCS-R), strict base64 and times: one accepted form of everything that is signed.
import { isNfc } from './codepoints.js';

/** What does not hold: `kind` says where it belongs, `reason` is a slug, the same as Python's. */
export class Refusal extends Error {
  /** @param {string} kind @param {string} [reason] */
  constructor(kind, reason) {
    super(reason || kind);
    this.kind = kind;
    this.reason = reason || kind;
  }
}

/** @param {unknown} holds @param {string} kind @param {string} [reason] */
export function need(holds, kind, reason) {
  if (!holds) throw new Refusal(kind, reason);
}

export const own = (/** @type {object} */ of, /** @type {string} */ name) =>
  Object.prototype.hasOwnProperty.call(of, name);
export const isObject = (/** @type {any} */ value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
export const isCount = (/** @type {any} */ value) => Number.isSafeInteger(value) && value >= 0;
export const isText = (/** @type {any} */ value) => typeof value === 'string';

/** Whether an object has all `required` members and none beyond `allowed` (words in one string). */
export function hasMembers(of, required, allowed = '') {
  const must = required.split(' ');
  const may = new Set([...must, ...allowed.split(' ').filter(Boolean)]);
  return must.every((name) => own(of, name)) && Object.keys(of).every((name) => may.has(name));
}

const ENCODER = new TextEncoder();
/** Strict: bytes that are no UTF-8 are refused, a byte order mark is a character. */
export const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /\p{Surrogate}/u;
const NOT_CANONICAL = 'not-canonical';
const MAX_BYTES = 32 * 1024;
const MAX_DEPTH = 16;
const KEY = /^[A-Za-z_@$][A-Za-z0-9_.$-]{0,63}$/;

export const utf8 = (/** @type {string} */ text) => ENCODER.encode(text);
export const isWellFormed = (/** @type {string} */ text) => !LONE_SURROGATE.test(text);

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const sameBytes = (left, right) =>
  left.length === right.length && left.every((byte, at) => byte === right[at]);

/** @param {Uint8Array} raw */
export async function sha256(raw) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
}

/** @param {Uint8Array} raw */
export function b64(raw) {
  let text = '';
  for (const byte of raw) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Standard base64 in its one form. @param {string} text @returns {Uint8Array | null} */
export function unb64(text) {
  try {
    const raw = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return b64(raw) === text ? raw : null;
  } catch {
    return null;
  }
}

/** @param {Uint8Array} raw */
export const b64u = (raw) => b64(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

/** Unpadded base64url (RFC 7515 §2) in its one form. @param {string} text */
export function unb64u(text) {
  const standard = text.replace(/-/g, '+').replace(/_/g, '/');
  const raw = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1
    ? unb64(standard + '='.repeat(-text.length & 3)) : null;
  if (!raw) throw new Refusal(NOT_CANONICAL, 'not-base64url');
  return raw;
}

export const digestText = async (/** @type {string} */ text, length = 32) =>
  b64u((await sha256(utf8(text))).subarray(0, length));

/** JCS-R text of a value. @param {any} value */
export function canonical(value, depth = 0) {
  if (typeof value === 'string') {
    need(isWellFormed(value), NOT_CANONICAL, 'not-json');
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    need(Number.isInteger(value), NOT_CANONICAL, 'float');
    need(Number.isSafeInteger(value), NOT_CANONICAL, 'integer-too-large');
    return String(value);
  }
  need(depth < MAX_DEPTH, NOT_CANONICAL, 'too-deep');
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  const rows = Object.keys(value).sort().map((name) => {
    need(KEY.test(name), NOT_CANONICAL, 'key-pattern');
    return `${JSON.stringify(name)}:${canonical(value[name], depth + 1)}`;
  });
  return `{${rows.join(',')}}`;
}

/** The value of JCS-R bytes; refused unless encoding gives the same bytes again. @param {Uint8Array} raw */
export function decode(raw) {
  let text, value;
  try {
    text = DECODER.decode(raw);
    value = JSON.parse(text);
  } catch {
    throw new Refusal(NOT_CANONICAL, 'not-json');
  }
  need(canonical(value) === text, NOT_CANONICAL, 'not-the-canonical-form');
  need(raw.length <= MAX_BYTES, NOT_CANONICAL, 'too-long');
  need(isNfc(text), NOT_CANONICAL, 'not-nfc');
  return value;
}

/** @param {Uint8Array} raw */
export function decodeObject(raw) {
  const value = decode(raw);
  need(isObject(value), NOT_CANONICAL, 'not-an-object');
  return value;
}

const TIME = new RegExp(
  '^(\\d{4})-(\\d\\d)-(\\d\\d)T([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d)(?:\\.(\\d{1,6}))?' +
  '(?:Z|([+-])([01]\\d|2[0-3]):([0-5]\\d))$',
);
const FIRST_TIME = -62135596800000000n, LAST_TIME = 253402300799999999n;

/** Microseconds since 1970 of an RFC 3339 time of the years 1 to 9999 in UTC, or null. @returns {bigint | null} */
export function instant(/** @type {any} */ text) {
  const found = isText(text) && TIME.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const offset = found[8] ? Number(found[9]) * 60 + Number(found[10]) : 0;
  const seconds = (hour * 60 + minute - (found[8] === '-' ? -offset : offset)) * 60 + second;
  const micros = BigInt(date.getTime() + seconds * 1000) * 1000n + BigInt((found[7] || '').padEnd(6, '0'));
  return micros < FIRST_TIME || micros > LAST_TIME ? null : micros;
}

/** As Python writes it: in UTC, with six digits of a second or none. @param {bigint | null} when */
export function isoTime(when) {
  if (when === null) return null;
  const part = ((when % 1000000n) + 1000000n) % 1000000n;
  const whole = new Date(Number((when - part) / 1000n)).toISOString().slice(0, 19);
  return `${whole}${part ? `.${String(part).padStart(6, '0')}` : ''}+00:00`;
}

/** The least (or greatest) of some times; null where there is none. */
export const earliest = (times) =>
  times.reduce((best, one) => (best === null || (one !== null && one < best) ? one : best), null);
export const latest = (times) =>
  times.reduce((best, one) => (best === null || (one !== null && one > best) ? one : best), null);
