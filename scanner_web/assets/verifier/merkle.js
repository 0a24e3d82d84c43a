// Proofs of RFC 9162: inclusion (§2.1.3.2) and consistency (§2.1.4.2). Sizes are BigInt.
import { Refusal, concat, need, sameBytes, sha256 } from './encoding.js';

const PROOF = 'proof-invalid';
/** @param {Uint8Array} entry */
export const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/**
 * @param {bigint} index @param {bigint} size @param {Uint8Array} leaf @param {Uint8Array[]} proof
 * @param {Uint8Array} root
 */
export async function verifyInclusion(index, size, leaf, proof, root) {
  need(index < size, PROOF, 'index-not-in-tree');
  let node = index, last = size - 1n, found = leaf;
  for (const sibling of proof) {
    need(last, PROOF, 'too-long');
    if (node & 1n || node === last) {
      found = await nodeHash(sibling, found);
      while (!(node & 1n) && node) (node >>= 1n), (last >>= 1n);
    } else found = await nodeHash(found, sibling);
    (node >>= 1n), (last >>= 1n);
  }
  need(!last && sameBytes(found, root), PROOF, 'root-differs');
}

/**
 * @param {bigint} old @param {bigint} size @param {Uint8Array} oldRoot @param {Uint8Array} root
 * @param {Uint8Array[]} proof
 */
export async function verifyConsistency(old, size, oldRoot, root, proof) {
  need(old > 0n && old <= size, PROOF, 'sizes');
  if (old === size) {
    need(!proof.length && sameBytes(oldRoot, root), PROOF, 'root-differs');
    return;
  }
  const path = old & (old - 1n) ? [...proof] : [oldRoot, ...proof];
  need(path.length, PROOF, 'too-short');
  let node = old - 1n, last = size - 1n;
  while (node & 1n) (node >>= 1n), (last >>= 1n);
  let before = path[0], after = path[0];
  for (const sibling of path.slice(1)) {
    need(last, PROOF, 'too-long');
    if (node & 1n || node === last) {
      [before, after] = [await nodeHash(sibling, before), await nodeHash(sibling, after)];
      while (!(node & 1n) && node) (node >>= 1n), (last >>= 1n);
    } else after = await nodeHash(after, sibling);
    (node >>= 1n), (last >>= 1n);
  }
  if (last) throw new Refusal(PROOF, 'too-short');
  need(sameBytes(before, oldRoot) && sameBytes(after, root), PROOF, 'root-differs');
}
