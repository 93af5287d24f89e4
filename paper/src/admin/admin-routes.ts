/** What the admin endpoint can do: accounts and their play money, faults, scenarios, and the clock. Money and rates are decimal text. */
import * as z from 'zod/mini';
import type { ProductSymbol } from '#contract/brand.ts';
import type { AccountID, Rate, Units } from '../commands.ts';
import type { Exchange } from '../exchange.ts';
import { faultSchema } from '../faults/fault.ts';
import type { FaultControl } from '../faults/fault-desk.ts';
import type { Market } from '../market/market.ts';
import type { SpeedClock } from '../speed-clock.ts';
import { decimalText, printRate, printUnits, readRate, readUnits } from '../wire/scale.ts';
import { AdminError, type AdminRoute, readAs } from './admin-route.ts';

/** Longer steps are asked for again: an hour's market takes a while. */
const STEP_MS_MAX = 24 * 3_600_000;

export interface AdminAccount {
  readonly name: string;
  readonly apiKey: string;
  readonly account: AccountID;
}

export interface AdminParts {
  readonly accounts: readonly AdminAccount[];
  readonly exchange: Pick<Exchange, 'bank' | 'wallet'>;
  readonly faults: FaultControl;
  readonly market: Pick<Market, 'products' | 'scenarios' | 'startScenario' | 'stopScenario'>;
  /** What a reset without a balance makes it. */
  readonly freshBalance: Units;
  readonly nowMs: () => number;
  /** Absent where time is not ours to move. */
  readonly clock: SpeedClock | undefined;
}

const decimal = z.union([z.string(), z.number()]);

function readMoney(value: string | number): Units {
  const amount = readUnits(decimalText(value) ?? '');
  if (amount === undefined) throw new AdminError(400, `${value} is not an amount`);
  return amount;
}

function readFeeRate(value: string | number): Rate {
  const rate = readRate(decimalText(value) ?? '');
  if (rate === undefined) throw new AdminError(400, `${value} is not a rate`);
  return rate;
}

function accountRoutes({ accounts, exchange, freshBalance }: AdminParts): AdminRoute[] {
  const { bank } = exchange;
  const find = ({ name = '' }: Readonly<Record<string, string>>): AdminAccount => {
    const found = accounts.find((account) => account.name === name);
    if (found === undefined) throw new AdminError(404, `There is no account ${name}`);
    return found;
  };
  const show = ({ name, apiKey, account }: AdminAccount) => {
    const { currency, balance, used } = exchange.wallet(account);
    const { maker, taker } = bank.fees(account);
    return {
      name,
      apiKey,
      currency,
      balance: printUnits(balance),
      used: printUnits(used),
      fees: { maker: printRate(maker), taker: printRate(taker) },
    };
  };
  return [
    { method: 'GET', path: '/admin/accounts', answer: () => accounts.map(show) },
    { method: 'GET', path: '/admin/accounts/:name', answer: (_body, params) => show(find(params)) },
    {
      method: 'POST',
      path: '/admin/accounts/:name/deposit',
      answer(body, params) {
        const found = find(params);
        bank.deposit(found.account, readMoney(readAs(z.strictObject({ amount: decimal }), body).amount));
        return show(found);
      },
    },
    {
      method: 'POST',
      path: '/admin/accounts/:name/reset',
      answer(body, params) {
        const found = find(params);
        const { balance } = readAs(z.strictObject({ balance: z.optional(decimal) }), body);
        bank.reset(found.account, balance === undefined ? freshBalance : readMoney(balance));
        return show(found);
      },
    },
    {
      method: 'PUT',
      path: '/admin/accounts/:name/fees',
      answer(body, params) {
        const found = find(params);
        const { maker, taker } = readAs(z.strictObject({ maker: decimal, taker: decimal }), body);
        bank.setFees(found.account, { maker: readFeeRate(maker), taker: readFeeRate(taker) });
        return show(found);
      },
    },
  ];
}

const faultRoutes = ({ faults }: AdminParts): AdminRoute[] => [
  { method: 'GET', path: '/admin/faults', answer: () => faults.list() },
  {
    method: 'POST',
    path: '/admin/faults',
    answer: (body) => ({ id: faults.add(readAs(faultSchema, body)) }),
  },
  {
    method: 'DELETE',
    path: '/admin/faults',
    answer() {
      faults.liftAll();
      return [];
    },
  },
  {
    method: 'DELETE',
    path: '/admin/faults/:id',
    answer(_body, { id }) {
      if (!faults.lift(Number(id))) throw new AdminError(404, `There is no fault ${id} (any more)`);
      return faults.list();
    },
  },
];

function clockRoutes({ clock, nowMs }: AdminParts): AdminRoute[] {
  const show = () => ({ nowMs: nowMs(), speed: clock === undefined ? 1 : clock.speed() });
  const movable = (): SpeedClock => {
    if (clock === undefined) throw new AdminError(409, 'The time of this exchange cannot be changed');
    return clock;
  };
  return [
    { method: 'GET', path: '/admin/clock', answer: show },
    {
      method: 'PUT',
      path: '/admin/clock',
      answer(body) {
        movable().setSpeed(readAs(z.strictObject({ speed: z.number() }), body).speed);
        return show();
      },
    },
    {
      method: 'POST',
      path: '/admin/clock/step',
      async answer(body) {
        const ms = z.int().check(z.minimum(1), z.maximum(STEP_MS_MAX));
        await movable().step(readAs(z.strictObject({ ms }), body).ms);
        return show();
      },
    },
  ];
}

const scenarioSchema = z.strictObject({
  name: z.enum(['flash-crash', 'gap', 'funding-spike', 'outage', 'one-sided-book']),
  symbol: z.optional(z.string()),
  atMs: z.optional(z.number()),
});

function scenarioRoutes({ market }: AdminParts): AdminRoute[] {
  return [
    { method: 'GET', path: '/admin/scenarios', answer: () => market.scenarios() },
    {
      method: 'POST',
      path: '/admin/scenarios',
      answer(body) {
        const { name, symbol, atMs } = readAs(scenarioSchema, body);
        if (symbol !== undefined && !market.products.some(({ spec }) => spec.symbol === symbol)) {
          throw new AdminError(404, `There is no product ${symbol}`);
        }
        return market.startScenario({
          name,
          ...(symbol === undefined ? {} : { symbol: symbol as ProductSymbol }),
          ...(atMs === undefined ? {} : { atMs }),
        });
      },
    },
    {
      method: 'DELETE',
      path: '/admin/scenarios/:id',
      answer(_body, { id }) {
        if (!market.stopScenario(Number(id)))
          throw new AdminError(404, `There is no scenario ${id} (any more)`);
        return market.scenarios();
      },
    },
  ];
}

export const adminRoutes = (parts: AdminParts): AdminRoute[] => [
  ...accountRoutes(parts),
  ...faultRoutes(parts),
  ...clockRoutes(parts),
  ...scenarioRoutes(parts),
];
