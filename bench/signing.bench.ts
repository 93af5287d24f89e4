/** What it costs that the secret lives in another process: one signature there and back, beside the same one made here. */
import { performance } from 'node:perf_hooks';
import type { AskSigner } from '../proxy/src/signer/protocol.ts';
import { startSignerProcess } from '../proxy/src/signer/signer-process.ts';
import { askDesk, createSigningDesk } from '../proxy/src/signer/signing-desk.ts';
import { systemTime } from '../proxy/src/time.ts';
import { printTable } from './table.ts';

const WARM_UP = 1_000;
const SIGNATURES = 10_000;
const BODY = JSON.stringify({
  symbol: 'BTCUSDT',
  clOrdID: 'bench-0123456789abcdef',
  side: 'Buy',
  posSide: 'Merged',
  ordType: 'Limit',
  orderQtyRq: '0.01',
  priceRp: '50000',
  timeInForce: 'GoodTillCancel',
  reduceOnly: false,
});

async function measure(ask: AskSigner): Promise<number[]> {
  await ask('hold', { account: 'bench', apiKey: 'bench-key', secret: Buffer.from('s'.repeat(80)) });
  const micros: number[] = [];
  for (let i = 0; i < WARM_UP + SIGNATURES; i++) {
    const expirySec = Math.floor(Date.now() / 1000) + 10;
    const startedMs = performance.now();
    await ask('sign', {
      account: 'bench',
      order: { method: 'POST', path: '/g-orders', query: '', body: BODY, expirySec, referencePrice: '50000' },
    });
    if (i >= WARM_UP) micros.push((performance.now() - startedMs) * 1000);
  }
  return micros.sort((a, b) => a - b);
}

const row = (name: string, micros: readonly number[]): string[] => [
  name,
  ...[0.5, 0.95, 0.99, 1].map((part) => {
    const index = Math.min(micros.length - 1, Math.floor(micros.length * part));
    return (micros[index] ?? Number.NaN).toFixed(0);
  }),
];

const caps = { orderValueMax: '1000000', leverageMax: '50', ordersPerMinuteMax: 1_000_000 };
const quiet = { error: () => {}, warn: () => {} };
const signer = await startSignerProcess({ caps, time: systemTime, log: quiet });
const apart = await measure(signer.ask);
await signer.stop();
const here = await measure(askDesk(createSigningDesk({ caps, nowMs: Date.now })));
printTable(
  `Signing an order, ${SIGNATURES} times, one after the other (microseconds)`,
  ['where', 'p50', 'p95', 'p99', 'max'],
  [row('in the signer’s process', apart), row('in the same process', here)],
);
