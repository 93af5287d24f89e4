/** The keys that bots sign with, at the proxy: listed, made, revoked; and which of them placed which order. */
import type { ClOrdID } from '#contract/brand.ts';
import type { GatewayKey, IssuedKey, KeyTerms } from '#contract/gateway.ts';
import type { Result } from '#contract/result.ts';
import { type Fault, proxyRequest } from './rest.ts';

export const fetchGatewayKeys = (): Promise<Result<readonly GatewayKey[], Fault>> =>
  proxyRequest('GET', '/api/keys', {}, (body) => body as readonly GatewayKey[]);

export const makeGatewayKey = (terms: KeyTerms): Promise<Result<IssuedKey, Fault>> =>
  proxyRequest('POST', '/api/keys', { body: terms }, (body) => body as IssuedKey);

export const revokeGatewayKey = (id: string): Promise<Result<readonly GatewayKey[], Fault>> =>
  proxyRequest('POST', '/api/keys/revoke', { body: { id } }, (body) => body as readonly GatewayKey[]);

/** How many orders can be asked for at once. */
export const PLACERS_AT_ONCE = 100;

/** The key's name by order; an order that no key has placed is absent. */
export const fetchPlacers = (
  ids: readonly ClOrdID[],
): Promise<Result<Readonly<Record<ClOrdID, string>>, Fault>> =>
  proxyRequest(
    'GET',
    `/api/placers?ids=${ids.join(',')}`,
    {},
    (body) => body as Readonly<Record<ClOrdID, string>>,
  );
