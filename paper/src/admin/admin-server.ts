/** The admin endpoint on node:http: JSON in, JSON out, and everything that is wrong in one sentence (`error`). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from '../store/account-store.ts';
import { readBody } from '../wire/read-body.ts';
import { ADMIN_PATH, refuseAtDoor } from './admin-door.ts';
import { AdminError, type AdminRoute } from './admin-route.ts';

interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface AdminServerOptions {
  readonly port: number;
  readonly token: string;
  readonly routes: readonly AdminRoute[];
  readonly onError: (error: unknown) => void;
}

export const isAdminRequest = ({ url = '' }: IncomingMessage): boolean =>
  url === ADMIN_PATH || url.startsWith(`${ADMIN_PATH}/`);

/** The parts of the path that `pattern` leaves open ("/admin/faults/:id"); undefined when it does not fit. */
function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new AdminError(400, 'The body is not JSON');
  }
}

async function answer(
  routes: readonly AdminRoute[],
  request: IncomingMessage,
  text: string,
): Promise<AdminAnswer> {
  const [path = ''] = (request.url ?? '').split('?');
  const fitting = routes.flatMap((route) => {
    const params = match(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  if (fitting.length === 0) throw new AdminError(404, `There is no ${path}`);
  const found = fitting.find(({ route }) => route.method === request.method);
  if (found === undefined) throw new AdminError(405, `${request.method} is not for ${path}`);
  return { status: 200, body: await found.route.answer(parse(text), found.params) };
}

/** What is wrong, as an answer; undefined for what nobody foresaw. */
function explain(error: unknown): AdminAnswer | undefined {
  if (error instanceof AdminError) return { status: error.status, body: { error: error.message } };
  if (error instanceof RangeError || error instanceof URIError)
    return { status: 400, body: { error: error.message } };
  if (error instanceof StoreError) return { status: 500, body: { error: error.message } };
  return undefined;
}

export function createAdminListener({ port, token, routes, onError }: AdminServerOptions) {
  const handle = async (request: IncomingMessage): Promise<AdminAnswer> => {
    const text = await readBody(request);
    const refusal = refuseAtDoor(request.headers, port, token);
    if (refusal !== undefined) return { status: refusal.status, body: { error: refusal.error } };
    if (text === undefined) return { status: 413, body: { error: 'The body is too large' } };
    try {
      return await answer(routes, request, text);
    } catch (error) {
      const known = explain(error);
      if (known !== undefined) return known;
      onError(error);
      return { status: 500, body: { error: 'Something went wrong inside' } };
    }
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    handle(request).then(
      ({ status, body }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
        response.end(`${JSON.stringify(body)}\n`);
      },
      // Its body broke off: there is nobody to answer.
      () => response.destroy(),
    );
  };
}
