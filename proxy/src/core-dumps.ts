/** Core dumps without memory: what a crash writes to the disk holds no key, token or order. Linux only. */
import { writeFileSync } from 'node:fs';

export function keepOutOfCoreDumps(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0x0');
  } catch {}
}
