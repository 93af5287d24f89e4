/**
 * Bots as their keys allow them: what each may do, and how much of the exchange's request budget bots may take, each and
 * together, so that the trader's own orders and everybody's cancels always have room.
 */
import type { KeyRecord } from '#contract/gateway.ts';
import type { GuardLimits } from '#contract/guard.ts';
import type { Mutation } from '#contract/wire/mutation.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import { createTokenBucket } from '../door/token-bucket.ts';
import { weightOf } from '../exchange/rate-budget.ts';
import type { Time } from '../time.ts';

/** Of the exchange's 500 a minute: 250 for all bots, 190 for one. What takes risk away is counted, and never waits for it. */
const ALL_BOTS = { burst: 100, perSecond: 2.5 };
const ONE_BOT = { burst: 70, perSecond: 2 };
/** Of the proxy itself. A timer needs no more, and no order can use them up. */
const OWN_REQUESTS = { burst: 20, perSecond: 2 };

/** Within what an order of a key must stay, beside the trader's own limits. */
export interface KeyLimits {
  readonly name: string;
  /** As they are now: none is left to a key that is over. */
  limits(): GuardLimits;
}

export interface Bot extends KeyLimits {
  readonly id: string;
  readonly mayTrade: boolean;
  /** Why its key does not allow it, whatever the limits say. */
  refuse(mutation: Mutation): Refusal | undefined;
  /** Spends of its budget; what takes risk away passes when that is spent, too. */
  spend(path: string, isProtective: boolean): boolean;
  /** Spends one request to the proxy itself. */
  mayAskProxy(): boolean;
  /** `onEnd` runs when the key is over or revoked. */
  attach(onEnd: () => void): () => void;
}

/** The page and the kill switch name their orders so, and show them as the trader's. */
const SCREEN_ID = 'pd-';

interface BotsNeeds {
  readonly time: Time;
  /** undefined: over or revoked. */
  inForce(id: string): KeyRecord | undefined;
  /** Its dead-man timer has, and was not renewed. */
  hasFired(id: string): boolean;
}

export interface Bots {
  of(id: string): Bot;
  endWhere(isEnded: (id: string) => boolean): void;
}

const NO_LIMITS: GuardLimits = {
  ...{ orderValueMax: null, positionValueMax: null, leverageMax: null, priceDistanceMax: null },
  ...{ ordersPerMinuteMax: null, openOrdersMax: null, dailyLossMax: null, symbols: null },
  confirmAbove: null,
  isReadOnly: false,
};

export function createBots({ time, inForce, hasFired }: BotsNeeds): Bots {
  const all = createTokenBucket(time, ALL_BOTS);
  const bots = new Map<string, { readonly bot: Bot; end(): void }>();

  const create = (id: string, { terms }: KeyRecord) => {
    const { name, scope, symbols, valueMax } = terms;
    const bucket = createTokenBucket(time, ONE_BOT);
    const ownRequests = createTokenBucket(time, OWN_REQUESTS);
    const ends = new Set<() => void>();
    const bot: Bot = {
      id,
      name,
      mayTrade: scope === 'trade',
      limits: () => ({
        ...NO_LIMITS,
        orderValueMax: valueMax,
        positionValueMax: valueMax,
        symbols,
        isReadOnly: inForce(id) === undefined || hasFired(id),
      }),
      refuse(mutation) {
        const { symbol } = mutation;
        if (mutation.kind === 'place' && mutation.clOrdID.startsWith(SCREEN_ID)) {
          return refusal('NOT_PERMITTED', `Order ids that begin with ${SCREEN_ID} are the screen’s own.`);
        }
        if (scope !== 'trade') return refusal('NOT_PERMITTED', `The key ${name} may only read.`);
        if (symbols === null || symbols.includes(symbol)) return undefined;
        return refusal('NOT_PERMITTED', `The key ${name} may not trade this symbol.`);
      },
      spend(path, isProtective) {
        const weight = weightOf(path);
        if (!isProtective) return bucket.has(weight) && all.take(weight) && bucket.take(weight);
        for (const one of [bucket, all]) one.drain(weight);
        return true;
      },
      mayAskProxy: () => ownRequests.take(),
      attach(onEnd) {
        ends.add(onEnd);
        return () => ends.delete(onEnd);
      },
    };
    return {
      bot,
      end() {
        for (const onEnd of ends) onEnd();
        ends.clear();
      },
    };
  };
  return {
    of(id) {
      const record = inForce(id);
      if (record === undefined) throw new Error('not in force');
      const known = bots.get(id) ?? create(id, record);
      bots.set(id, known);
      return known.bot;
    },
    endWhere(isEnded) {
      for (const [id, { end }] of bots) {
        if (!isEnded(id)) continue;
        bots.delete(id);
        end();
      }
    },
  };
}
