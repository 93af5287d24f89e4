/**
 * `halt.json` in the data folder: trading is halted while it says so, over restarts too. Each account (with its
 * environment) has a halt of its own. One that was left while there was no account to clear out, because nothing ran or
 * no key was there, holds on every account until that one is armed.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { validate } from '#contract/wire/validation.ts';
import { writeWhole } from '../whole-file.ts';

export const HALT_FILE = 'halt.json';
/** For so long one that was left still cancels and closes; after that it only halts: an account unlocked weeks later is another day's. */
const LEFT_ACTS_MS = 24 * 3_600_000;

export interface Halt {
  readonly sinceMs: number;
  readonly who: string;
  readonly closesPositions: boolean;
  /** Absent: the exchange was not seen to be clear of everything yet. */
  readonly verifiedAtMs?: number;
  /** Later than this it clears nothing out. */
  readonly actsUntilMs?: number;
}

/** Of one account. */
export interface HaltFile {
  read(): Halt | undefined;
  /** @throws the system's error */
  write(halt: Halt): void;
  /** @throws the system's error: it stays halted. */
  remove(): void;
}

export interface Halts {
  /** `scope` names environment and account. What was left holds there too. */
  of(scope: string): HaltFile;
  /** The one without an account. Writing it halts every account, and begins anew on those that are halted and clear. */
  readonly left: HaltFile;
  /** In words. */
  where(): readonly string[];
  /** Arms everything. @throws the system's error */
  removeAll(): void;
}

const haltSchema: z.ZodMiniType<Halt> = z.strictObject({
  sinceMs: z.number(),
  who: z.string(),
  closesPositions: z.boolean(),
  verifiedAtMs: z.exactOptional(z.number()),
  actsUntilMs: z.exactOptional(z.number()),
});

interface Content {
  readonly left?: Halt;
  /** null: armed though one is left. */
  readonly scopes: Readonly<Record<string, Halt | null>>;
}
const contentSchema: z.ZodMiniType<Content> = z.strictObject({
  left: z.exactOptional(haltSchema),
  scopes: z.record(z.string(), z.nullable(haltSchema)),
});

const NOTHING: Content = { scopes: {} };
/** Whatever it says, somebody wanted trading to stop. */
const UNREADABLE: Content = {
  left: { sinceMs: 0, who: 'a file that cannot be read', closesPositions: false, actsUntilMs: 0 },
  scopes: {},
};

function readContent(path: string): Content {
  try {
    const read = validate(contentSchema, JSON.parse(readFileSync(path, 'utf8')));
    return read.ok ? read.value : UNREADABLE;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? NOTHING : UNREADABLE;
  }
}

/** The other accounts' halts under a new one for all. Those that are clear begin anew; the others are still at it. */
function underLeft({ scopes }: Content, { closesPositions }: Halt): Content['scopes'] {
  return Object.fromEntries(
    Object.entries(scopes).flatMap(([scope, halt]) =>
      halt === null || halt.verifiedAtMs !== undefined
        ? []
        : [[scope, { ...halt, closesPositions: closesPositions || halt.closesPositions }]],
    ),
  );
}

function withLeft(before: Content, halt: Halt): Content {
  const { left } = before;
  const isActing = left?.actsUntilMs !== undefined && left.actsUntilMs > halt.sinceMs;
  const closesPositions = halt.closesPositions || (isActing && left.closesPositions);
  return {
    left: { ...halt, closesPositions, actsUntilMs: halt.sinceMs + LEFT_ACTS_MS },
    scopes: underLeft(before, halt),
  };
}

export function openHalts(folder: string): Halts {
  const path = join(folder, HALT_FILE);
  const removeAll = () => rmSync(path, { force: true });
  const save = (next: Content) => {
    if (next.left === undefined && Object.keys(next.scopes).length === 0) return removeAll();
    writeWhole(path, `${JSON.stringify(next)}\n`);
  };
  return {
    of: (scope) => ({
      read() {
        const { left, scopes } = readContent(path);
        const own = scopes[scope];
        return own === undefined ? left : (own ?? undefined);
      },
      write(halt) {
        const { scopes, ...others } = readContent(path);
        save({ ...others, scopes: { ...scopes, [scope]: halt } });
      },
      remove() {
        const before = readContent(path);
        const { [scope]: _own, ...scopes } = before.scopes;
        save(before.left === undefined ? { scopes } : { ...before, scopes: { ...scopes, [scope]: null } });
      },
    }),
    left: {
      read: () => readContent(path).left,
      write: (halt) => save(withLeft(readContent(path), halt)),
      remove() {
        const { scopes } = readContent(path);
        save({ scopes: Object.fromEntries(Object.entries(scopes).filter(([, halt]) => halt !== null)) });
      },
    },
    where() {
      const { left, scopes } = readContent(path);
      const halted = Object.keys(scopes).filter((scope) => scopes[scope] !== null);
      return left === undefined ? halted : ['every account that is not armed'];
    },
    removeAll,
  };
}
