// What a long batch says as a whole, computed from the bytes that are signed: counts, sums, lots, counterparts.
const UNIT = 1000000n;
/** Who stands at the other side: by name, else by number. */
const COUNTERPARTS = [['supplierName', 'supplier'], ['receiverName', 'receiver'], ['buyer'], ['lab'], ['principal']];

function micros(/** @type {string} */ text) {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole) * UNIT + BigInt(part.padEnd(6, '0'));
}

function decimal(/** @type {bigint} */ sum) {
  const part = String(sum % UNIT).padStart(6, '0').replace(/0+$/, '');
  return `${sum / UNIT}${part && `.${part}`}`;
}

/** Each kind with its count, sums by unit, lots and counterparts, in the order in which they come. */
export function totalsOf(records) {
  const kinds = new Map();
  for (const { claims, hidden } of records) {
    const one = kinds.get(claims.typ) ||
      { typ: claims.typ, count: 0, sums: new Map(), lots: new Set(), counterparts: new Set() };
    kinds.set(claims.typ, one);
    one.count += 1;
    const said = new Map([...Object.entries(claims.data), ...(hidden.get(claims.data) || [])]);
    const amount = said.get('quantity');
    if (amount) one.sums.set(amount.unit, (one.sums.get(amount.unit) || 0n) + micros(amount.value));
    for (const output of said.get('outputs') || []) {
      one.sums.set(output.quantity.unit, (one.sums.get(output.quantity.unit) || 0n) + micros(output.quantity.value));
    }
    if (claims.sub.startsWith('urn:lot:')) one.lots.add(claims.sub);
    for (const names of COUNTERPARTS) {
      const name = names.find((each) => said.has(each));
      if (name) one.counterparts.add(String(said.get(name)));
    }
  }
  return [...kinds.values()].map((one) => ({
    ...one,
    sums: [...one.sums].map(([unit, sum]) => [decimal(sum), unit]),
    lots: [...one.lots],
    counterparts: [...one.counterparts],
  }));
}
