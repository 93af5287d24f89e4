/**
 * Asks the exchange about a key before it is kept: the clock, one signed question, and the cancel of an order that
 * cannot exist, which only a key that may trade is allowed to try. Nothing is changed by any of them.
 */
import { openEnvelope } from '#contract/wire/envelope.ts';
import { type KeyRefusal, readKeyRefusal } from '#contract/wire/key-refusal.ts';
import { parseServerTime } from '#contract/wire/server-time.ts';
import type { ExchangeClient, Outcome } from '../exchange/exchange-client.ts';
import type { Signer } from '../exchange/sign.ts';
import type { SigningOrder } from '../signer/protocol.ts';
import { newToken } from '../token.ts';

export type KeyCheck =
  | {
      readonly ok: true;
      /** undefined: the exchange's answer did not tell. */
      readonly mayTrade: boolean | undefined;
      /** Exchange minus ours. */
      readonly clockOffsetMs: number;
    }
  | {
      readonly ok: false;
      readonly reason: KeyRefusal | 'NETWORK' | 'UNEXPECTED';
      /** What the exchange said or how the network failed, in a few words of our own. */
      readonly detail?: string;
      readonly clockOffsetMs?: number;
    };

export interface CheckKeyNeeds {
  readonly client: ExchangeClient;
  readonly signer: Signer;
  readonly userAgent: string;
  nowMs(): number;
}

const EXPIRY_SEC = 60;
const PROBE_SYMBOL = 'BTCUSDT';

function bodyOf(outcome: Outcome & { kind: 'answer' }): unknown {
  try {
    return JSON.parse(outcome.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const unexpected = (outcome: Outcome & { kind: 'answer' }): KeyCheck => {
  const opened = openEnvelope(bodyOf(outcome));
  const code = opened.ok || opened.problem.kind !== 'refused' ? '' : `, code ${opened.problem.code}`;
  return { ok: false, reason: 'UNEXPECTED', detail: `status ${outcome.status}${code}` };
};

export async function checkKey({ client, signer, userAgent, nowMs }: CheckKeyNeeds): Promise<KeyCheck> {
  const time = await client.send('reads', { method: 'GET', target: '/public/time', headers: {} });
  if (time.kind !== 'answer') return { ok: false, reason: 'NETWORK', detail: time.reason };
  const serverTime = parseServerTime(bodyOf(time));
  if (!serverTime.ok) return unexpected(time);
  const clockOffsetMs = serverTime.value - nowMs();
  const expirySec = () => Math.floor((nowMs() + clockOffsetMs) / 1000) + EXPIRY_SEC;

  const ask = async (part: Pick<SigningOrder, 'method' | 'path' | 'query'>): Promise<Outcome> => {
    const headers = await signer.headers({ ...part, body: '', expirySec: expirySec() });
    return client.send('reads', {
      method: part.method,
      target: `${part.path}?${part.query}`,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
    });
  };
  const read = await ask({ method: 'GET', path: '/g-accounts/accountPositions', query: 'currency=USDT' });
  if (read.kind !== 'answer') return { ok: false, reason: 'NETWORK', detail: read.reason };
  const refused = readKeyRefusal(bodyOf(read));
  if (refused !== undefined) return { ok: false, reason: refused, clockOffsetMs };
  if (!openEnvelope(bodyOf(read)).ok) return unexpected(read);

  const nobody = `perpdeck-check-${newToken().slice(0, 16)}`;
  const query = `clOrdID=${nobody}&posSide=Merged&symbol=${PROBE_SYMBOL}`;
  const probe = await ask({ method: 'DELETE', path: '/g-orders/cancel', query });
  return { ok: true, mayTrade: mayTrade(probe), clockOffsetMs };
}

/** "There is no such order" comes from behind the gate: the key may trade. */
function mayTrade(probe: Outcome): boolean | undefined {
  if (probe.kind !== 'answer') return undefined;
  const body = bodyOf(probe);
  const refused = readKeyRefusal(body);
  if (refused !== undefined) return refused === 'NO_PERMISSION' ? false : undefined;
  const opened = openEnvelope(body);
  const isFromEngine = !opened.ok && opened.problem.kind === 'refused' && isEngineCode(opened.problem.code);
  return isFromEngine ? true : undefined;
}

/** Order management and trading engine. */
const isEngineCode = (code: number): boolean => code >= 10_000 && code < 12_000;
