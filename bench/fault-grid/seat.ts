/** A trader: an account of the exchange, a Perpdeck of its own on it that can die and be started again, and an open page. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { JournalEntry } from '#contract/api.ts';
import type { ExchangeRequest } from '#contract/wire/requests.ts';
import { makeDataDir, type StartedDeck, startDeck } from '../../e2e/processes.ts';
import { signInTo } from '../relay/rig.ts';
import type { Exchange } from './exchange.ts';
import { openPage, type Page, type PaperAccount } from './sight.ts';
import { openWire, type Wire } from './wire.ts';

const INSIDE = new URL('./inside.mjs', import.meta.url).href;
/** As it is shipped; the exchange's start has built it where it was not. */
const PROGRAM = 'dist/server/proxy.mjs';
const READY_MS = 20_000;
const NO_LIMITS = {
  ...{ orderValueMax: null, positionValueMax: null, leverageMax: null, priceDistanceMax: null },
  ...{ ordersPerMinuteMax: null, openOrdersMax: null, dailyLossMax: null, symbols: null },
  ...{ confirmAbove: null, isReadOnly: false },
};

/** What `inside.mjs` is told. */
export type Inside = Readonly<Record<`GRID_${string}`, string>>;

interface Running {
  readonly deck: StartedDeck;
  readonly session: Awaited<ReturnType<typeof signInTo>>;
}

export interface Seat {
  readonly account: PaperAccount;
  readonly exchange: Exchange;
  readonly wire: Wire;
  /** Of the Perpdeck that runs now. */
  pid(): number;
  page(): Page;
  /** The answer's code, ANSWERED, or undefined where there was none. */
  ask(id: string, request: ExchangeRequest): Promise<string | undefined>;
  journal(): Promise<readonly JournalEntry[]>;
  /** kill -9, now; resolves once it is gone. */
  kill(): Promise<void>;
  /** Resolves once it has ended by itself. */
  gone(): Promise<void>;
  /** After an end, with nothing inside; resolves when it listens, and says when that was. */
  restart(): Promise<number>;
  close(): Promise<void>;
}

export async function openSeat(exchange: Exchange, account: PaperAccount, inside?: Inside): Promise<Seat> {
  const dir = makeDataDir();
  writeFileSync(join(dir.path, 'guard.json'), JSON.stringify({ paper: NO_LIMITS }), { mode: 0o600 });
  const wire = await openWire(exchange.port);
  const start = async (env: NodeJS.ProcessEnv = {}): Promise<Running> => {
    const args = ['--exchange', 'paper', '--exchange-url', wire.url, '--exchange-ws', exchange.ws];
    const keys = { PERPDECK_API_KEY: account.key, PERPDECK_API_SECRET: account.secret };
    const deck = await startDeck(dir.path, args, { ...keys, ...env }, PROGRAM);
    return { deck, session: await signInTo(deck) };
  };
  const look = ({ deck, session }: Running) => openPage({ url: deck.url, session });
  let running = await start(inside && { ...inside, NODE_OPTIONS: `--import ${INSIDE}` });
  let page = await look(running);
  const call = (
    { deck, session }: Running,
    target: string,
    { method, body }: { method: string; body: string },
    id: string,
  ) =>
    fetch(`${deck.url}${target}`, {
      method,
      headers: {
        ...{ cookie: session.cookie, origin: deck.url, 'x-perpdeck-token': session.headerToken },
        ...{ 'sec-fetch-site': 'same-origin', 'idempotency-key': id },
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
    });
  /** Nothing is opened before the exchange's clock is known. */
  const ready = async () => {
    const untilMs = performance.now() + READY_MS;
    while (performance.now() < untilMs) {
      const answer = await call(running, '/api/status', { method: 'GET', body: '' }, 'status');
      if ('clockOffsetMs' in ((await answer.json()) as object)) return;
      await setTimeout(50);
    }
    throw new Error(`${account.key} is not ready`);
  };
  await ready();
  return {
    ...{ account, exchange, wire },
    pid: () => running.deck.pid,
    page: () => page,
    async ask(id, { method, path, query, body }) {
      try {
        const target = `/exchange${path}${query === '' ? '' : `?${query}`}`;
        const answer = await call(running, target, { method, body }, id);
        const told = (await answer.json()) as { error?: { code: string } };
        return told.error?.code ?? 'ANSWERED';
      } catch {
        return undefined;
      }
    },
    async journal() {
      const answer = await call(running, '/api/journal', { method: 'GET', body: '' }, 'journal');
      const lines = (await answer.text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as JournalEntry);
    },
    kill: () => running.deck.kill(),
    gone: () => running.deck.gone(),
    async restart() {
      page.close();
      running = await start();
      const listensAtMs = performance.now();
      page = await look(running);
      return listensAtMs;
    },
    async close() {
      page.close();
      await running.deck.stop();
      wire.close();
      dir.remove();
    },
  };
}
