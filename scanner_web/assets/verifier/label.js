// The label in the reader's hand: whether its digest and its code are those of a record.
import { isObject, isText, own } from './encoding.js';
import { ABSENT, FAILED, NOTED, PASSED, step } from './steps.js';

/** What a label of the lot may name: [statement, what it states] of each record and of its corrections. */
const recordsOf = (about, typ) =>
  about.flatMap((one) => {
    const { typ: kind, iss, data } = one.claims;
    if (kind === typ) return [[one, data]];
    const amends = ({ id, claims }) => id === data.amends && claims.typ === typ && claims.iss === iss;
    return kind === 'correction' && isObject(data.replacement) && about.some(amends) ? [[one, data.replacement]] : [];
  });

export const LABEL = /^[A-Za-z0-9_-]{22}$/;

/** What the label says of the record; the step goes to `steps`. */
export function labelStep(label, about, { labelTyp, labelKeys }, steps) {
  const said = (found, state, reason = '') => (steps.push(step('label', state, reason)), found);
  if (label === null) return said(ABSENT, ABSENT, 'no-label');
  const [head, ...rest] = label.split('#', 1)[0].split('?');
  const digest = LABEL.test(label) ? label : new URLSearchParams(`&${rest.join('?')}`).get('v');
  if (digest === null) return said('unbound', FAILED, 'no-digest');
  if (!LABEL.test(digest)) return said('unbound', FAILED, 'digest-malformed');
  const named = recordsOf(about, labelTyp).find(([one]) => one.label === digest);
  if (!named) return said('differs', FAILED, 'label-differs');
  const bound = digest === label || !labelKeys || binds(head, named, about, labelKeys);
  if (bound === false) return said('differs', FAILED, 'other-code');
  return bound ? said('matches', PASSED) : said('matches', NOTED, 'code-unbound');
}

/** Whether the code in the address is the record's: true, false, or null where a part of it is unbound. */
function binds(head, [record, data], about, keys) {
  let segments = head.replace(/^[^:/]*:\/\/[^/]*\/?/, '').split('/'), all = true;
  const start = segments.findIndex((one) => own(keys, one));
  segments = start < 0 ? [] : segments.slice(start);
  if (!segments.length || segments.length % 2) return false;
  try {
    segments = segments.map(decodeURIComponent);
  } catch {
    return false;
  }
  for (let at = 0; at < segments.length; at += 2) {
    const [member, drop, stated] = own(keys, segments[at]) ? keys[segments[at]] : ['', ''];
    const bare = (text) => text.replace(new RegExp(drop, 'g'), '');
    const from = stated
      ? [data]
      : about.filter(({ claims }) => claims.iss === record.claims.iss).map(({ claims }) => claims.data);
    const values = member ? from.map((one) => own(one, member) && one[member]).filter(isText).map(bare) : [];
    if ((values.length || stated) && !values.includes(bare(segments[at + 1]))) return false;
    all = all && values.length > 0;
  }
  return all || null;
}
