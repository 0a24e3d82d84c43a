// What a symbol held: ours and opened, or somebody else's and only shown. What a code means is the server's to say.
import { linksIn, typed } from './typed.js';

const OURS = /^\/(?:page\/)?(?:\d{2,4}|t)\/./i;
const BARE = /^(?:[a-z\d-]+\.)+[a-z]{2,}(?::\d+)?\//i;
const PRODUCT = /\/01\/\d{8,14}(?:\/|$)/;
const KEYED = /^(?:\](?:C1|e0|d[25]|Q[34]|J1)|\x1d|\(\d{2,4}\)|01\d{14}|00\d{18}|\d{8}$|\d{12,14}$)/i;
const PLATFORM = /^[0-9A-Z]{4}([ -]?)[0-9A-Z]{4}\1[0-9A-Z]{4}$/i;

/** `{ go }` with a path of this origin, or `{ shown, ask }`: the text, and where this site can be asked about it. */
export function reading(text, hosts) {
  const written = typed(text), asked = `/t?c=${encodeURIComponent(text)}`;
  let address = null;
  try {
    address = new URL(BARE.test(written) ? `https://${written}` : written);
  } catch {
    const links = linksIn(text);
    if (links.length === 1 && links[0] !== written) return { ...reading(links[0], hosts), shown: text };
    return KEYED.test(written) || PLATFORM.test(written) ? { go: asked } : { shown: text, ask: '' };
  }
  if (!/^https?:$/.test(address.protocol)) return { shown: text, ask: '' };
  const { host, pathname, search } = address;
  if (hosts.includes(host) && OURS.test(pathname)) return { go: pathname + search };
  return { shown: text, ask: PRODUCT.test(pathname) ? asked : '' };
}
