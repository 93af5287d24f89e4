/** What a route is: who may ask, what it costs its account, and how it answers. */
import type { AccountID } from '../commands.ts';
import type { RateGroup } from './rate-limits.ts';
import type { Reply } from './replies.ts';
import type { Params } from './request-params.ts';

export interface PublicRoute {
  readonly access: 'public';
  /** As below, of the group others; counted when the request is signed all the same. */
  readonly weight: number;
  readonly answer: (params: Params) => Reply;
}

export interface SignedRoute {
  readonly access: 'signed';
  readonly group: RateGroup;
  /** Requests that this one counts as. */
  readonly weight: number;
  readonly answer: (params: Params, account: AccountID) => Reply;
}

export type Route = PublicRoute | SignedRoute;
/** By "METHOD /path". */
export type Routes = ReadonlyMap<string, Route>;

export const signed = (
  answer: SignedRoute['answer'],
  weight = 1,
  group: RateGroup = 'contract',
): SignedRoute => ({
  access: 'signed',
  group,
  weight,
  answer,
});

export const publicRoute = (answer: PublicRoute['answer'], weight = 1): PublicRoute => ({
  access: 'public',
  weight,
  answer,
});
