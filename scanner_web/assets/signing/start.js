// Where a page has something for the signing script, it begins.
import { mountKeys } from './keyspage.js';
import { mountSign } from './signpage.js';

const place = (name) => globalThis.document && document.querySelector(`[data-${name}]`);
const silent = place('no-script');
if (silent) silent.hidden = true;
/* global WORDS, OUTLINES */
if (place('keys-page')) mountKeys(place('keys-page'), WORDS);
if (place('sign-page')) mountSign(place('sign-page'), WORDS, OUTLINES);
