/** A WebSocket message as it lies on the wire, made once however many sockets it goes to. */

import type { Brand } from '#contract/brand.ts';

/** Whole, and ready to be written. */
export type TextFrame = Brand<Buffer, 'TextFrame'>;

const FINAL_TEXT = 0x81;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_IN_EIGHT_BYTES = 127;

/** Unmasked, as a server sends it (RFC 6455, 5.2). */
export function textFrame(text: string | Buffer): TextFrame {
  const payload = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const { length } = payload;
  const headBytes = length < LENGTH_IN_TWO_BYTES ? 2 : length < 0x1_00_00 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = FINAL_TEXT;
  if (headBytes === 2) {
    frame[1] = length;
  } else if (headBytes === 4) {
    frame[1] = LENGTH_IN_TWO_BYTES;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_IN_EIGHT_BYTES;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  payload.copy(frame, headBytes);
  return frame as TextFrame;
}
