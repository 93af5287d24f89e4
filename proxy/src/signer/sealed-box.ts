/** Opens what the page sealed (contract/src/sealed.ts is the other half); the key pair is new at each start. */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto';
import type { SealPurpose } from '#contract/sealed.ts';
import { SignerError } from './protocol.ts';

const POINT_BYTES = 65;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const BOX_BYTES_MAX = 4 * 1024;
const INFO = 'perpdeck sealed v1';

const unreadable = () =>
  new SignerError('MALFORMED', 'What was sealed cannot be opened: reload the page and try again.');

export interface SealedBox {
  readonly publicKey: Uint8Array;
  /** The fields as bytes; whoever asked zeroes them. @throws SignerError */
  open(box: Uint8Array, purpose: SealPurpose): Buffer[];
}

export function createSealedBox(): SealedBox {
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys();
  return {
    publicKey: new Uint8Array(publicKey),
    open(box, purpose) {
      if (box.length <= POINT_BYTES + IV_BYTES + TAG_BYTES || box.length > BOX_BYTES_MAX) throw unreadable();
      const theirs = box.subarray(0, POINT_BYTES);
      const iv = box.subarray(POINT_BYTES, POINT_BYTES + IV_BYTES);
      const sealed = box.subarray(POINT_BYTES + IV_BYTES, -TAG_BYTES);
      try {
        const shared = pair.computeSecret(theirs);
        const key = Buffer.from(hkdfSync('sha256', shared, theirs, INFO, 32));
        const opening = createDecipheriv('aes-256-gcm', key, iv);
        opening.setAAD(Buffer.from(purpose));
        opening.setAuthTag(box.subarray(-TAG_BYTES));
        const packed = Buffer.concat([opening.update(sealed), opening.final()]);
        shared.fill(0);
        key.fill(0);
        return unpackFields(packed);
      } catch {
        throw unreadable();
      }
    },
  };
}

/** Zeroes `packed`. */
function unpackFields(packed: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < packed.length) {
    const end = at + 2 + packed.readUInt16BE(at);
    if (end > packed.length) throw unreadable();
    fields.push(Buffer.from(packed.subarray(at + 2, end)));
    at = end;
  }
  packed.fill(0);
  return fields;
}
