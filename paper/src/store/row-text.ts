/**
 * Rows are stored as JSON text. Money and nanoseconds are bigints, which JSON has no word for: they are written as
 * {"n":"123"}, which no other field of ours looks like.
 */
const isBigintBox = (value: unknown): value is { readonly n: string } =>
  typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'string';

export const toRowText = (row: object): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? { n: `${value}` } : value));

/** The caller says the type: the text was written by this module in a file that bears our mark and version. */
export const fromRowText = <Row>(text: string): Row =>
  JSON.parse(text, (_key, value: unknown) => (isBigintBox(value) ? BigInt(value.n) : value)) as Row;
