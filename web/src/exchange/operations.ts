/** How the proxy runs, asked for while somebody looks. */
import { type OperationsView, parseOperations } from '#contract/operations.ts';
import type { Result } from '#contract/result.ts';
import { type Fault, proxyRequest } from './rest.ts';

function read(body: unknown): OperationsView {
  const view = parseOperations(body);
  if (!view.ok) throw new Error(view.problem.message);
  return view.value;
}

export const fetchOperations = (): Promise<Result<OperationsView, Fault>> =>
  proxyRequest('GET', '/api/operations', {}, read);
