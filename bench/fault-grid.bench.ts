/**
 * `npm run bench -- fault-grid`: every fault meets every kind of wish (`GRID='^kill'` for those that are called so), through a
 * real Perpdeck, a real paper exchange and the socket of an open page. Each wish is sent once at most, and once more by
 * its page under the same id; in the end the journal says of each what the exchange has, and the page shows it.
 */
import { type Exchange, openExchange } from './fault-grid/exchange.ts';
import { KILL_STEPS, killRow, ROWS, type Row } from './fault-grid/rows.ts';
import { openSeat } from './fault-grid/seat.ts';
import { GOAL_MS, type Verdict, watch } from './fault-grid/watch.ts';
import { ACTIONS, createWish, isCancel, type Wish } from './fault-grid/wishes.ts';
import { printTable, rigLine } from './table.ts';

const WANTED = new RegExp(process.env.GRID ?? '');
/** Perpdecks at a time: most of what is waited for is an order that can no longer arrive. */
const SEATS = Number(process.env.GRID_SEATS ?? 4);

interface Task {
  readonly fault: string;
  run(): Promise<readonly Verdict[]>;
}

const now = () => performance.now();

async function runRow(exchange: Exchange, row: Row, wishes: readonly Wish[]): Promise<readonly Verdict[]> {
  const seat = await openSeat(exchange, exchange.newAccount(), row.inside);
  try {
    for (const request of wishes.flatMap(({ resting }) => resting)) {
      const told = await seat.ask('rests', request);
      if (told !== 'ANSWERED') throw new Error(`nothing rests: ${told}`);
    }
    for (const fault of row.requests ?? []) {
      for (const { request } of wishes) {
        const { method, path } = request;
        await exchange.fault({ ...fault, account: seat.account.key, method, path });
      }
    }
    const ask = () => Promise.all(wishes.map(({ id, request }) => seat.ask(id, request)));
    const overAtMs = row.storm === undefined ? await ask().then(now) : await row.storm(seat, ask, wishes);
    const watching = watch(seat, wishes, { overAtMs, sentMost: row.sentMost ?? (() => 1) });
    await ask();
    return await watching;
  } finally {
    await seat.close();
  }
}

const isWanted = ({ fault }: { readonly fault: string }) => WANTED.test(fault);
const exchange = await openExchange(ROWS.length + KILL_STEPS.length * ACTIONS.length);
const { products } = exchange;

const onOwnExchange = async (row: Row, wishes: readonly Wish[]) => {
  const own = await openExchange(1);
  return runRow(own, row, wishes).finally(own.close);
};
const rowTasks = ROWS.filter(isWanted).map((row, index): Task => {
  const wishes = ACTIONS.map((action) => createWish(action, `row-${index}`, products));
  return {
    fault: row.fault,
    run: () => (row.isForAll === true ? onOwnExchange(row, wishes) : runRow(exchange, row, wishes)),
  };
});
const killTasks = KILL_STEPS.filter(isWanted).flatMap((step, index) =>
  ACTIONS.filter((action) => step.isOfCancels || !isCancel(action)).map((action): Task => {
    const wish = createWish(action, `kill-${index}`, products);
    return { fault: step.fault, run: () => runRow(exchange, killRow(step, wish.id), [wish]) };
  }),
);

const verdicts = new Map<string, Verdict[]>();
const wrong: string[] = [];
const note = (what: string) => {
  wrong.push(what);
  console.error(what);
};
const queue = [...rowTasks, ...killTasks];
const startedMs = performance.now();
async function work(): Promise<void> {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    const { fault } = task;
    try {
      const told = await task.run();
      verdicts.set(fault, [...(verdicts.get(fault) ?? []), ...told]);
      const words = told.map(
        ({ action, state, pageWrongMs }) => `${action} ${state} ${(pageWrongMs / 1000).toFixed(1)} s`,
      );
      console.log(`${fault}: ${words.join(', ')}`);
      for (const { action, wrong: all } of told) for (const one of all) note(`${fault} x ${action}: ${one}`);
    } catch (error) {
      note(`${fault}: ${(error as Error).message}`);
    }
  }
}
await Promise.all(Array.from({ length: SEATS }, work));
await exchange.close();

const seconds = (values: readonly number[]) =>
  values.length === 0 ? '' : `${(Math.max(...values) / 1000).toFixed(1)} s`;
const cells = [...verdicts.values()].flat();
const faults = [...ROWS, ...KILL_STEPS].map(({ fault }) => fault).filter((fault) => verdicts.has(fault));
printTable(
  `${cells.length} cells: each fault x each wish, in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
  ['fault', ...ACTIONS, 'page wrong', 'done, known', 'not done, known'],
  faults.map((fault) => {
    const row = verdicts.get(fault) ?? [];
    const cellOf = (action: string) => {
      const cell = row.find((one) => one.action === action);
      if (cell === undefined) return '';
      return cell.wrong.length > 0 ? 'WRONG' : cell.isDone ? 'done' : 'not done';
    };
    return [
      fault,
      ...ACTIONS.map(cellOf),
      seconds(row.map(({ pageWrongMs }) => pageWrongMs)),
      seconds(row.filter(({ isDone }) => isDone).map(({ knownMs }) => knownMs)),
      seconds(row.filter(({ isDone }) => !isDone).map(({ knownMs }) => knownMs)),
    ];
  }),
);
console.log(`goal: page wrong and done, known within ${GOAL_MS / 1000} s; wrong: ${wrong.length}`);
console.log(rigLine());
process.exitCode = wrong.length === 0 ? 0 : 1;
