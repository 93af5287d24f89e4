/**
 * The gateway keys of one account: issued, listed, revoked, and recognised by what they have signed. No secret is kept:
 * the signer makes it anew of the account's own secret and the key's terms, so a locked account lets no bot in, and
 * terms that were changed on the disk make another secret.
 */
import { createHash } from 'node:crypto';
import type { GatewayKey, IssuedKey, KeyRecord, KeyTerms } from '#contract/gateway.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import { createTokenBucket } from '../door/token-bucket.ts';
import type { ExchangeClock } from '../exchange/clock-offset.ts';
import { type Signer, unsigned } from '../exchange/sign.ts';
import type { Time } from '../time.ts';
import { newID } from '../token.ts';
import type { Log } from '../watch/log.ts';
import { type Bot, createBots } from './bots.ts';
import { type Claim, isInTime } from './claim.ts';
import { createDeadMen, type DeadMen, type DeadMenNeeds } from './dead-men.ts';
import type { KeyStore } from './key-store.ts';

/** "Last used" need not be more exact than this on the disk. */
const USED_EVERY_MS = 60_000;
/** Market data asked for without a key, by all bots together. */
const MARKET_REQUESTS = { burst: 60, perSecond: 5 };

export interface GatewayNeeds extends Omit<DeadMenNeeds, 'records' | 'put'> {
  readonly store: KeyStore;
  /** Environment and account, as in the journal. */
  readonly account: string;
  readonly signer: Signer;
  readonly clock: ExchangeClock;
  readonly time: Time;
  readonly log: Log;
}

export interface Gateway {
  /** Some key is in force: bots without one may ask for market data. */
  isOpen(): boolean;
  /** Who has signed; the body as it came. */
  recognise(claim: Claim, body: string): Promise<Bot | Refusal>;
  /** Spends one request for market data. */
  mayAskMarket(): boolean;
  list(): readonly GatewayKey[];
  /** The names of those whose dead-man timer has fired and was not renewed. */
  silent(): readonly string[];
  /** @throws SignerError, the system's error: no key was made. */
  make(terms: KeyTerms): Promise<IssuedKey | Refusal>;
  /** By id or name; its sockets end. False: there is no such key. @throws the system's error */
  revoke(idOrName: string): boolean;
  readonly deadMen: DeadMen;
  stop(): void;
}

/** Whatever is said here is part of the secret. */
const wordsOf = ({ id, account, madeAtMs, terms }: KeyRecord): string => {
  const { name, scope, symbols, valueMax, expiresAtMs, onSilence } = terms;
  return JSON.stringify([id, account, madeAtMs, name, scope, symbols, valueMax, expiresAtMs, onSilence]);
};

