/**
 * JSON with bigints as bare integers: the exchange's nanosecond times and sequences pass 2^53, and a quoted or
 * rounded one is wrong. Otherwise the same text as `JSON.stringify`.
 */
export type WireJson =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly WireJson[]
  | { readonly [key: string]: WireJson };

/** Text that needs no escaping, as nearly all of the wire's does: quoting it is then a matter of two characters. */
const PLAIN = /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/;
const text = (value: string): string => (PLAIN.test(value) ? `"${value}"` : JSON.stringify(value));

function writeList(list: readonly WireJson[]): string {
  let out = '[';
  for (let index = 0; index < list.length; index++) {
    if (index > 0) out += ',';
    out += writeJson(list[index]);
  }
  return `${out}]`;
}

function writeRecord(record: { readonly [key: string]: WireJson }): string {
  let out = '{';
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value === undefined) continue;
    if (out.length > 1) out += ',';
    out += `${text(key)}:${writeJson(value)}`;
  }
  return `${out}}`;
}

/** Absent fields are left out; an absent list entry, like a number that is not finite, becomes null. */
export function writeJson(value: WireJson): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value)
        ? writeList(value)
        : writeRecord(value as { readonly [key: string]: WireJson });
  }
}
