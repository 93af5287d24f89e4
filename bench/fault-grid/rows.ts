/** What befalls the wishes, one line of the grid each. */
import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Inside, Seat } from './seat.ts';
import { wireName } from './wire.ts';
import { type Action, isCancel, type Wish } from './wishes.ts';

export interface Row {
  readonly fault: string;
  readonly inside?: Inside;
  /** What befalls the request of each wish. */
  readonly requests?: readonly object[];
  /** Asks for all of them amid what else happens; the answer is when that was over. */
  storm?(seat: Seat, ask: () => Promise<unknown>, wishes: readonly Wish[]): Promise<number>;
  sentMost?(action: Action): number;
  /** Alone on an exchange of its own: it befalls all of an exchange's accounts. */
  readonly isForAll?: boolean;
}

const DONE_UNANSWERED = [{ kind: 'drop' }];
const NOT_DONE = [{ kind: 'drop', executed: false }];
const CLOCK_OFF_MS = 90_000;

const TRANSPORT: readonly Row[] = [
  { fault: 'connection reset before', requests: NOT_DONE },
  { fault: 'connection reset after', requests: DONE_UNANSWERED },
  { fault: 'request lost', requests: [{ kind: 'lose', executed: false }] },
  { fault: 'answer lost', requests: [{ kind: 'lose' }] },
  { fault: '502 after success', requests: [{ kind: 'error', status: 502 }] },
  { fault: '429', requests: [{ kind: 'too-many-requests', retryAfterSec: 1 }] },
  { fault: 'answered twice', requests: [{ kind: 'duplicate-answer' }] },
  { fault: 'answer stalled for 30 s', requests: [{ kind: 'delay', ms: 30_000 }] },
  { fault: 'request stalled for 30 s', requests: [{ kind: 'delay', executed: false, ms: 30_000 }] },
];

const streamFault = (fault: object, lastsMs: number): Pick<Row, 'storm'> => ({
  async storm({ exchange, account }, ask) {
    const lift = await exchange.fault({ ...fault, account: account.key });
    await Promise.all([ask(), setTimeout(lastsMs)]);
    await lift();
    return performance.now();
  },
});
const STREAM: readonly Row[] = [
  { fault: 'stream gap', ...streamFault({ kind: 'lose-message', stream: 'aop_p', count: 100 }, 1_000) },
  {
    fault: 'stream cut, answer lost',
    requests: DONE_UNANSWERED,
    async storm({ exchange, account }, ask) {
      const asked = ask();
      await exchange.fault({ kind: 'drop-socket', account: account.key });
      await asked;
      return performance.now();
    },
  },
  { fault: 'events silent for 8 s', ...streamFault({ kind: 'silence', stream: 'aop_p' }, 8_000) },
  { fault: 'stream silent for 20 s', ...streamFault({ kind: 'silence' }, 20_000) },
  {
    fault: 'stream silent for 20 s, answer lost',
    requests: DONE_UNANSWERED,
    ...streamFault({ kind: 'silence' }, 20_000),
  },
];

const clockInside = (offMs: number, waits: boolean): Pick<Row, 'inside'> => ({
  inside: { GRID_CLOCK_OFF_MS: String(offMs), ...(waits ? { GRID_CLOCK_WAITS: '1' } : {}) },
});
/** The machine's clock is set in the middle of it. */
const setsClock: Pick<Row, 'storm'> = {
  async storm(seat, ask) {
    process.kill(seat.pid(), 'SIGUSR2');
    await ask();
    return performance.now();
  },
};
/** The exchange's own clock is: what it refuses meanwhile is over when it goes right again. */
const exchangeClock = (ms: number): Pick<Row, 'storm' | 'isForAll'> => ({
  isForAll: true,
  async storm({ exchange }, ask) {
    const lift = await exchange.fault({ kind: 'clock-skew', ms });
    await ask();
    await lift();
    return performance.now();
  },
});
const CLOCK: readonly Row[] = [
  ...[
    ['ahead', CLOCK_OFF_MS],
    ['behind', -CLOCK_OFF_MS],
  ].flatMap(([how, off]): readonly Row[] => [
    {
      fault: `clock 90 s ${how}, answer lost`,
      requests: DONE_UNANSWERED,
      ...clockInside(Number(off), false),
    },
    { fault: `clock 90 s ${how}, request lost`, requests: NOT_DONE, ...clockInside(Number(off), false) },
    {
      fault: `clock set 90 s ${how}, answer lost`,
      ...{ requests: DONE_UNANSWERED, ...clockInside(Number(off), true), ...setsClock },
    },
    { fault: `exchange’s clock set 90 s ${how}`, ...exchangeClock(Number(off)) },
  ]),
];

