/**
 * The proxy on one exchange with one key, and its moves to another: everything that knows the exchange is closed and
 * made anew, so that nothing of one account can reach another. The page's address and its sessions stay.
 */
import type { KeyState } from '#contract/status.ts';
import type { Environment } from '#contract/vocabulary.ts';
import type { AccountApiNeeds } from './connect/account-api.ts';
import type { AccountDesk, Selection } from './connect/account-desk.ts';
import type { ExchangeHosts } from './exchange/exchanges.ts';
import { createSigner } from './exchange/sign.ts';
import { PAPER_KEY } from './keys.ts';
import type { ProxyOptions, RunningProxy } from './server.ts';
import type { AskSigner } from './signer/protocol.ts';
import { hashOf } from './token.ts';
import type { Log } from './watch/log.ts';

/** Where a proxy is, and with which key. */
export interface Placed extends Pick<ProxyOptions, 'port' | 'environment' | 'signer'> {
  readonly exchange: ExchangeHosts;
  readonly key: KeyState;
  /** Names environment and account in the journal. */
  readonly scope: string;
  readonly accounts: AccountApiNeeds;
}

export interface DeckNeeds {
  readonly desk: AccountDesk;
  readonly ask: AskSigner;
  readonly log: Log;
  /** Starts the embedded paper exchange, or knows where another is. */
  openExchange(environment: Environment): Promise<ExchangeHosts & { close(): Promise<void> }>;
  start(placed: Placed): Promise<RunningProxy>;
  /** It could not be opened anew: there is nothing to go on with. */
  onBroken(error: unknown): void;
}

export interface Deck {
  /** While it moves, the one that is being closed. */
  readonly proxy: RunningProxy;
  readonly isMoving: boolean;
  /** To what the desk has selected meanwhile. */
  move(): void;
  close(): Promise<void>;
}

interface Opened {
  readonly selection: Selection;
  readonly exchange: ExchangeHosts & { close(): Promise<void> };
  readonly proxy: RunningProxy;
}

/** Of the hash of an API key, in the journal. */
const ACCOUNT_DIGITS = 16;

/** Of a key no more than a hash; the embedded paper exchange's own is new at each start, and its account is one. */
function scopeOf({ environment, signing }: Selection): string {
  if (signing === undefined || signing.account === PAPER_KEY) return environment;
  return `${environment} ${hashOf(signing.apiKey).toString('hex').slice(0, ACCOUNT_DIGITS)}`;
}

/** @throws what starting the exchange or the proxy throws, the first time. */
export async function openDeck(port: number, needs: DeckNeeds): Promise<Deck> {
  const { desk, ask, log } = needs;
  let moving: Promise<void> = Promise.resolve();
  let isClosed = false;
  let isMoving = false;

  const open = async (atPort: number, kept?: Opened['exchange']): Promise<Opened> => {
    const selection = desk.selection();
    const { environment, signing, key } = selection;
    const exchange = kept ?? (await needs.openExchange(environment));
    const signer = signing && createSigner(ask, signing.account, signing.apiKey);
    const accounts = { desk, move };
    const placed = { port: atPort, environment, exchange, signer, key, accounts, scope: scopeOf(selection) };
    const proxy = await needs.start(placed);
    return { selection, exchange, proxy };
  };
  const moveNow = async () => {
    const { selection, exchange, proxy } = opened;
    if (isClosed || JSON.stringify(selection) === JSON.stringify(desk.selection())) return;
    const { environment, key } = desk.selection();
    log.info({ environment, key: key.state }, 'moving');
    const atPort = Number(new URL(proxy.url).port);
    isMoving = true;
    await proxy.close();
    const stays = environment === selection.environment;
    if (!stays) await exchange.close();
    opened = await open(atPort, stays ? exchange : undefined);
    isMoving = false;
    // The kill switch may have been pulled on the way.
    opened.proxy.killSwitch()?.takeUp();
  };
  const move = () => {
    moving = moving.then(moveNow).catch(needs.onBroken);
  };
  let opened = await open(port);

  return {
    get isMoving() {
      return isMoving;
    },
    get proxy() {
      return opened.proxy;
    },
    move,
    async close() {
      isClosed = true;
      await moving;
      await opened.proxy.close();
      await opened.exchange.close();
    },
  };
}
