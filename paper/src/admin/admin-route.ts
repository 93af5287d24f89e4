/** What an admin route is, and how it reads what it was sent. */
import type * as z from 'zod/mini';
import { validate } from '#contract/wire/validation.ts';

/** The asker's mistake: `message` is one sentence for a person. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parts that begin with a colon are open, e.g. "/admin/faults/:id". */
  readonly path: string;
  /** Whatever JSON can say. @throws AdminError, RangeError */
  readonly answer: (body: unknown, params: Readonly<Record<string, string>>) => unknown;
}

/** What only a closed list of fields or kinds can get wrong. */
function listFault(schema: z.ZodMiniType, body: unknown): string | undefined {
  const issue = schema.safeParse(body).error?.issues[0];
  if (issue?.code === 'unrecognized_keys') return `unknown: ${issue.keys.join(', ')}`;
  if (issue?.code === 'invalid_union') return `unknown ${issue.path.join('.')}`;
  return undefined;
}

/** @throws AdminError that names the place. */
export function readAs<S extends z.ZodMiniType>(schema: S, body: unknown): z.output<S> {
  const fault = listFault(schema, body);
  if (fault !== undefined) throw new AdminError(400, fault);
  const result = validate(schema, body);
  if (result.ok) return result.value;
  const { problem } = result;
  const place = problem.kind === 'malformed' && problem.path !== '' ? `${problem.path}: ` : '';
  throw new AdminError(400, `${place}${problem.message}`);
}
