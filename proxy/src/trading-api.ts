/** The proxy's own routes about trading: limits, arming, kill switch, journal, gateway keys. */
import type { FastifyInstance } from 'fastify';
import type { Environment } from '#contract/vocabulary.ts';
import { registerBotApi } from './gateway/bot-api.ts';
import { registerKeysApi } from './gateway/keys-api.ts';
import { registerArmingApi } from './guard/arming-api.ts';
import { registerGuardApi } from './guard/guard-api.ts';
import { registerJournalApi } from './journal/journal-api.ts';
import { registerKillApi } from './kill/kill-api.ts';
import type { KillSwitch } from './kill/kill-switch.ts';
import type { Trading } from './trading.ts';

export interface TradingApiNeeds {
  /** undefined without a key. */
  trading(): Trading | undefined;
  /** undefined: one without a key is not kept. */
  killSwitch(): KillSwitch | undefined;
}

export function registerTradingApi(
  app: FastifyInstance,
  environment: Environment,
  { trading: current, killSwitch }: TradingApiNeeds,
): void {
  registerGuardApi(app, environment, () => current()?.guard);
  registerArmingApi(app, () => current()?.arming);
  registerKillApi(app, killSwitch);
  registerKeysApi(app, {
    gateway: () => current()?.gateway,
    placerOf: (clOrdID) => current()?.placerOf(clOrdID),
  });
  registerBotApi(app, () => current()?.gateway);
  registerJournalApi(app, () => current()?.journal);
}
