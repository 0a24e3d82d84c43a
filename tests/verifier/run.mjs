// Reads {script, vendor, native, cases: [{form, trust, label, now, limits}]} from stdin; writes one verdict per case.
import { pathToFileURL } from 'node:url';

let input = '';
for await (const chunk of process.stdin) input += chunk;
const { script, vendor, native = true, cases } = JSON.parse(input);
const { prepare, verifyBundle } = await import(pathToFileURL(script).href);
const answers = [];
let by = '';
try {
  by = await prepare(() => import(pathToFileURL(vendor).href), native);
} catch (refusal) {
  answers.push({ refused: refusal.kind });
}
for (const { form, trust, label, now, limits } of by ? cases : []) {
  const began = performance.now();
  try {
    const verdict = await verifyBundle(form, trust, { label, now, limits });
    answers.push({ ...verdict, milliseconds: performance.now() - began });
  } catch (refusal) {
    if (!refusal.kind) throw refusal;
    answers.push({ refused: refusal.kind });
  }
}
process.stdout.write(JSON.stringify({ by, answers }));
