/**
 * Looks at the tables of open and of past orders by turns, one in each frame of the page, so that nothing which a trader
 * could see is missed: an order that is in neither, in both, twice, or comes back.
 */
import type { Page } from '@playwright/test';

/** What one of the two tables had in one frame, by the orders' quantities. */
interface Glance {
  readonly table: 'live' | 'over';
  readonly orders: readonly string[];
}

/** Begins; both tables must have been shown once. The answer ends it and has every glance. */
export async function watchTables(page: Page): Promise<() => Promise<readonly Glance[]>> {
  await page.evaluate(() => {
    const glances: { table: 'live' | 'over'; orders: string[] }[] = [];
    const names = { live: 'Open orders', over: 'Order history' } as const;
    const cells = { live: 'Quantity', over: 'Filled' } as const;
    let shown: 'live' | 'over' = 'live';
    const glance = () => {
      const rows = document.querySelectorAll(
        `table[aria-label="${names[shown]}"] [data-label="${cells[shown]}"]`,
      );
      // "0.0110", or filled of all: "0.0000 / 0.0110".
      const orders = [...rows].map((cell) => cell.textContent?.split('/').at(-1)?.trim() ?? '');
      glances.push({ table: shown, orders });
      shown = shown === 'live' ? 'over' : 'live';
      const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
      tabs.find((tab) => tab.textContent?.startsWith(names[shown]))?.click();
      if (isOn) requestAnimationFrame(glance);
    };
    let isOn = true;
    Object.assign(globalThis, {
      endOfGlances: () => {
        isOn = false;
        return glances;
      },
    });
    requestAnimationFrame(glance);
  });
  return () => page.evaluate(() => (globalThis as unknown as { endOfGlances(): Glance[] }).endOfGlances());
}

/** Everything that was wrong with how `orders` went over from one table to the other. */
export function faultsOf(glances: readonly Glance[], orders: readonly string[]): readonly string[] {
  const faults: string[] = [];
  const isOver = new Set<string>();
  for (const [at, { table, orders: seen }] of glances.entries()) {
    const before = glances[at - 1]?.orders ?? [];
    const say = (what: string, which: readonly string[]) => {
      if (which.length > 0) faults.push(`glance ${at} of ${table}: ${what} ${which.join(' ')}`);
    };
    say(
      'twice',
      seen.filter((order, index) => seen.indexOf(order) !== index),
    );
    if (table === 'live') {
      // Looked at after the past: what was over then cannot be open now.
      say(
        'in both',
        seen.filter((order) => isOver.has(order)),
      );
      continue;
    }
    // Looked at after the open ones: what was not open then must be over now.
    const missing = orders.filter((order) => !seen.includes(order) && !before.includes(order));
    say('in neither', at === 0 ? [] : missing);
    say(
      'gone again',
      [...isOver].filter((order) => !seen.includes(order)),
    );
    for (const order of seen) isOver.add(order);
  }
  return faults;
}
