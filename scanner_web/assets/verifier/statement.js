// Signed statements: JWS over JCS-R claims with disclosures (RFC 9901) beside them, and the log's leaves.
import {
  Refusal, b64u, canonical, concat, decode, decodeObject, digestText, hasMembers, instant, isCount, isObject, isText,
  need, own, sha256, unb64u, utf8,
} from './encoding.js';

const BAD = 'statement-malformed', LEAF = 'leaf-malformed';
const DIGEST = /^[A-Za-z0-9_-]{43}$/, TAG = /^[A-Za-z0-9_-]{22}$/;
const TYP = /^(?=.{1,128}$)[a-z][a-z0-9]*([.-][a-z0-9]+)*$/, LEAF_TYP = /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/;
const VISIBLE = /^[!-~]{1,128}$/, LINE = /^[^\x00-\x1f\x7f]{1,256}$/u, ROOT = /^[A-Za-z0-9+/]{43}=$/;
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'SM2-SM3'];

const claim = (holds) => need(holds, BAD, 'claim');
const matches = (value, pattern) => (claim(isText(value) && pattern.test(value)), value);

/** Run `work`; what is not canonical becomes a malformed thing of `kind`. */
async function within(kind, reason, work) {
  try {
    return await work();
  } catch (refusal) {
    throw refusal.kind === 'not-canonical' ? new Refusal(kind, reason) : refusal;
  }
}

/**
 * Read a flattened JWS, unverified. `shown`: read its disclosures too (they fail at a later step).
 * @param {Record<string, any>} jws
 */
export async function parseStatement(jws, shown) {
  need(hasMembers(jws, 'protected payload signature', 'header'), BAD, 'envelope-members');
  const parts = [jws.protected, jws.payload, jws.signature];
  need(parts.every(isText), BAD, 'envelope-members');
  const encoded = shown && own(jws, 'header') ? disclosuresOf(jws.header) : [];
  need(!parts.some((part) => part.includes('.')) && parts[0].length <= 512, BAD, 'compact-form');
  const [header, payload, signature] = await within(BAD, 'compact-form', () => {
    const read = decodeObject(unb64u(parts[0]));
    need(hasMembers(read, 'alg kid typ') && read.typ === 'trace+sd-jwt', BAD, 'protected-header');
    need(ALGORITHMS.includes(read.alg) && isText(read.kid) && unb64u(read.kid).length === 32, BAD, 'protected-header');
    return [read, unb64u(parts[1]), unb64u(parts[2])];
  });
  need(signature.length === 64, BAD, 'signature-length');
  const claims = readClaims(decodeObject(payload));
  const signed = `${parts[0]}.${parts[1]}`;
  const statement = {
    signed, signature, claims, alg: header.alg === 'Ed25519' ? 'EdDSA' : header.alg, kid: header.kid,
  };
  return {
    ...statement,
    id: await digestText(`${signed}.${parts[2]}`),
    label: await digestText(`${signed}.${parts[2]}`, 16),
    payloadDigest: b64u(await sha256(payload)),
    placed: await readDisclosures(claims, encoded, new TextDecoder().decode(payload).includes('"_sd"')),
  };
}

function disclosuresOf(header) {
  const good = isObject(header) && hasMembers(header, 'disclosures') && Array.isArray(header.disclosures);
  need(good && header.disclosures.every(isText), BAD, 'envelope-header');
  return header.disclosures;
}

/** Claims as every reader takes them (docs/record-format.md §3.3). @param {Record<string, any>} raw */
export function readClaims(raw) {
  need(
    hasMembers(raw, 'v typ iss stream seq jti sub occurredAt signedAt data', 'prev anchor inputs _sd_alg'),
    BAD, 'claim-members',
  );
  claim(isObject(raw.data) && raw.v === 1);
  claim(!own(raw, '_sd_alg') || raw._sd_alg === 'sha-256');
  claim(isCount(raw.seq) && raw.seq >= 1 && own(raw, 'prev') === raw.seq > 1);
  if (raw.seq > 1) matches(raw.prev, DIGEST);
  matches(raw.typ, TYP);
  matches(raw.iss, VISIBLE);
  matches(raw.stream, VISIBLE);
  matches(raw.jti, TAG);
  matches(raw.sub, LINE);
  const occurredAt = instant(raw.occurredAt), signedAt = instant(raw.signedAt);
  claim(occurredAt !== null && signedAt !== null);
  if (own(raw, 'anchor')) {
    claim(isObject(raw.anchor) && hasMembers(raw.anchor, 'origin size root') && isCount(raw.anchor.size));
    matches(raw.anchor.origin, VISIBLE);
    matches(raw.anchor.root, ROOT);
  }
  claim(!own(raw, 'inputs') || (Array.isArray(raw.inputs) && raw.inputs.length));
  for (const input of raw.inputs || []) {
    claim(isObject(input) && hasMembers(input, 'stmt log index role') && isCount(input.index));
    matches(input.stmt, DIGEST);
    matches(input.log, VISIBLE);
    matches(input.role, LINE);
  }
  return { ...raw, occurred: occurredAt, inputs: raw.inputs || [] };
}

