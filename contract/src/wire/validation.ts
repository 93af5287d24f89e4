/** Runs a schema and says in one readable line where a message is wrong. */
import type * as z from 'zod/mini';
import { malformed, ok, type Result } from '../result.ts';

/** Longest quoted piece of a wrong value, in characters. */
const QUOTE_MAX = 60;

const step = (key: PropertyKey): string => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`);

/** "data" + ["positions", 3, "side"] → "data.positions[3].side". */
export function joinPath(at: string, path: readonly PropertyKey[]): string {
  const joined = at + path.map(step).join('');
  return joined.startsWith('.') ? joined.slice(1) : joined;
}

/** A short quotation of a wrong value for a message. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > QUOTE_MAX ? `${text.slice(0, QUOTE_MAX)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  return inner;
}

const EXPECTED: Readonly<Record<string, string>> = { array: 'a list', object: 'an object', string: 'text' };

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return EXPECTED[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return 'something else';
  }
}

/** Validates `value`; `at` is where it stood in the message, for the problem's path. */
export function validate<S extends z.ZodMiniType>(schema: S, value: unknown, at = ''): Result<z.output<S>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  if (issue === undefined) return malformed(at, 'not as expected');
  const found = quote(valueAt(value, issue.path));
  return malformed(joinPath(at, issue.path), `expected ${expectation(issue)}, got ${found}`);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
