/**
 * `npm run kill`: halts trading from the terminal. Where no Perpdeck runs, the halt waits in the data folder: the next
 * one that starts opens nothing and clears everything out.
 */
import { parseArgs } from 'node:util';
import type { HaltState } from '#contract/halt.ts';
import { askControl, type Control } from '../control-socket.ts';
import { dataDirPath } from '../data-dir.ts';
import { openHalts } from './halt-file.ts';

const USAGE = `npm run kill                        halt trading and cancel every order
npm run kill -- --close-positions   and close every position with reduce-only market orders
npm run kill -- --arm               arm trading again
npm run kill -- --look              what the kill switch has done`;

const OPTIONS = {
  'close-positions': { type: 'boolean' },
  arm: { type: 'boolean' },
  look: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const count = (many: number | undefined, what: string): string =>
  many === undefined ? `${what}s not seen yet` : `${many} ${what}${many === 1 ? '' : 's'} open`;

/** One line for a state. */
function inWords(state: HaltState): string {
  if (state.at === 'armed') return 'Trading is armed.';
  if (state.at === 'waiting') {
    return (
      'Trading is halted, but Perpdeck has no key just now, so NOTHING WAS CANCELED: your orders are still at the ' +
      'exchange. As soon as an account is unlocked it is cleared out; or use the exchange’s own page now.'
    );
  }
  const { canceled, closed, openOrders, openPositions, problems } = state;
  const done = [
    `round ${state.rounds}`,
    `canceled in ${canceled.length === 0 ? 'no symbol' : canceled.join(', ')}`,
    ...closed.map(({ side, qty, symbol }) => `${side.toLowerCase()} ${qty} ${symbol}`),
    count(openOrders, 'order'),
    count(openPositions, 'position'),
    ...problems.slice(-1),
  ].join('; ');
  if (state.at === 'halting') return `Trading is halted, still clearing out: ${done}`;
  return `Trading is halted, and the exchange shows it: ${done}.`;
}

function controlOf(given: { [K in keyof typeof OPTIONS]?: boolean | undefined }): Control {
  if (given.arm) return 'arm';
  if (given.look) return 'look';
  return given['close-positions'] ? 'kill and close' : 'kill';
}

function leaveForNextStart(folder: string, control: Control): string {
  const halts = openHalts(folder);
  if (control === 'look') {
    const where = halts.where();
    const words = where.length === 0 ? 'Trading is armed.' : `Trading is halted on ${where.join(', ')}.`;
    return `Perpdeck is not running on ${folder}. ${words}`;
  }
  if (control === 'arm') {
    halts.removeAll();
    return `Perpdeck is not running on ${folder}. Trading is armed on every account from its next start on.`;
  }
  halts.left.write({
    sinceMs: Date.now(),
    who: 'npm run kill',
    closesPositions: control === 'kill and close',
  });
  return (
    `Perpdeck is not running on ${folder}, so NOTHING WAS CANCELED: your orders are still at the exchange. ` +
    'Its next start will open nothing and clear out every account that it is on; or use the exchange’s own page now.'
  );
}

async function run(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS, allowPositionals: false });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const folder = dataDirPath(process.env);
  const control = controlOf(values);
  const end = await askControl(folder, control, (state) => console.log(inWords(state)));
  if (end.kind === 'state') return end.state.at === 'halted' || end.state.at === 'armed' ? 0 : 1;
  console.error(end.kind === 'problem' ? `NOT DONE: ${end.problem}` : leaveForNextStart(folder, control));
  return 1;
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
