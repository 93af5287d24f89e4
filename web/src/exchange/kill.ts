/** The proxy's kill switch: halts trading and clears out, or arms trading again. What it does comes with the status. */
import type { HaltState } from '#contract/halt.ts';
import type { Result } from '#contract/result.ts';
import { parseHalt } from '#contract/wire/relay-notice.ts';
import { type Fault, proxyRequest } from './rest.ts';

function read(body: unknown): HaltState {
  const halt = parseHalt(body);
  if (!halt.ok) throw new Error(halt.problem.message);
  return halt.value;
}

export const haltTrading = (closesPositions: boolean): Promise<Result<HaltState, Fault>> =>
  proxyRequest('POST', '/api/kill', { body: { closesPositions } }, read);

export const armTrading = (): Promise<Result<HaltState, Fault>> =>
  proxyRequest('DELETE', '/api/kill', {}, read);
