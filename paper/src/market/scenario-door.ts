/** Scenarios as the market offers them, and the news of an outage for whoever serves clients. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Scenario, ScenarioRequest, Scenarios } from './scenarios.ts';

export interface ScenarioDoor {
  /** @throws RangeError when there is no such product, or far too many scenarios wait */
  startScenario(request: ScenarioRequest): Scenario;
  /** False when there is no such scenario (any more). The price is where it would have been at once. */
  stopScenario(id: number): boolean;
  /** Those that run or wait, in the order they were asked for. */
  scenarios(): readonly Scenario[];
  /** Called when an outage of everything begins and when it ends: doors are shut meanwhile. */
  onOutage(listener: (isOut: boolean) => void): () => void;
  /** Tells of an outage that began or ended since the last look. */
  look(): void;
}

export function createScenarioDoor(
  scenarios: Scenarios,
  stallOf: (symbol: ProductSymbol) => unknown,
): ScenarioDoor {
  const listeners = new Set<(isOut: boolean) => void>();
  let wasOut = false;
  const look = () => {
    const isOut = scenarios.isOut();
    if (isOut === wasOut) return;
    wasOut = isOut;
    for (const listener of listeners) listener(isOut);
  };
  return {
    look,
    startScenario(request) {
      if (request.symbol !== undefined) stallOf(request.symbol);
      const scenario = scenarios.start(request);
      look();
      return scenario;
    },
    stopScenario(id) {
      const isStopped = scenarios.stop(id);
      look();
      return isStopped;
    },
    scenarios: () => scenarios.list(),
    onOutage(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
