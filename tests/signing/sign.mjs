// Reads {script, cases: [{batch, chain, now, again, alg}]} from stdin; writes what the script says and signs of each.
import { pathToFileURL } from 'node:url';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const { script, cases } = JSON.parse(input);
const module = await import(pathToFileURL(script).href);
const { WORDS, OUTLINES } = module;

const told = (pieces) => pieces.map(([text]) => text).join('');

async function generated(alg) {
  const how = alg === 'ES256' ? { name: 'ECDSA', namedCurve: 'P-256' } : 'Ed25519';
  const { privateKey, publicKey } = await crypto.subtle.generateKey(how, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const jwk = y ? { crv, kty, x, y } : { crv, kty, x };
  const thumb = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(jwk)));
  return { alg, kid: Buffer.from(thumb).toString('base64url'), privateKey, jwk };
}

async function signed(read, alg, prev) {
  const key = await generated(alg), ids = new Map(), statements = [];
  for (const wave of module.waves(read)) {
    const part = await module.signWave(read, wave, key, ids, prev);
    for (const one of part) {
      const place = { stmt: one.stmt, log: 'trace.test/food', index: 40 + one.at };
      for (const [id, at] of read.standIns) if (at === one.at) ids.set(id, place);
      prev = one.stmt;
    }
    statements.push(...part);
  }
  return { jwk: key.jwk, statements };
}

const answers = [];
for (const { batch, chain, now, again = null, alg = '' } of cases) {
  try {
    const read = await module.readBatch(batch, chain, WORDS, OUTLINES, now);
    const difference = again && module.difference(read.records, again.drafts);
    if (difference) throw Object.assign(new module.Unsaid('changed', difference.member), { record: difference.record });
    answers.push({
      said: read.records.map(({ said }) => ({
        kind: said.kind, sentence: told(said.sentence), pieces: said.sentence,
        lines: said.lines.map(([label, pieces]) => [label, told(pieces)]),
        more: said.more.map(([label, pieces]) => [label, told(pieces)]),
      })),
      totals: module.totalsOf(read.records),
      waves: module.waves(read),
      signed: alg ? await signed(read, alg, chain.stmt) : null,
    });
  } catch (refusal) {
    if (!(refusal instanceof module.Unsaid)) throw refusal;
    answers.push({ refused: refusal.reason, record: refusal.record, member: refusal.member });
  }
}
process.stdout.write(JSON.stringify(answers));
