/** The passkeys that sign in, and the questions (challenges) that are open: each is good for one answer, for two minutes. */
import type { Time } from '../time.ts';
import { newToken } from '../token.ts';
import type { Passkey, PasskeyFile } from './passkey-file.ts';
import {
  type Assertion,
  checkAssertion,
  checkRegistration,
  type Registration,
  type RelyingParty,
} from './webauthn.ts';

const ANSWER_MS = 2 * 60_000;
/** Questions of strangers push the oldest out; a browser asks again. */
const QUESTIONS_MAX = 32;
const PASSKEYS_MAX = 16;

export type Question = 'make' | 'sign-in';

export interface Passkeys {
  /** Of this host. */
  list(host: string): readonly Passkey[];
  /** Of any host: whether one could sign in at all. */
  isAny(): boolean;
  /** A new challenge, base64url. */
  ask(what: Question): string;
  /** False: it is not what was asked for, or there are too many. @throws the system's error */
  add(given: Registration & { challenge: string }, party: RelyingParty, madeIn: string): boolean;
  /** False: it does not sign in here. */
  check(given: Assertion & { challenge: string }, party: RelyingParty): boolean;
  /** @throws the system's error */
  remove(id: string): void;
}

export function createPasskeys(file: PasskeyFile, time: Time): Passkeys {
  /** When they end, by question and challenge; oldest first. */
  const open = new Map<string, number>();
  const spend = (what: Question, challenge: string): boolean => {
    const endsAtMs = open.get(`${what} ${challenge}`);
    open.delete(`${what} ${challenge}`);
    return endsAtMs !== undefined && endsAtMs > time.monoMs();
  };
  const list = (host: string) => file.list().filter((passkey) => passkey.host === host);

  return {
    list,
    isAny: () => file.list().length > 0,
    ask(what) {
      const [oldest] = open.keys();
      if (open.size >= QUESTIONS_MAX && oldest !== undefined) open.delete(oldest);
      const challenge = newToken();
      open.set(`${what} ${challenge}`, time.monoMs() + ANSWER_MS);
      return challenge;
    },
    add({ challenge, ...given }, party, madeIn) {
      if (!spend('make', challenge) || file.list().length >= PASSKEYS_MAX) return false;
      const credential = checkRegistration(given, { challenge, party });
      if (credential === undefined) return false;
      const others = file.list().filter(({ id }) => id !== credential.id);
      file.write([...others, { ...credential, host: party.id, madeIn, addedAtMs: time.nowMs() }]);
      return true;
    },
    check({ challenge, ...given }, party) {
      if (!spend('sign-in', challenge)) return false;
      const known = list(party.id).find(({ id }) => id === given.id);
      const after = known && checkAssertion(given, known, { challenge, party });
      if (known === undefined || after === undefined) return false;
      if (after.counter !== known.counter) {
        file.write(file.list().map((one) => (one === known ? { ...known, counter: after.counter } : one)));
      }
      return true;
    },
    remove: (id) => file.write(file.list().filter((one) => one.id !== id)),
  };
}
