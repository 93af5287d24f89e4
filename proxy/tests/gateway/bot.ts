/** A bot with a gateway key: signs as the exchange's documents say, sharing no code with what verifies it. */
import { createHmac } from 'node:crypto';
import type { IssuedKey, KeyRecord, KeyTerms } from '#contract/gateway.ts';
import type { KeyStore } from '../../src/gateway/key-store.ts';
import { type Credentials, call, type Rig } from '../rig.ts';

/** Keys in memory, from one list of records to the next. */
export function keyStoreIn(records: KeyRecord[] = []): KeyStore {
  const at = (id: string) => records.findIndex((record) => record.id === id);
  return {
    list: () => records,
    find: (id) => records[at(id)],
    put(record) {
      const index = at(record.id);
      records.splice(index < 0 ? records.length : index, index < 0 ? 0 : 1, record);
    },
    remove: (id) => void records.splice(at(id), 1),
    isFull: false,
  };
}

export interface BotCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
  /** Seconds since the epoch. */
  readonly expirySec?: number;
  /** Beside those of the signature, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent of what was signed; absent: that. */
  readonly sent?: { readonly query?: string; readonly body?: string };
}

export interface Bot extends IssuedKey {
  ask(asked: BotCall): Promise<Response>;
}

export const sign = (secret: string | Buffer, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');

export const inAMinute = (): number => Math.floor(Date.now() / 1000) + 60;

export const TERMS: KeyTerms = {
  ...{ name: 'grid-1', scope: 'trade', symbols: null, valueMax: null, expiresAtMs: null },
  onSilence: 'cancel',
};

export function botOf(rig: Pick<Rig, 'proxy'>, issued: IssuedKey): Bot {
  return {
    ...issued,
    ask({ method = 'GET', path, query = '', body = '', expirySec = inAMinute(), headers, sent }) {
      const target = path.startsWith('/api/') ? path : `/exchange${path}`;
      const { query: sentQuery = query, body: sentBody = body } = sent ?? {};
      return fetch(`${rig.proxy.url}${target}${sentQuery === '' ? '' : `?${sentQuery}`}`, {
        method,
        headers: {
          'x-phemex-access-token': issued.key.id,
          'x-phemex-request-expiry': String(expirySec),
          'x-phemex-request-signature': sign(issued.secret, path + query + expirySec + body),
          ...(sentBody === '' ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(sentBody === '' ? {} : { body: sentBody }),
      });
    },
  };
}

/** Made as the page makes it. */
export async function newBot(
  rig: Pick<Rig, 'proxy'>,
  me: Credentials,
  terms: Partial<KeyTerms> = {},
): Promise<Bot> {
  const answer = await call(rig, me, 'POST', '/api/keys', JSON.stringify({ ...TERMS, ...terms }));
  if (answer.status !== 200) throw new Error(await answer.text());
  return botOf(rig, (await answer.json()) as IssuedKey);
}
