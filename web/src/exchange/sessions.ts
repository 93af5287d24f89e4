/** The browsers that are signed in to this Perpdeck. */

import type { Result } from '#contract/result.ts';
import type { SessionSummary } from '#contract/sign-in.ts';
import { type Fault, proxyRequest } from './rest.ts';

export const fetchSessions = (): Promise<Result<readonly SessionSummary[], Fault>> =>
  proxyRequest('GET', '/api/sessions', {}, (body) => body as readonly SessionSummary[]);

/** Without a handle: all but this one. */
export const endSessions = (handle?: string): Promise<Result<{ readonly ended: number }, Fault>> =>
  proxyRequest(
    'POST',
    '/api/sessions/end',
    { body: handle === undefined ? {} : { handle } },
    (body) => body as { readonly ended: number },
  );
