/**
 * A wire between a client and the exchange, a process of its own, that notes when an order's bytes pass: the moment
 * it is on its way to the exchange, by the machine's monotonic clock, whoever sent it. Asked over IPC.
 */
import { type AddressInfo, connect, createServer } from 'node:net';

const target = Number(process.argv[2]);
/** The ids that the benchmark gives its orders. */
const ORDER_ID = /"clOrdID":"(toll-[\w-]+)"/;
const passedNs = new Map<string, string>();

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
  near.on('data', (bytes) => {
    far.write(bytes);
    const id = ORDER_ID.exec(bytes.toString('latin1'))?.[1];
    if (id !== undefined) passedNs.set(id, String(process.hrtime.bigint()));
  });
  far.on('data', (bytes) => near.write(bytes));
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ passedNs: Object.fromEntries(passedNs) }));
process.on('disconnect', () => process.exit(0));
