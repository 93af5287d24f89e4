/**
 * Who may use the admin endpoint: a program on this machine that knows the token, and no page in any browser. The
 * checks and their reasons: docs/decisions/010-admin-endpoint.md.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const ADMIN_PATH = '/admin';
/** Shorter ones could be tried out. */
export const ADMIN_TOKEN_LENGTH_MIN = 16;

export interface DoorRefusal {
  readonly status: 401 | 403;
  readonly error: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Undefined when the request may pass. `port` is the one the exchange listens on. */
export function refuseAtDoor(
  headers: IncomingHttpHeaders,
  port: number,
  token: string,
): DoorRefusal | undefined {
  const { host, origin, authorization = '' } = headers;
  // A name that was made to point at this machine (DNS rebinding) stands in Host.
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { status: 403, error: 'Only for 127.0.0.1 and localhost' };
  }
  // Browsers say where a request comes from, and a page cannot keep them from it.
  if (origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    return { status: 403, error: 'Not for browsers' };
  }
  const given = authorization.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
  if (!timingSafeEqual(digest(given), digest(token))) {
    return { status: 401, error: 'The admin token is missing or wrong (Authorization: Bearer TOKEN)' };
  }
  return undefined;
}
