// Signed notes, checkpoints and trust policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy).
import { Refusal, concat, isWellFormed, need, sameBytes, sha256, unb64, utf8 } from './encoding.js';
import { bigEndian, ed25519 } from './keys.js';

const NOTE = 'note-malformed', QUORUM = 'quorum-not-met', POLICY = 'policy-malformed';
const NAME = /^[^\x00-\x20\x7f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]+$/;
const CHECKPOINT = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/;
const LAST_SECOND = 253402300799n;

/** Read a note, unverified. @param {string} note */
export function parseNote(note) {
  need([...note].length <= 1e6, NOTE, 'too-long');
  need(isWellFormed(note), NOTE, 'not-utf-8');
  need(!/[\x00-\x09\x0b-\x1f\x7f]/.test(note) && note.endsWith('\n'), NOTE, 'characters');
  const cut = note.lastIndexOf('\n\n');
  need(cut >= 0 && cut + 2 < note.length, NOTE, 'no-signatures');
  const lines = note.slice(cut + 2, -1).split('\n');
  need(lines.length <= 100, NOTE, 'too-many-lines');
  return { body: note.slice(0, cut + 1), lines: lines.map(signatureLine) };
}

function signatureLine(line) {
  const rest = line.startsWith('— ') ? line.slice(2) : line, space = `${rest} `.indexOf(' ');
  const name = rest.slice(0, space), raw = unb64(rest.slice(space + 1));
  if (!raw) throw new Refusal(NOTE, 'not-base64');
  need(line.startsWith('— ') && NAME.test(name) && raw.length >= 5, NOTE, 'signature-line');
  return { name, id: raw.subarray(0, 4), signature: raw.subarray(4) };
}

/** A note key from `name+key id+base64(type ‖ key)`. */
async function noteKey(vkey, type) {
  const [name, id, ...coded] = vkey.split('+');
  const raw = unb64(coded.join('+')) || new Uint8Array();
  need(raw.length === 33 && raw[0] === type && NAME.test(name), POLICY, 'vkey');
  const due = (await sha256(concat(utf8(`${name}\n`), raw))).subarray(0, 4);
  need(Array.from(due, (byte) => byte.toString(16).padStart(2, '0')).join('') === id, POLICY, 'vkey');
  const holds = await ed25519(raw.subarray(1));
  return {
    name,
    bytes: raw.subarray(1).join(),
    matches: (line) => line.name === name && sameBytes(line.id, due),
    signed: async (signature, message) => signature.length === 64 && holds(signature, utf8(message)),
  };
}

/** The time of the first line of a witness that holds, in microseconds; null without one. */
async function witnessTime(key, note) {
  for (const { signature } of note.lines.filter(key.matches)) {
    const seconds = bigEndian(signature.subarray(0, 8));
    const good = await key.signed(signature.subarray(8), `cosignature/v1\ntime ${seconds}\n${note.body}`);
    if (good && seconds <= LAST_SECOND) return seconds * 1000000n;
  }
  return null;
}

/** Read a tlog-policy; names must be defined before use. @param {string} text */
export async function parsePolicy(text) {
  const logs = [], witnesses = [], groups = [], keys = new Set(), taken = new Set();
  const names = new Set(['none']);
  let quorum = null;
  const known = (name) => (need(names.has(name), POLICY, 'name-unknown'), name);
  const fresh = (name) => (need(!names.has(name), POLICY, 'name-repeated'), names.add(name), name);
  const key = async (vkey, type) => {
    const made = await noteKey(vkey, type);
    need(!keys.has(made.bytes), POLICY, 'vkey-type-or-repeated');
    keys.add(made.bytes);
    return made;
  };
  need(isWellFormed(text) && !/[\x00-\x08\x0b-\x1f\x7f]/.test(text), POLICY, 'characters');
  for (const row of text.split('\n')) {
    const [word, ...rest] = row.split(/[\t ]+/).filter(Boolean);
    if (!word || word.startsWith('#')) continue;
    if (word === 'log' && (rest.length === 1 || rest.length === 2)) logs.push(await key(rest[0], 1));
    else if (word === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const made = await key(rest[1], 4);
      witnesses.push({ name: fresh(rest[0]), key: made });
    } else if (word === 'group' && rest.length >= 3) {
      const [name, rule, ...members] = rest;
      for (const member of members) {
        need(known(member) !== 'none' && !taken.has(member), POLICY, 'group-member');
        taken.add(member);
      }
      const count =
        rule === 'all' ? members.length : rule === 'any' ? 1 : /^[1-9][0-9]*$/.test(rule) ? Number(rule) : 0;
      need(count >= 1 && count <= members.length, POLICY, 'group-size');
      groups.push({ name: fresh(name), count, members });
    } else if (word === 'quorum' && rest.length === 1 && quorum === null) quorum = known(rest[0]);
    else throw new Refusal(POLICY, 'line');
  }
  need(quorum !== null, POLICY, 'no-quorum');
  return { logs, witnesses, groups, quorum };
}

/** kid → name of the keys that may register keys. @param {string} text @returns {Map<string, string>} */
export function parseRegistrars(text) {
  const found = new Map();
  for (const row of text.split('\n').map((one) => one.replace(/^[ \t\r]+|[ \t\r]+$/g, ''))) {
    const [kid] = row.split(' ', 1);
    if (!kid || kid.startsWith('#')) continue;
    need(/^[A-Za-z0-9_-]{43}$/.test(kid) && !found.has(kid), POLICY, 'registrar');
    found.set(kid, row.slice(kid.length).replace(/^[ \t]+/, ''));
  }
  return found;
}

/** One checkpoint under the first policy that names its log: {origin, size, root, rootText, times}. */
export async function openPoint(/** @type {string} */ note, policies) {
  const origin = note.split('\n', 1)[0];
  const policy = policies.find((one) => one.logs.some((log) => log.name === origin));
  need(policy, QUORUM, 'unknown-log');
  const parsed = parseNote(note);
  const found = CHECKPOINT.exec(parsed.body);
  const root = found && unb64(found[3]);
  if (!found || !root || BigInt(found[2]) >= 2n ** 63n) throw new Refusal(NOTE, 'checkpoint-text');
  const log = policy.logs.find((one) => one.name === origin), lines = parsed.lines.filter(log.matches);
  need(lines.length, QUORUM, 'log-signature');
  for (const { signature } of lines) need(await log.signed(signature, parsed.body), QUORUM, 'log-signature');
  const times = new Map();
  for (const { name, key } of policy.witnesses) {
    const when = await witnessTime(key, parsed);
    if (when !== null) times.set(name, when);
  }
  const satisfied = new Set(times.keys());
  for (const { name, count, members } of policy.groups) {
    if (members.filter((member) => satisfied.has(member)).length >= count) satisfied.add(name);
  }
  need(policy.quorum === 'none' || satisfied.has(policy.quorum), QUORUM, 'witnesses');
  return { origin, size: BigInt(found[2]), root, rootText: found[3], times };
}