/** [path, object] of each object with `_sd`, also inside lists. */
function* concealing(value, path = []) {
  if (value === null || typeof value !== 'object') return;
  if (isObject(value) && own(value, '_sd')) yield [path, value];
  for (const name of Object.keys(value)) yield* concealing(value[name], [...path, name]);
}

function digestsOf({ _sd: digests }) {
  need(
    Array.isArray(digests) && digests.length && digests.every((one) => isText(one) && DIGEST.test(one)),
    BAD, 'sd-shape',
  );
  need(digests.every((one, at) => !at || digests[at - 1] < one), BAD, 'sd-not-sorted');
  return digests;
}

/** @param {string} encoded */
async function parseDisclosure(encoded) {
  const [name, value] = await within(BAD, 'disclosure-not-canonical', () => {
    const parts = decode(unb64u(encoded));
    need(Array.isArray(parts) && parts.length === 3, BAD, 'disclosure-shape');
    const salt = isText(parts[0]) ? unb64u(parts[0]) : [];
    need(isText(parts[1]) && parts[1] !== '_sd' && salt.length === 16, BAD, 'disclosure-shape');
    return parts.slice(1);
  });
  for (const nested of concealing(value)) throw new Refusal(BAD, nested && 'disclosure-nested');
  return [name, value, await digestText(encoded)];
}

/** Where each disclosure stands: [object, name, value]; one without a place is refused. */
export async function readDisclosures(claims, encoded, conceals) {
  if (!conceals && !encoded.length) return [];
  const shown = [];
  for (const one of encoded) shown.push(await parseDisclosure(one));
  const homes = new Map(), used = new Set();
  for (const [path, holder] of concealing(claims.data)) {
    need(!path.some((step) => step.includes('.')), BAD, 'sd-dotted-name');
    for (const digest of digestsOf(holder)) {
      need(!homes.has(digest), BAD, 'sd-repeated');
      homes.set(digest, [path.join('.'), holder]);
    }
  }
  const placed = shown.map(([name, value, digest]) => {
    const [path, holder] = homes.get(digest) || [];
    need(holder, BAD, 'disclosure-without-digest');
    need(!name.includes('.'), BAD, 'sd-dotted-name');
    need(!own(holder, name) && !used.has(`${path}.${name}`), BAD, 'disclosure-name-repeated');
    used.add(`${path}.${name}`);
    return [holder, name, value];
  });
  need(own(claims, '_sd_alg'), BAD, 'claim');
  return placed;
}

/** How many digests there are in `data` (decoys count). */
export const concealedCount = (data) =>
  [...concealing(data)].reduce((sum, [, holder]) => sum + digestsOf(holder).length, 0);

/** `data` with the placed disclosures merged in. */
export function revealed(statement) {
  const reveal = (value) => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(reveal);
    const shown = Object.entries(value).filter(([name]) => name !== '_sd').map(([name, item]) => [name, reveal(item)]);
    const merged = statement.placed.filter(([holder]) => holder === value).map(([, name, item]) => [name, item]);
    return Object.fromEntries([...shown, ...merged]);
  };
  return reveal(statement.claims.data);
}

/** Read a leaf strictly. @param {string} text */
export async function parseLeaf(text) {
  const leaf = await within(LEAF, 'not-canonical', () => decodeObject(utf8(text)));
  need(hasMembers(leaf, 'v s p k t n b c', 'r s2'), LEAF, 'members');
  need(leaf.v === 1, LEAF, 'version');
  need(isCount(leaf.n) && leaf.n >= 1 && own(leaf, 'r') === leaf.n > 1, LEAF, 'chain');
  const patterns = { s: DIGEST, p: DIGEST, k: DIGEST, t: LEAF_TYP, b: TAG, c: TAG, r: DIGEST, s2: DIGEST };
  for (const name of Object.keys(patterns)) {
    need(!own(leaf, name) || (isText(leaf[name]) && patterns[name].test(leaf[name])), LEAF, 'member');
  }
  return { ...leaf, whole: text };
}

/** The text of the leaf that a statement must have; tag and second signature as found. */
export async function dueLeaf({ claims, ...statement }, found) {
  const leaf = {
    v: 1, s: statement.id, p: statement.payloadDigest, k: statement.kid, t: claims.typ, n: claims.seq, b: found.b,
    c: await digestText(`trace-stream\n${claims.iss}\n${claims.stream}`, 16),
  };
  if (claims.seq > 1) leaf.r = claims.prev;
  if (own(found, 's2')) leaf.s2 = found.s2;
  return canonical(leaf);
}

/** @param {Uint8Array} secret @param {string} sub */
export const lotTag = async (secret, sub) =>
  b64u((await sha256(concat(utf8('trace-lot\n'), secret, utf8(sub)))).subarray(0, 16));
