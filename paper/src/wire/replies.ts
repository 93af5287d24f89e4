/** The bodies that every endpoint shares: success, refusal, and what stops a request before it gets to one. */
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import type { Refusal } from '../commands.ts';

export interface Reply {
  /** HTTP status. A refusal of the trading engine is 200 with a code; the door's own are not. */
  readonly status: number;
  readonly body: string;
}

/** `msg` is "" on the trading endpoints and "OK" on the history ones. */
export const succeed = (data: WireJson, msg = ''): Reply => ({
  status: 200,
  body: writeJson({ code: 0, msg, data }),
});

export const refuse = ({ code, msg }: Refusal): Reply => ({
  status: 200,
  body: writeJson({ code, msg, data: null }),
});

/** Under /md the envelope is another one. */
export const succeedMarketData = (result: WireJson): Reply => ({
  status: 200,
  body: writeJson({ error: null, id: 0, result }),
});

export const INVALID_MARKET_DATA_REQUEST: Reply = {
  status: 200,
  body: writeJson({ error: { code: 6001, message: 'invalid argument' }, id: null, result: null }),
};

export const BAD_ARGUMENTS: Refusal = { code: 30000, msg: 'Please double check input arguments' };
export const ORDER_NOT_FOUND: Refusal = { code: 10002, msg: 'OM_ORDER_NOT_FOUND' };
export const MISSING_ORDER_ID: Refusal = { code: 11111, msg: 'TE_MISSING_ORDER_ID' };
export const SYMBOL_INVALID: Refusal = { code: 11027, msg: 'TE_SYMBOL_INVALID' };
export const TOO_MANY_ROWS: Refusal = { code: 30018, msg: 'phemex.data.size.uplimt' };
export const missing = (name: string): Refusal => ({ code: 412, msg: `Missing parameter - ${name}` });

export const UNKNOWN_PATH: Reply = {
  status: 404,
  body: writeJson({ code: 404, msg: 'Not Found', data: null }),
};
export const TOO_MANY_REQUESTS: Reply = {
  status: 429,
  body: writeJson({ code: 39995, msg: 'Too many requests.' }),
};

/** What is wrong with the credentials of a request. */
export type AuthFault =
  | { readonly fault: 'no-key' }
  | { readonly fault: 'unknown-key'; readonly apiKey: string }
  | { readonly fault: 'incomplete' }
  | { readonly fault: 'expired'; readonly expirySec: string }
  | { readonly fault: 'bad-signature' };

/** The gateway's answers, word for word; some codes are text there and some are numbers. */
export function refuseAccess(fault: AuthFault): Reply {
  switch (fault.fault) {
    case 'no-key':
      return { status: 401, body: writeJson({ code: '401', msg: '401 Failed to load API KEY.' }) };
    case 'unknown-key':
      return { status: 401, body: writeJson({ msg: `Failed to find api-key ${fault.apiKey}`, code: 10500 }) };
    case 'incomplete':
      return { status: 401, body: writeJson({ msg: 'Missing required parameter', code: 10500 }) };
    case 'expired':
      return {
        status: 401,
        body: writeJson({ code: '401', msg: `401 Request Expired at ${fault.expirySec}` }),
      };
    case 'bad-signature':
      return { status: 401, body: writeJson({ msg: 'API Signature verification failed.', code: 10500 }) };
  }
}
