/**
 * A stand-alone paper exchange with two accounts, and a Perpdeck that trades on it as the first of them; taps on both
 * its wires.
 */
import { test as base, expect } from '@playwright/test';
import { ccxtAt, type ExchangeSide, exchangeSide } from './exchange-side.ts';
import { makeDataDir, type StartedDeck, type StartedPaper, startDeck, startPaper } from './processes.ts';
import { type RestTap, startRestTap } from './rest-tap.ts';
import { startWireTap, type WireTap } from './wire-tap.ts';

export const OWN_KEY = 'own-key-0123456789';
export const OWN_SECRET = 'own-secret-0123456789abcdef0123456789';
export const OTHER_KEY = 'other-key-0123456789';
export const OTHER_SECRET = 'other-secret-0123456789abcdef01234567';

export interface SharedExchange {
  readonly deck: StartedDeck;
  readonly tap: WireTap;
  readonly restTap: RestTap;
  readonly exchangeUrl: string;
  /** Something done to the exchange that no trader can: see docs/paper.md. */
  administer(path: string, body: object, method?: 'POST' | 'PUT'): Promise<void>;
  /** Kills the exchange without a goodbye. */
  killExchange(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restartExchange(): Promise<void>;
  close(): Promise<void>;
}

export async function startSharedExchange(): Promise<SharedExchange> {
  const paperDir = makeDataDir();
  const deckDir = makeDataDir();
  const options = {
    dataDir: paperDir.path,
    accounts: [`${OWN_KEY}:${OWN_SECRET}`, `${OTHER_KEY}:${OTHER_SECRET}`],
  };
  let paper: StartedPaper = await startPaper(options);
  const { port } = paper;
  const tap = await startWireTap(`ws://127.0.0.1:${port}/ws`);
  const restTap = await startRestTap(paper.url);
  const deck = await startDeck(
    deckDir.path,
    ['--exchange', 'paper', '--exchange-url', restTap.url, '--exchange-ws', tap.url],
    { PERPDECK_API_KEY: OWN_KEY, PERPDECK_API_SECRET: OWN_SECRET },
  );
  return {
    deck,
    tap,
    restTap,
    exchangeUrl: paper.url,
    async administer(path, body, method = 'POST') {
      const token = /token (\S+)/.exec(paper.output())?.[1] ?? '';
      const answer = await fetch(`${paper.url}/admin${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    killExchange: () => paper.kill(),
    async restartExchange() {
      paper = await startPaper({ ...options, port });
    },
    async close() {
      await deck.stop();
      await tap.close();
      await restTap.close();
      await paper.stop();
      paperDir.remove();
      deckDir.remove();
    },
  };
}

/** One more Perpdeck on that exchange, which has no key yet. */
export async function startKeyless({ exchangeUrl }: SharedExchange): Promise<{
  readonly link: string;
  close(): Promise<void>;
}> {
  const dir = makeDataDir();
  const deck = await startDeck(dir.path, [
    ...['--exchange', 'testnet', '--exchange-url', exchangeUrl],
    ...['--exchange-ws', `${exchangeUrl.replace('http', 'ws')}/ws`],
  ]);
  return {
    link: deck.link,
    async close() {
      await deck.stop();
      dir.remove();
    },
  };
}

export const test = base.extend<{ shared: SharedExchange; exchange: ExchangeSide }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern.
  shared: async ({}, use) => {
    const shared = await startSharedExchange();
    await use(shared);
    await shared.close();
  },
  exchange: async ({ shared }, use) => {
    const own = { apiKey: OWN_KEY, secret: OWN_SECRET };
    await use(exchangeSide(await ccxtAt(shared.exchangeUrl, own)));
  },
});

export { expect };
