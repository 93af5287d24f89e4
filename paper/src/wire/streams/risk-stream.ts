/**
 * ras_p: an account's risk units and its wallet; a snapshot on subscription, then what changed. What the account does
 * is told at once, as in aop_p; what the mark price does is gathered over a second (our choice: the documentation
 * does not say how often).
 */
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import { emptyUnit, type RiskUnit, riskUnits } from '../../account/risk-unit.ts';
import type { Clock } from '../../clock.ts';
import type { AccountID } from '../../commands.ts';
import type { Exchange } from '../../exchange.ts';
import { riskUnitMessage, riskWalletMessage } from '../risk-bodies.ts';
import { createTopics, encode, type PrivateStream } from './topic.ts';

type Row = Readonly<Record<string, WireJson>>;

interface Said {
  readonly text: string;
  /** The same with the time and the version of its change. */
  readonly row: Row;
}

interface RiskState {
  readonly account: AccountID;
  /** Said last, by unit and by currency. */
  readonly units: Map<string, Said>;
  readonly wallets: Map<string, Said>;
  isolated: readonly RiskUnit[];
  isScheduled: boolean;
}

export interface RiskStream extends PrivateStream {
  /** Tells what the mark prices have changed. */
  readonly tick: () => void;
}

export interface RiskStreamOptions {
  readonly exchange: Pick<Exchange, 'wallet' | 'positions' | 'subscribe'>;
  readonly clock: Clock;
}

const keyOf = ({ of }: Pick<RiskUnit, 'of'>): string =>
  of === 'CrossAsset' ? of : `${of.symbol} ${of.posSide}`;

/** As the documentation's samples have it: "2024-06-07T02:01:51.246394043Z". */
function printNs(atNs: bigint): string {
  const seconds = new Date(Number(atNs / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(atNs % 1_000_000_000n).padStart(9, '0')}Z`;
}

const inOrderOfKeys = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

export function createRiskStream({ exchange, clock }: RiskStreamOptions): RiskStream {
  // All accounts count together. Begins with the time, to rise over a restart too; so do the versions drawn from it.
  let sequence = clock.nowMs();
  const topics = createTopics<RiskState>((key) => ({
    account: Number(key) as AccountID,
    units: new Map(),
    wallets: new Map(),
    isolated: [],
    isScheduled: false,
  }));

  const write = (type: 'snapshot' | 'incremental', units: readonly Row[], wallets: readonly Row[]): Buffer =>
    encode(writeJson({ risk_units: units, risk_wallets: wallets, sequence, timestamp: clock.nowNs(), type }));

  /** The row, when it says something new; its version is the sequence of the message that is about to tell it. */
  const renew = (said: Map<string, Said>, key: string, row: Row): Row[] => {
    const text = writeJson(row);
    if (said.get(key)?.text === text) return [];
    const stamped = inOrderOfKeys({
      ...row,
      lastUpdateTimeNs: printNs(clock.nowNs()),
      version: sequence + 1,
    });
    said.set(key, { text, row: stamped });
    return [stamped];
  };

  const publish = (state: RiskState): void => {
    state.isScheduled = false;
    const { account } = state;
    const wallet = exchange.wallet(account);
    const now = riskUnits(wallet, exchange.positions(account));
    const open = new Set(now.map(keyOf));
    const gone = state.isolated.filter((unit) => !open.has(keyOf(unit))).map(({ of }) => emptyUnit(of));
    state.isolated = now.filter(({ of }) => of !== 'CrossAsset');
    const units = [...now, ...gone].flatMap((unit) =>
      renew(state.units, keyOf(unit), riskUnitMessage(account, unit)),
    );
    for (const unit of gone) state.units.delete(keyOf(unit));
    const wallets = renew(state.wallets, wallet.currency, riskWalletMessage(wallet));
    if (units.length + wallets.length === 0) return;
    sequence += 1;
    topics.send(String(account), write('incremental', units, wallets));
  };

  const snapshot = (state: RiskState): Buffer => {
    publish(state);
    sequence += 1;
    const rows = (said: ReadonlyMap<string, Said>) => [...said.values()].map(({ row }) => row);
    return write('snapshot', rows(state.units), rows(state.wallets));
  };

  const stop = exchange.subscribe((event) => {
    if (event.kind !== 'account') return;
    const state = topics.get(String(event.accountID));
    if (state === undefined || state.isScheduled) return;
    state.isScheduled = true;
    queueMicrotask(() => publish(state));
  });

  return {
    name: 'ras_p',
    topic: (account) => ({
      key: String(account),
      join: (sink) => topics.join(String(account), sink, snapshot),
    }),
    tick() {
      for (const [, state] of topics.states()) publish(state);
    },
    stop,
  };
}
