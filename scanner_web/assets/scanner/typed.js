// One cleaning for all that people type, paste and share: the same as trace/identity/typed.py, held to it by
// tests/fixtures/typed.json.

const HIDDEN = [
  '\\x00-\\x08\\x0e-\\x1c\\x1e\\x1f\\x7f-\\x84\\x86-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160',
  '\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f',
  '\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb',
  '\\u{e0000}-\\u{e0fff}',
];
const UNSEEN = new RegExp(`[${HIDDEN.join('')}]`, 'gu');
const ODD_SPACES = /[\x0b\x0c\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
  0x0f20, 0x1040, 0x17e0, 0x1810,
];
const FOREIGN = /[\u0660-\u1819]/g;
const BETWEEN = /[ \t\r\n\-_.,~|\u00b7\u2010-\u2015\u2022\u2027\u2043\u2212\u22c5\u3001\u3002\u301c\u30fb\u30fc]+/g;
const EDGE_SIGNS =
  ' \\t\\r\\n"\'`.,:;!?*~|<>\\[\\]{}()\\-_\u00ab\u00bb\u2018-\u201f\u2026\u2039\u203a\u3001-\u3003' +
  '\u3008-\u3011\u3014-\u301f\u00b7';
const EDGES = new RegExp(`^[${EDGE_SIGNS}]+|[${EDGE_SIGNS}]+$`, 'g');
const LINK = /https?:\/\/[!#-;=?-[\]_a-z~%]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?\/[!#-;=?-[\]_a-z~%]+/gi;
const OUTER = /^[ \t\r\n\u3000]+|[ \t\r\n\u3000]+$/g;

/** The text in plain characters (NFKC), without blanks around it and without signs that nobody sees. */
export function typed(text) {
  const plain = text.replace(UNSEEN, '').normalize('NFKC').replace(UNSEEN, '').replace(ODD_SPACES, ' ');
  return plain.replace(FOREIGN, digit).replace(OUTER, '');
}

function digit(sign) {
  const code = sign.codePointAt(0), zero = ZEROS.find((one) => code >= one && code < one + 10);
  return zero === undefined ? sign : String(code - zero);
}

/** The text without the blanks, dashes, dots and low lines that part it into groups. */
export const ungrouped = (text) => text.replace(BETWEEN, '');

/** What was typed without the quotation marks, brackets and punctuation around it. */
export const bare = (text) => typed(text).replace(EDGES, '');

/** The addresses in what was typed or shared, each up to the first sign that no address holds. */
export const linksIn = (text) => typed(text).match(LINK) || [];
