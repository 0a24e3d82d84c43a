// Normal form C by one pinned Unicode version (docs/record-format.md §2): the browser's own tables decide nothing.

/** As in trace/ledger/code_points.py: runs of code points that take part in composition; gap, length, in base 36. */
const COMPOSING = (
  '1n mx a 0 7 5 2 0 2 j 4 9g 48 1i 9 q 8 0 u 65 10 1l 4h 8 a 1c 18 2 1p 5j 1u 1 d 0 d 2 9 0 4 2 a 0 5 1 2 0 v ' +
  '0 o 6 f 0 7 1 3 0 2 0 4 0 h 0 c 2 3 0 2m 0 h 0 2c 1 q 2 9 1 3 2 9 1 5 1 1h 2 16 0 8 1 3 3 a 0 2t 0 a 2 5 0 8 ' +
  '1 2u 6 4 2 2 3 8 1 2t 3 8 1 3 3 a 0 37 0 5 0 a 6 2h 2 e 3 31 2 e 3 25 17 9 t 8 y 9 t d 0 2n 2w 37 5e bf 2 qd ' +
  '1 v 0 4e b 5o 0 40 2 64 1 20 s 3 0 1d u 1j 1r 13 8 1j 21 1w 0 49 15 5j 9h 3 5 3 11 3 5 3 7 2 0 2 0 2 0 2 u 3 ' +
  '1g 2 e 2 d 3 5 2 i 3 2 2 8 2 3 5p w 1i 5 2t be 1iq 1 eq 2 3y 0 2p v eh 13 n 26 5 2t ps l4u 1cj 3m 7p 12 48 0 ' +
  's 37 2o d 6o h 1h 0 6v 0 j 8mb 6l9 a5 3 2x 1w p 2 4 2 0 2 1 2 1 2 8 k2 f r2 0 6b 0 46 4 1ar 2 15 2 5 0 4m 1 ' +
  'fy 3 as 1 4a a 1e 3 5d 0 16 0 f 1n 1y 1g 1r 0 25 a 2z 1 4z 1 29 3 9 0 4 2 a 0 f 6 4 4 5q 4 o 0 2a j 6k 0 9 8 ' +
  '3j 0 3b 1 38 0 7i 1 6u 5 3 0 5 6 4d 0 2c j 2a 0 bq 0 77 3 2a 0 fa1 4 1o 6 xm 1 f59 0 43d 2x 3m 2 2po 6 2 g 3 ' +
  '6 2 1 2 4 7a 6 ag 0 1q 3 15t 6 32 6 4pk wke g74 f1'
).split(' ').map((number) => parseInt(number, 36));

const PIECES = new RegExp(`[${runsOf(COMPOSING)}]+`, 'gu');

function runsOf(numbers) {
  let at = 0;
  return numbers.map((number, place) => (place % 2 ? '-' : '') + `\\u{${(at += number).toString(16)}}`).join('');
}

/** Whether a text is in normal form C; what the pinned version does not compose stands for itself. */
export const isNfc = (/** @type {string} */ text) =>
  (text.match(PIECES) || []).every((piece) => piece.normalize('NFC') === piece);
