// What is under recall, as a bureau signed it, and the tags by which a list names a lot (docs/record-format.md §11).
import { instant, isCount, isText, own } from './encoding.js';
import { LABEL } from './label.js';
import { lotTag } from './statement.js';

export const STATUS = 'status.snapshot';

/**
 * Adds the tags by the secrets of what brings the lot to be: their leaves prove those. The logs of such records.
 */
export async function tagAsOutput({ bundle, tags }, statements, subject) {
  const logs = new Set();
  for (const { ok, shown, stmt, position, log } of statements) {
    const { secret } = bundle.entries[position];
    if (!ok || !shown || !secret) continue;
    if (!subject.some(({ id, claims }) => id === stmt && claims.sub !== bundle.lot)) continue;
    tags.add(await lotTag(secret, bundle.lot));
    logs.add(log);
  }
  return logs;
}

/** One statement of what is under recall: all of it, or one of the parts that follow each other in one chain. */
export function snapshotOf({ limits }, registrars, { claims, kid }, { index, log: origin, roles }) {
  const { data, typ, iss, stream, seq } = claims, { recalled, log, size } = data, asOf = instant(data.asOf);
  const entitled = registrars.has(kid) || roles.some((role) => limits.statusRoles.includes(role));
  const sorted =
    Array.isArray(recalled) &&
    recalled.every((tag, at) => isText(tag) && LABEL.test(tag) && (!at || recalled[at - 1] < tag));
  const { part = 1, parts = 1 } = own(data, 'part') || own(data, 'parts') ? { part: 0, parts: 0, ...data } : {};
  const placed = log === origin && isCount(size) && size <= index;
  if (typ !== STATUS || !sorted || asOf === null || !entitled || !placed) return null;
  if (!isCount(part) || !isCount(parts) || part < 1 || part > parts) return null;
  const outputs = own(data, 'outputs') && data.outputs === true;
  const series = [iss, stream, seq - part, asOf, log, size, parts, outputs].join('\n');
  return { recalled, log, size, asOf, index, part, parts, series, outputs };
}
