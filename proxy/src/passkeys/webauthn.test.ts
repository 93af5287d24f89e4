import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../tests/authenticator.ts';
import { type Credential, checkAssertion, checkRegistration, type Expected } from './webauthn.ts';

const EXPECTED: Expected = {
  challenge: 'c2l4dGVlbiBieXRlcyBvZiBjaGFuY2U',
  party: { origin: 'https://deck.lan:8443', id: 'deck.lan' },
};

const registered = (kind: 'ec' | 'rsa' | 'ed25519' = 'ec') => {
  const authenticator = createAuthenticator(kind);
  const credential = checkRegistration(authenticator.register(EXPECTED), EXPECTED);
  if (credential === undefined) throw new Error('not registered');
  return { authenticator, credential };
};

describe.each(['ec', 'rsa', 'ed25519'] as const)('a passkey with a key of kind %s', (kind) => {
  it('is taken, and signs in again and again', () => {
    const { authenticator, credential } = registered(kind);
    let now: Credential | undefined = credential;
    for (let time = 0; time < 2; time++) {
      now = checkAssertion(authenticator.sign(EXPECTED), now ?? credential, EXPECTED);
      expect(now).toMatchObject({ id: credential.id, publicKey: credential.publicKey });
    }
  });
});

const elsewhere = (party: Partial<Expected['party']>): Expected => ({
  ...EXPECTED,
  party: { ...EXPECTED.party, ...party },
});
const WRONG: readonly (readonly [why: string, wrong: { asked: Expected; flags?: number }])[] = [
  ['another challenge', { asked: { ...EXPECTED, challenge: 'YW5vdGhlcg' } }],
  ['another origin', { asked: elsewhere({ origin: 'https://evil.lan:8443' }) }],
  ['another port', { asked: elsewhere({ origin: 'https://deck.lan' }) }],
  ['another party', { asked: elsewhere({ id: 'lan' }) }],
  ['nobody there', { asked: EXPECTED, flags: 0x44 }],
  ['nobody who proved who it is', { asked: EXPECTED, flags: 0x41 }],
];

describe('what is not taken', () => {
  it.each(WRONG)('%s, for a new passkey or a sign-in', (_why, { asked, flags }) => {
    const { authenticator, credential } = registered();
    expect(checkRegistration(authenticator.register(asked, flags), EXPECTED)).toBeUndefined();
    expect(checkAssertion(authenticator.sign(asked, flags), credential, EXPECTED)).toBeUndefined();
  });

  it('a signature of something else, of another key, or over changed data', () => {
    const { authenticator, credential } = registered();
    const good = authenticator.sign(EXPECTED);
    const other = createAuthenticator('ec').sign(EXPECTED);
    const changed = Buffer.from(good.authenticatorData, 'base64url');
    changed[36] = (changed[36] ?? 0) + 1;
    for (const bad of [
      { ...good, signature: other.signature },
      { ...good, signature: '' },
      { ...good, authenticatorData: changed.toString('base64url') },
      { ...good, authenticatorData: '' },
      { ...good, clientData: 'bm8ganNvbg' },
      { ...good, id: other.id },
    ]) {
      expect(checkAssertion(bad, credential, EXPECTED)).toBeUndefined();
    }
    expect(checkAssertion(good, credential, EXPECTED)).toBeDefined();
  });

  it('a sign-in for a registration and the reverse', () => {
    const { authenticator, credential } = registered();
    const { signature: _none, ...signed } = authenticator.sign(EXPECTED);
    expect(checkRegistration({ ...signed, publicKey: credential.publicKey }, EXPECTED)).toBeUndefined();
    const made = authenticator.register(EXPECTED);
    expect(checkAssertion({ ...made, signature: '' }, credential, EXPECTED)).toBeUndefined();
  });

  it('a counter that has not risen: it may be a copy', () => {
    const { authenticator, credential } = registered();
    const first = authenticator.sign(EXPECTED);
    const after = checkAssertion(first, credential, EXPECTED);
    expect(checkAssertion(first, after ?? credential, EXPECTED)).toBeUndefined();
  });

  it('a key of a kind that was not asked for, or none', () => {
    const weak = createAuthenticator('weak');
    expect(checkRegistration(weak.register(EXPECTED), EXPECTED)).toBeUndefined();
    const none = { ...createAuthenticator('ec').register(EXPECTED), publicKey: 'AAAA' };
    expect(checkRegistration(none, EXPECTED)).toBeUndefined();
  });
});
