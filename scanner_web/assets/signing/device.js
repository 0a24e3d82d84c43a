// Keys of this device: made not extractable, kept in IndexedDB for one account, tried before anybody hears of them.
import { b64u, canonical, sha256, utf8 } from '../verifier/encoding.js';
import { Unsaid } from './spoken.js';
import { HOW, sealed, signatureOf } from './act.js';

const STORE = 'keys';
const MADE = { EdDSA: 'Ed25519', ES256: { name: 'ECDSA', namedCurve: 'P-256' } };

const answered = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** One transaction on the keys of an account: what another account of this computer made is not seen. */
async function stored(account, mode, work) {
  const opening = indexedDB.open(`greentrace-keys-${account}`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'kid' });
  const database = await answered(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const found = await answered(work(transaction.objectStore(STORE)));
    await done;
    return found;
  } finally {
    database.close();
  }
}

export const keysOf = (account) => stored(account, 'readonly', (store) => store.getAll());
export const keep = (account, key) => stored(account, 'readwrite', (store) => store.put(key));
const forget = (account, kid) => stored(account, 'readwrite', (store) => store.delete(kid));

/** Whether this browser can keep keys at all: asked of what is there, not of its name. */
export const canKeep = () => Boolean(globalThis.indexedDB && globalThis.crypto && crypto.subtle);

/** A new key, kept and read back, that signs with what was read. Ed25519 where all of that works, else ES256. */
export async function makeKey(account, iss) {
  for (const alg of Object.keys(MADE)) {
    let kid;
    try {
      const { privateKey, publicKey } = await crypto.subtle.generateKey(MADE[alg], false, ['sign', 'verify']);
      const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
      const jwk = y ? { crv, kty, x, y } : { crv, kty, x };
      kid = b64u(await sha256(utf8(canonical(jwk))));
      const made = { kid, alg, jwk, iss, privateKey, stream: `key-${kid.slice(0, 16)}`, seq: 0, stmt: null };
      await keep(account, { ...made, pending: [], madeAt: new Date().toISOString() });
      const kept = (await keysOf(account)).find((one) => one.kid === kid);
      const signature = await signatureOf(kept, kid);
      if (await crypto.subtle.verify(HOW[alg], publicKey, signature, utf8(kid))) return kept;
    } catch {
      // the next way, or none
    }
    if (kid) await forget(account, kid).catch(() => null);
  }
  throw new Unsaid('key-not-kept');
}

/** What a registrar and this server are shown of a new key: it answers the challenge and agrees to its entry. */
export async function proofs(key, challenge) {
  const { iss, kid, stream } = key;
  const said = (what) => utf8(canonical(what));
  return {
    jwk: key.jwk, streams: [stream], custody: 'browser',
    challenge: await sealed(key, said({ challenge, iss, kid }), 'trace+key-challenge'),
    proof: await sealed(key, said({ iss, kid, streams: [stream], v: 1 }), 'trace+key-proof'),
  };
}

/** The end of this key's chain. What the server tells of it must be signed by this very key and not be older. */
export async function chainOf(key, head) {
  const { iss, stream, seq, stmt } = key, kept = { iss, stream, seq, stmt };
  if (!head || head.seq === seq) {
    if ((head ? head.stmt : null) !== stmt && seq) throw new Unsaid('other-before', 'prev');
    return kept;
  }
  if (head.seq < seq) throw new Unsaid('older-chain', 'seq');
  const [signed, payload, signature] = head.compact.split('.');
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const publicKey = await crypto.subtle.importKey('jwk', key.jwk, MADE[key.alg], false, ['verify']);
  const ours = await crypto.subtle.verify(HOW[key.alg], publicKey, bytes(signature), utf8(`${signed}.${payload}`));
  const claims = JSON.parse(new TextDecoder().decode(bytes(payload)));
  const id = b64u(await sha256(utf8(head.compact)));
  if (!ours || claims.iss !== iss || claims.stream !== stream || claims.seq !== head.seq || id !== head.stmt) {
    throw new Unsaid('other-before', 'prev');
  }
  return { iss, stream, seq: head.seq, stmt: head.stmt };
}
