/** The id by which an order is known before the exchange has seen it, and looked up if its answer is lost. */
import type { ClOrdID } from '#contract/brand.ts';

const CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-';
const LENGTH = 24;

/** "pd-" and 24 random characters: 64 possibilities each, so a byte's lowest six bits choose one evenly. */
export function newClOrdID(bytes: Uint8Array = crypto.getRandomValues(new Uint8Array(LENGTH))): ClOrdID {
  const characters = Array.from(bytes, (byte) => CHARACTERS.charAt(byte & 63));
  return `pd-${characters.join('')}` as ClOrdID;
}
