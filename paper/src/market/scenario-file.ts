/** Where scenarios survive a restart: one small file, written whole whenever one is started or stopped. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIO_SCRIPTS } from './scenario-effects.ts';
import type { Scenario, ScenarioStore } from './scenarios.ts';

const FILE = 'scenarios.json';

function isScenario(value: unknown): value is Scenario {
  const { id, name, symbol, atMs, endsMs } = (value ?? {}) as Partial<Record<keyof Scenario, unknown>>;
  return (
    Number.isSafeInteger(id) &&
    typeof name === 'string' &&
    Object.hasOwn(SCENARIO_SCRIPTS, name) &&
    (symbol === undefined || typeof symbol === 'string') &&
    Number.isFinite(atMs) &&
    Number.isFinite(endsMs)
  );
}

/** Before the first one there is no file; one that cannot be read is a market without scenarios. */
function read(path: string): readonly Scenario[] {
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(stored) ? stored.filter(isScenario) : [];
  } catch {
    return [];
  }
}

export function openScenarioFile(folder: string): ScenarioStore {
  const path = join(folder, FILE);
  return {
    load: () => read(path),
    save(scenarios) {
      const temporary = `${path}.new`;
      writeFileSync(temporary, JSON.stringify(scenarios), { mode: 0o600 });
      renameSync(temporary, path);
    },
  };
}
