/** A signed request straight to the paper exchange, past Perpdeck: another client of the account. */
import { createHmac } from 'node:crypto';

export interface Signer {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: object;
}

/** The `data` of the answer. @throws on a refusal. */
export async function signedCall(signer: Signer, { method, path, query = '', body }: Call): Promise<unknown> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const expiry = String(Math.floor(Date.now() / 1000) + 60);
  const answer = await fetch(`${signer.url}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-phemex-access-token': signer.key,
      'x-phemex-request-expiry': expiry,
      'x-phemex-request-signature': createHmac('sha256', signer.secret)
        .update(path + query + expiry + text)
        .digest('hex'),
    },
    ...(text === '' ? {} : { body: text }),
  });
  const { code, msg, data } = (await answer.json()) as { code: number; msg: string; data: unknown };
  if (code !== 0) throw new Error(`${method} ${path}: ${code} ${msg}`);
  return data;
}
