/** What a page costs its main thread over some seconds, as Chromium counts it. */
import type { CDPSession, Page } from '@playwright/test';

/** Shares of one core. */
export interface PageCost {
  readonly task: number;
  readonly script: number;
  readonly layout: number;
  /** Zero when no task was longer than 50 ms. */
  readonly longestMs: number;
}

async function metricsOf(cdp: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

export async function costOf(page: Page, cdp: CDPSession, seconds: number): Promise<PageCost> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
  const before = await metricsOf(cdp);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await metricsOf(cdp);
  const longTasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  const share = (name: string) => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / seconds;
  return {
    task: share('TaskDuration'),
    script: share('ScriptDuration'),
    layout: share('LayoutDuration') + share('RecalcStyleDuration'),
    longestMs: Math.max(0, ...longTasks),
  };
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const longestText = ({ longestMs }: PageCost): string =>
  longestMs === 0 ? '< 50 ms' : `${longestMs.toFixed(0)} ms`;