const isOver = ({ terms: { expiresAtMs } }: KeyRecord, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs;

/** The keys of this account, and when each was used. */
function createRecords({ store, account, time, log }: GatewayNeeds) {
  const usedAtMs = new Map<string, number>();
  /** When that was last tried: a full disk is not asked at every request. */
  const triedAtMs = new Map<string, number>();
  return {
    all: () => store.list().filter((record) => record.account === account),
    /** undefined: not known, over, or of another account. */
    inForce(id: string): KeyRecord | undefined {
      const record = store.find(id);
      return record?.account === account && !isOver(record, time.nowMs()) ? record : undefined;
    },
    usedAtMs: ({ id, lastUsedAtMs }: KeyRecord) => usedAtMs.get(id) ?? lastUsedAtMs,
    touch(record: KeyRecord): void {
      const nowMs = time.nowMs();
      usedAtMs.set(record.id, nowMs);
      if (nowMs - (triedAtMs.get(record.id) ?? record.lastUsedAtMs ?? 0) < USED_EVERY_MS) return;
      triedAtMs.set(record.id, nowMs);
      try {
        store.put({ ...record, lastUsedAtMs: nowMs });
      } catch (error) {
        log.warn({ err: error as Error }, 'the use of a gateway key could not be written down');
      }
    },
    putDeadMan(id: string, deadMan: KeyRecord['deadMan']): void {
      const record = store.find(id);
      if (record === undefined) return;
      const { deadMan: _before, ...rest } = record;
      store.put(deadMan === undefined ? rest : { ...rest, deadMan });
    },
    remove(id: string): void {
      store.remove(id);
      usedAtMs.delete(id);
      triedAtMs.delete(id);
    },
  };
}

export function createGateway(needs: GatewayNeeds): Gateway {
  const { store, account, signer, time, log } = needs;
  const market = createTokenBucket(time, MARKET_REQUESTS);
  const records = createRecords(needs);
  const { inForce } = records;
  const deadMen = createDeadMen({ ...needs, records: records.all, put: records.putDeadMan });
  const bots = createBots({ time, inForce, hasFired: (id) => deadMen.state(id).at === 'fired' });
  const endOverdue = time.every(1_000, () => bots.endWhere((id) => inForce(id) === undefined));

  const toKey = (record: KeyRecord): GatewayKey => {
    const { id, madeAtMs, terms } = record;
    const used = records.usedAtMs(record);
    const deadMan = deadMen.state(id);
    return { id, ...terms, madeAtMs, ...(used === undefined ? {} : { lastUsedAtMs: used }), deadMan };
  };

  return {
    isOpen: () => records.all().some((record) => !isOver(record, time.nowMs())),
    async recognise(claim, body) {
      const record = inForce(claim.keyID);
      if (record === undefined) return refusal('UNKNOWN_KEY');
      if (!isInTime(claim, time.nowMs(), needs.clock.nowMs())) return refusal('EXPIRED');
      try {
        const text = claim.textOf(body);
        if (!(await signer.isSignedByGateway(wordsOf(record), text, claim.signature))) {
          return refusal('WRONG_SIGNATURE');
        }
      } catch (error) {
        return unsigned(error);
      }
      const current = inForce(claim.keyID);
      if (current === undefined) return refusal('UNKNOWN_KEY');
      records.touch(current);
      return bots.of(record.id);
    },
    mayAskMarket: () => market.take(),
    list: () => records.all().map(toKey),
    silent: () =>
      records
        .all()
        .filter(({ id }) => deadMen.state(id).at === 'fired')
        .map(({ terms }) => terms.name),
    async make(terms) {
      if (records.all().some((record) => record.terms.name === terms.name)) {
        return refusal('ACCOUNT', 'There is a key of that name: revoke it first, or choose another name.');
      }
      if (store.isFull) return refusal('ACCOUNT', 'There are too many gateway keys: revoke some.');
      const nowMs = time.nowMs();
      if (terms.expiresAtMs !== null && terms.expiresAtMs <= nowMs) {
        return refusal('BAD_REQUEST', 'The key would be over before it begins.');
      }
      const record: KeyRecord = { id: newID(), account, madeAtMs: nowMs, terms };
      const secret = await signer.gatewaySecret(wordsOf(record));
      store.put(record);
      log.info({ key: terms.name, scope: terms.scope }, 'a gateway key was made');
      return { key: toKey(record), secret };
    },
    revoke(idOrName) {
      const record = records.all().find(({ id, terms }) => id === idOrName || terms.name === idOrName);
      if (record === undefined) return false;
      records.remove(record.id);
      deadMen.forget(record.id);
      bots.endWhere((id) => id === record.id);
      log.info({ key: record.terms.name }, 'a gateway key was revoked');
      return true;
    },
    deadMen,
    stop() {
      endOverdue();
      deadMen.stop();
      bots.endWhere(() => true);
    },
  };
}

/** Names a signed request in the journal, where no signature may stand. */
export const nameOfSignature = ({ signature }: Claim): string =>
  `signed-${createHash('sha256').update(signature).digest('hex').slice(0, 40)}`;
