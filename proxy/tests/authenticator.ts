/** An authenticator of software, as a browser would speak for it. */
import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes, sign } from 'node:crypto';
import type { Assertion, Expected, Registration } from '../src/passkeys/webauthn.ts';

export type KeyKind = 'ec' | 'rsa' | 'ed25519' | 'weak';

export interface Authenticator {
  register(asked: Expected, flags?: number): Registration;
  sign(asked: Expected, flags?: number): Assertion;
}

function newPair(kind: KeyKind): KeyPairKeyObjectResult {
  switch (kind) {
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'weak':
      return generateKeyPairSync('rsa', { modulusLength: 1024 });
  }
}

export function createAuthenticator(kind: KeyKind): Authenticator {
  const { publicKey, privateKey } = newPair(kind);
  const id = randomBytes(32);
  let counter = 0;

  const clientData = (type: string, { challenge, party }: Expected) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: party.origin, crossOrigin: false }));
  const head = ({ party }: Expected, flags: number) => {
    counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([createHash('sha256').update(party.id).digest(), Buffer.from([flags]), count]);
  };
  return {
    register(asked, flags = 0x45) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const data = Buffer.concat([head(asked, flags), Buffer.alloc(16), length, id]);
      return {
        id: id.toString('base64url'),
        clientData: clientData('webauthn.create', asked).toString('base64url'),
        authenticatorData: data.toString('base64url'),
        publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
      };
    },
    sign(asked, flags = 0x05) {
      const told = clientData('webauthn.get', asked);
      const data = head(asked, flags);
      const signed = Buffer.concat([data, createHash('sha256').update(told).digest()]);
      return {
        id: id.toString('base64url'),
        clientData: told.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign(kind === 'ed25519' ? null : 'sha256', signed, privateKey).toString('base64url'),
      };
    },
  };
}
