/**
 * Scenarios that are asked for: which run on which product and when, and what they do there together. They go on over
 * a restart, at the moment that the clock says; the price path underneath is as it would have been.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Rate } from '../commands.ts';
import type { Funding } from './funding.ts';
import type { ProductPath } from './path.ts';
import {
  combine,
  type Effects,
  NO_EFFECTS,
  SCENARIO_SCRIPTS,
  type ScenarioName,
  SPIKE_RATE,
} from './scenario-effects.ts';

export interface ScenarioRequest {
  readonly name: ScenarioName;
  /** Absent: every product. */
  readonly symbol?: ProductSymbol;
  /** Absent, or past: now. */
  readonly atMs?: number;
}

export interface Scenario {
  readonly id: number;
  readonly name: ScenarioName;
  readonly symbol?: ProductSymbol;
  readonly atMs: number;
  readonly endsMs: number;
}

/** What is asked for, and the spikes that funding history remembers. */
export interface ScenarioStore {
  load(): readonly Scenario[];
  save(scenarios: readonly Scenario[]): void;
}

export interface Scenarios {
  /** @throws RangeError when far too many are waiting */
  start(request: ScenarioRequest): Scenario;
  /** False when there is no such scenario (any more). The price is where it would have been at once. */
  stop(id: number): boolean;
  /** Those that run or wait, in the order they were asked for. */
  list(): readonly Scenario[];
  effects(symbol: ProductSymbol, atMs: number): Effects;
  /** Whether an outage of everything runs. */
  isOut(): boolean;
  /** What spikes add to the rate of a settlement. */
  spikeRate(symbol: ProductSymbol, settlement: { atMs: number; intervalMs: number }): bigint;
}

/** Waiting and running ones, so that a script gone wrong is told. */
const SCENARIOS_MAX = 200;
/** Spikes that funding history remembers. */
const SPIKES_MAX = 1_000;

export function createScenarios(nowMs: () => number, store?: ScenarioStore): Scenarios {
  const stored = store?.load() ?? [];
  let scenarios = stored.filter(({ endsMs }) => endsMs > nowMs());
  let spikes = stored.filter(({ name }) => name === 'funding-spike');
  let made = Math.max(0, ...stored.map(({ id }) => id));
  const keep = () => store?.save([...new Set([...spikes, ...scenarios])].sort((a, b) => a.id - b.id));
  const concerns = (scenario: Scenario, symbol: ProductSymbol) =>
    scenario.symbol === undefined || scenario.symbol === symbol;
  const isRunning = ({ atMs, endsMs }: Scenario, timeMs: number) => timeMs >= atMs && timeMs < endsMs;
  const dropEnded = () => {
    if (scenarios.some(({ endsMs }) => endsMs <= nowMs())) {
      scenarios = scenarios.filter(({ endsMs }) => endsMs > nowMs());
    }
  };

  return {
    start({ name, symbol, atMs = nowMs() }) {
      dropEnded();
      if (scenarios.length >= SCENARIOS_MAX) throw new RangeError(`${SCENARIOS_MAX} scenarios wait already`);
      const startMs = Math.max(atMs, nowMs());
      const scenario: Scenario = {
        id: ++made,
        name,
        ...(symbol === undefined ? {} : { symbol }),
        atMs: startMs,
        endsMs: startMs + SCENARIO_SCRIPTS[name].durationMs,
      };
      scenarios = [...scenarios, scenario];
      if (name === 'funding-spike') spikes = [...spikes, scenario].slice(-SPIKES_MAX);
      keep();
      return scenario;
    },
    stop(id) {
      dropEnded();
      const stopped = scenarios.find((scenario) => scenario.id === id);
      if (stopped === undefined) return false;
      scenarios = scenarios.filter((scenario) => scenario !== stopped);
      spikes = spikes.filter((scenario) => scenario !== stopped);
      keep();
      return true;
    },
    list() {
      dropEnded();
      return scenarios;
    },
    effects(symbol, atMs) {
      let effects = NO_EFFECTS;
      for (const scenario of scenarios) {
        if (!concerns(scenario, symbol) || !isRunning(scenario, atMs)) continue;
        effects = combine(effects, SCENARIO_SCRIPTS[scenario.name].effects(atMs - scenario.atMs));
      }
      return effects;
    },
    isOut: () =>
      scenarios.some(
        (scenario) =>
          scenario.name === 'outage' && scenario.symbol === undefined && isRunning(scenario, nowMs()),
      ),
    spikeRate(symbol, { atMs, intervalMs }) {
      const concerned = spikes.filter(
        (spike) => concerns(spike, symbol) && spike.atMs < atMs && spike.atMs >= atMs - intervalMs,
      );
      return SPIKE_RATE * BigInt(concerned.length);
    },
  };
}

/** The path as it is lived through: history and the days to come stay as they are. */
export function livePath(path: ProductPath, scenarios: Scenarios): ProductPath {
  const effects = (atMs: number) => scenarios.effects(path.symbol, atMs);
  return {
    ...path,
    fair: (atMs) => path.fair(atMs) * effects(atMs).price,
    lotsPerSec: (atMs) => path.lotsPerSec(atMs) * effects(atMs).flow,
    stress: (atMs) => path.stress(atMs) * effects(atMs).stress,
  };
}

export function liveFunding(
  funding: Funding,
  scenarios: Scenarios,
  product: { symbol: ProductSymbol; fundingIntervalSec: number },
): Funding {
  const { symbol } = product;
  const intervalMs = product.fundingIntervalSec * 1000;
  const spiked = (rate: Rate, atMs: number) =>
    (rate + scenarios.spikeRate(symbol, { atMs, intervalMs })) as Rate;
  return {
    ...funding,
    premium: (atMs) => funding.premium(atMs) + scenarios.effects(symbol, atMs).premium,
    rateAt: (atMs) => spiked(funding.rateAt(atMs), atMs),
    history: (nowMs, query) =>
      funding.history(nowMs, query).map((record) => ({ ...record, rate: spiked(record.rate, record.atMs) })),
  };
}
