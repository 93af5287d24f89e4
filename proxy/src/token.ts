/** Unguessable tokens: 32 bytes in base64url. Whoever keeps one keeps its hash. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';

const TOKEN_BYTES = 32;

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** Tells one thing from others; guards nothing. */
export const newID = (): string => randomUUID();

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
