/** What REST has answered, kept and refreshed by TanStack Query: the page's one cache, also readable outside React. */
import { QueryClient } from '@tanstack/react-query';
import type { Result } from '#contract/result.ts';
import { type Fault, faultSentence } from './rest.ts';

/** A fault on its way through the query library, which knows failures as exceptions only. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(faultSentence(fault));
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** The value of an answer, or its fault thrown. @throws FaultError */
export function valueOrThrow<T>(result: Result<T, Fault>): T {
  if (result.ok) return result.value;
  throw new FaultError(result.problem);
}

/** Asking again helps where nothing was understood yet; a plain refusal stays one. */
const isWorthRetrying = (error: Error): boolean =>
  error instanceof FaultError && (error.fault.kind === 'network' || error.fault.kind === 'proxy');

const RETRIES_MAX = 5;
const RETRY_MS_MAX = 8_000;

export const restCache = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < RETRIES_MAX && isWorthRetrying(error),
      retryDelay: (failures) => Math.min(RETRY_MS_MAX, 500 * 2 ** failures),
      // The network that matters is loopback: the browser's idea of being online says nothing about it.
      networkMode: 'always',
      refetchOnWindowFocus: false,
    },
  },
});
