/** Starts the flood, and hears how much of it was answered. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface FloodReport {
  /** Answered a second. */
  readonly requests: number;
  readonly handshakes: number;
}

export async function startFlood(origin: string): Promise<{ stop(): Promise<FloodReport> }> {
  const child = fork(join(dirname(fileURLToPath(import.meta.url)), 'flood.ts'), [origin], {
    execArgv: ['--import', 'tsx'],
  });
  await once(child, 'message');
  return {
    async stop() {
      child.send('report');
      const [report] = (await once(child, 'message')) as [FloodReport];
      child.disconnect();
      return report;
    },
  };
}
