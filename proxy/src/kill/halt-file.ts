/** `halt.json` in the data folder: trading is halted while it is there, over restarts too. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../whole-file.ts';

export const HALT_FILE = 'halt.json';

export interface Halt {
  readonly sinceMs: number;
  readonly who: string;
  readonly closesPositions: boolean;
  /** Absent: the exchange was not seen to be clear of everything yet. */
  readonly verifiedAtMs?: number;
}

export interface HaltFile {
  read(): Halt | undefined;
  /** @throws the system's error */
  write(halt: Halt): void;
  /** @throws the system's error: it stays halted. */
  remove(): void;
}

export function openHaltFile(folder: string): HaltFile {
  const path = join(folder, HALT_FILE);
  return {
    read() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
      try {
        return JSON.parse(text) as Halt;
      } catch {
        // Whatever it says, somebody wanted trading to stop.
        return { sinceMs: 0, who: 'a file that cannot be read', closesPositions: false, verifiedAtMs: 0 };
      }
    },
    write: (halt) => writeWhole(path, `${JSON.stringify(halt)}\n`),
    remove: () => rmSync(path, { force: true }),
  };
}