/** No byte can be written to any file any more, or it can again. */
function limitFiles(pid: number, limit: '0' | 'unlimited'): void {
  const { status, stderr } = spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${limit}:`]);
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
/** Until every wish is on its way. */
const allSent = ({ wire }: Seat, wishes: readonly Wish[]) =>
  Promise.all(
    wishes.map((wish) => new Promise<void>((resolve) => wire.onFirst(wireName(wish.request), resolve))),
  );
const DISK_MS = 3_000;
const DISK: readonly Row[] = [
  {
    fault: 'disk full',
    async storm(seat, ask) {
      limitFiles(seat.pid(), '0');
      await Promise.all([ask(), setTimeout(DISK_MS)]);
      limitFiles(seat.pid(), 'unlimited');
      return performance.now();
    },
  },
  {
    fault: 'disk full before the answer',
    requests: [{ kind: 'delay', ms: 2_000 }],
    async storm(seat, ask, wishes) {
      const sent = allSent(seat, wishes);
      const asked = ask();
      await sent;
      limitFiles(seat.pid(), '0');
      await Promise.all([asked, setTimeout(DISK_MS)]);
      limitFiles(seat.pid(), 'unlimited');
      return performance.now();
    },
  },
  {
    fault: 'disk full before the answer, then kill -9',
    requests: [{ kind: 'delay', ms: 1_000 }],
    async storm(seat, ask, wishes) {
      const sent = allSent(seat, wishes);
      const asked = ask();
      await sent;
      limitFiles(seat.pid(), '0');
      await asked;
      await seat.kill();
      return seat.restart();
    },
  },
];

export const ROWS: readonly Row[] = [...TRANSPORT, ...STREAM, ...CLOCK, ...DISK];

/** A cancel waits for no disk: its row is written while it is on its way, and never synced by itself. */
export const KILL_STEPS = [
  { fault: 'kill -9 before its row', dies: 'before its row', isOfCancels: true },
  { fault: 'kill -9, row written', dies: 'row written', isOfCancels: true },
  { fault: 'kill -9, row on the disk', dies: 'row synced', isOfCancels: false },
  { fault: 'kill -9, SENDING written', dies: 'after SENDING', isOfCancels: false },
  { fault: 'kill -9, bytes on the wire', dies: undefined, isOfCancels: true },
  { fault: 'kill -9, answer read', dies: 'before ACKED', isOfCancels: true },
  { fault: 'kill -9, ACKED written', dies: 'after ACKED', isOfCancels: true },
] as const;

/** One wish, and the death of its Perpdeck at a step of the journal. */
export function killRow({ fault, dies }: (typeof KILL_STEPS)[number], id: string): Row {
  const inside = dies === undefined ? {} : { inside: { GRID_DIES_AT: dies, GRID_WISH: id } };
  return {
    ...{ fault, ...inside },
    async storm(seat, ask, [wish]) {
      if (dies === undefined && wish !== undefined)
        seat.wire.onFirst(wireName(wish.request), () => void seat.kill());
      await ask();
      await seat.gone();
      return seat.restart();
    },
    // A cancel that died before its row may have left, and is asked for again.
    sentMost: (action) => (dies === 'before its row' && isCancel(action) ? 2 : 1),
  };
}
