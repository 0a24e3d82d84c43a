// A statement in words, built from the bytes that are signed: every member is said, or nothing is signed.
import { Refusal, instant, isObject, isText, own } from '../verifier/encoding.js';

/** Why a batch is not signed: `record` counts from 1, `member` is a path such as data.inputs[2].quantity. */
export class Unsaid extends Refusal {
  /** @param {string} reason @param {string} [member] */
  constructor(reason, member) {
    super('unsaid', reason);
    this.member = member || '';
    this.record = 0;
  }
}

/** Controls but tab and line feed, and marks of direction: what is shown would not be what is read. */
const UNSEEN = /[\0-\x08\v-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const HOURS_OF_SHANGHAI = 8 * 3600000;

/** One piece of a sentence: its text, and how it looks ('' plain, 'v' a value, 'h' one that is concealed). */
const plain = (/** @type {string} */ text) => [text, ''];

/**
 * Says statements of one language. `words`: what signing.toml holds, by dotted keys; `outlines`: the members of each
 * kind; `hidden`: concealed members by the object that they left; `named`: what names of statements mean.
 */
export class Speaker {
  constructor(words, outlines, hidden = new Map(), named = new Map()) {
    this.words = words;
    this.outlines = outlines;
    this.hidden = hidden;
    this.named = named;
  }

  word(...keys) {
    return keys.map((key) => this.words[key]).find((found) => found !== undefined);
  }

  /** The word of a member or value; without one nothing can be said of it. */
  needed(path, ...keys) {
    const found = this.word(...keys);
    if (found === undefined) throw new Unsaid('no-words', path);
    return found;
  }

  /** A statement: its sentence, and one line for each member that the sentence does not hold. */
  statement(claims, amended = '') {
    const { typ, data } = claims, outline = this.outlines[typ];
    if (!outline) throw new Unsaid('kind', 'typ');
    const said = this.object(outline.members, data, 'data', typ, `kind.${typ}`, amended);
    if (outline.subject && data[outline.subject] !== claims.sub) throw new Unsaid('subject', 'sub');
    return {
      kind: this.needed('typ', `name.${typ}`), sentence: said.pieces, lines: said.lines,
      more: this.around(claims, outline.subject),
    };
  }

  /** What stands around the data of every kind: subject, times, what it builds on, the log that was seen. */
  around({ sub, occurredAt, signedAt, inputs, anchor }, subject) {
    const lines = subject ? [] : [[this.word('member.sub'), [this.text(sub, 'sub')]]];
    lines.push([this.word('member.occurredAt'), [this.time(occurredAt, 'occurredAt')]]);
    for (const [at, { stmt, role }] of inputs.entries()) {
      const pieces = [this.text(role, `inputs[${at}].role`), plain(' '), this.name(stmt, `inputs[${at}].stmt`)];
      lines.push([this.word('member.inputs'), pieces]);
    }
    lines.push([this.word('member.signedAt'), [this.time(signedAt, 'signedAt')]]);
    if (anchor) {
      const { origin, size, root } = anchor;
      lines.push([this.word('member.anchor'), [[`${origin} ${size} ${root.slice(0, 8)}`, 'v']]]);
    }
    return lines;
  }

  /** An object: the template of its key where there is one, then every other member with its label. */
  object(members, data, path, parent, key, amended = '') {
    if (!isObject(data)) throw new Unsaid('form', path);
    const concealed = this.hidden.get(data) || new Map();
    const all = new Map([...Object.entries(data).filter(([name]) => name !== '_sd'), ...concealed]);
    const pieces = [], left = new Map(), order = Object.keys(members);
    // in the order in which the kind declares them; what it does not declare comes first, and is refused
    const sorted = [...all].sort(([left], [right]) => order.indexOf(left) - order.indexOf(right));
    for (const [name, raw] of sorted) {
      const at = `${path}.${name}`;
      if (!own(members, name)) throw new Unsaid('no-words', at);
      const parts = amended && name === 'replacement'
        ? this.inside(this.outlines[amended].members, raw, at, amended, `kind.${amended}`)
        : this.value(members[name], raw, at, name, parent);
      left.set(name, concealed.has(name) ? parts.map(([text, look]) => [text, look && 'h']) : parts);
    }
    for (const part of (this.word(key) || '').split(/(\{\w+\})/)) {
      const name = part[0] === '{' && part.slice(1, -1);
      if (!name) pieces.push(plain(part));
      else if (left.has(name)) {
        pieces.push(...left.get(name));
        left.delete(name);
      } else pieces.push(plain(this.word('say.absent')));
    }
    const lines = [...left].map(([name, parts]) => {
      const label = this.needed(`${path}.${name}`, `member.${parent}.${name}`, `member.${name}`);
      return [concealed.has(name) ? `${label}${this.word('say.concealed')}` : label, parts];
    });
    return { pieces: pieces.filter(([text]) => text), lines };
  }

  value(type, raw, path, name, parent) {
    if (Array.isArray(type)) return this.list(type, raw, path, name, parent);
    if (isObject(type)) {
      const own = `part.${parent}.${name}`;
      return this.inside(type, raw, path, name, this.words[own] === undefined ? `part.${name}` : own);
    }
    const say = this[TYPES[type]];
    if (!say) throw new Unsaid('no-words', path);
    return [say.call(this, raw, path, name)];
  }

  /** A list of values; where several types stand in it, a value of any of them, or null. */
  list(types, raw, path, name, parent) {
    if (types.length > 1) {
      if (raw === null) return [plain(this.needed(path, `say.null.${parent}.${name}`))];
      return this.value(types[Array.isArray(raw) ? 1 : 0], raw, path, name, parent);
    }
    if (!Array.isArray(raw)) throw new Unsaid('form', path);
    if (!raw.length) return [plain(this.word('say.none'))];
    return raw.flatMap((one, at) => {
      const parts = this.value(types[0], one, `${path}[${at}]`, name, parent);
      return at ? [plain(this.word(isObject(types[0]) ? 'say.next' : 'say.and')), ...parts] : parts;
    });
  }

  /** An object inside a sentence: by its template, else each member after its label. */
  inside(members, raw, path, parent, key) {
    const said = this.object(members, raw, path, parent, key);
    const rest = said.lines.flatMap(([label, parts]) => [plain(`${label} `), ...parts, plain(this.word('say.comma'))]);
    if (said.pieces.length && rest.length) said.pieces.push(plain(this.word('say.comma')));
    return [...said.pieces, ...rest.slice(0, -1)];
  }

  text(raw, path) {
    if (!isText(raw) || UNSEEN.test(raw)) throw new Unsaid(isText(raw) ? 'unseen-character' : 'form', path);
    return [raw || this.word('say.empty'), 'v'];
  }

  whole(raw, path) {
    if (!Number.isSafeInteger(raw)) throw new Unsaid('form', path);
    return [String(raw), 'v'];
  }

  quantity(raw, path) {
    const right = isObject(raw) && Object.keys(raw).join() === 'unit,value' && isText(raw.value);
    if (!right || !/^\d{1,15}(\.\d{1,6})?$/.test(raw.value)) throw new Unsaid('form', path);
    return [`${raw.value} ${this.needed(path, `unit.${raw.unit}`)}`, 'v'];
  }

  /** A time as clocks in China show it, whatever zone it is written in. */
  time(raw, path) {
    const micros = instant(raw);
    if (micros === null) throw new Unsaid('form', path);
    const shown = new Date(Number(micros / 1000n) + HOURS_OF_SHANGHAI).toISOString().slice(0, 19).replace('T', ' ');
    return [shown.replace(/:00$/, ''), 'v'];
  }

  choice(raw, path, name) {
    return [this.needed(path, `value.${name}.${raw}`), 'v'];
  }

  /** A text that may be a word of a list. */
  wording(raw, path, name) {
    const [text] = this.text(raw, path);
    return [this.word(`value.${name}.${text}`) || text, 'v'];
  }

  yes(raw, path) {
    if (raw !== true) throw new Unsaid('form', path);
    return [this.word('say.yes'), 'v'];
  }

  /** The last part of a urn, with its owner where that is not who signs. */
  urn(raw, path) {
    const [text] = this.text(raw, path), parts = text.split(':');
    if (parts[0] !== 'urn') return [text, 'v'];
    const owner = parts.length > 3 && parts[2] !== this.owner ? this.word('say.of').replace('{owner}', parts[2]) : '';
    return [parts.slice(parts.length > 3 ? 3 : 2).join(':') + owner, 'v'];
  }

  /** A statement by what it is known as; else the beginning of its id. */
  name(raw, path) {
    const [text] = this.text(raw, path);
    return [this.named.get(text) || this.word('say.record').replace('{id}', text.slice(0, 8)), 'v'];
  }

  secret(raw, path) {
    this.text(raw, path);
    return [this.word('say.secret'), ''];
  }
}

/** Types of members as the outlines name them, and who says them. */
const TYPES = {
  T: 'text', N: 'whole', Q: 'quantity', t: 'time', d: 'text', U: 'urn', S: 'name', H: 'text', K: 'secret', E: 'choice',
  Y: 'yes', W: 'wording',
};
