/** Answers to requests on a socket: JSON-RPC of the exchange's own kind, with its own error codes. */
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import { encode } from './streams/topic.ts';

export interface Fault {
  readonly code: number;
  readonly message: string;
}

/** Anything that is not understood: bad JSON, an unknown method, an unknown symbol. */
export const INVALID_ARGUMENT: Fault = { code: 6001, message: 'invalid argument' };
export const REQUIRE_AUTHENTICATION: Fault = { code: 6006, message: 'require authentication' };
export const INVALID_LOGIN_TOKEN: Fault = { code: 6012, message: 'invalid login token' };
export const SUBSCRIPTION_LIMIT_EXCEEDED: Fault = { code: 6015, message: 'subscription limit exceeded' };
export const CONNECTION_LIMIT_EXCEEDED: Fault = { code: 6015, message: 'connection limit exceeded' };
export const TOO_MANY_REQUESTS: Fault = { code: 39995, message: 'Too many requests.' };

/** What a request comes to: a result, perhaps with frames that follow it, or a fault. */
export type Outcome =
  | { readonly result: WireJson; readonly afterwards?: () => void }
  | { readonly fault: Fault };

export const SUCCESS: Outcome = { result: { status: 'success' } };

export const writeOutcome = (id: WireJson, outcome: Outcome): Buffer =>
  encode(
    writeJson(
      'fault' in outcome
        ? { error: { code: outcome.fault.code, message: outcome.fault.message }, id, result: null }
        : { error: null, id, result: outcome.result },
    ),
  );
