/**
 * Names of products as the exchange writes them: capitals and digits, and a small letter before some ("u1000PEPEUSDT").
 * It imports nothing, so that the signer can use it.
 */
export const PRODUCT_NAME = /^[a-z]?[A-Z0-9]{1,30}$/;

/** Names as people type them, in any case, with commas or spaces between. The one small letter stands before a number. */
export const readProductNames = (text: string): string[] =>
  text
    .toUpperCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => name.replace(/^U(?=\d)/, 'u'));
