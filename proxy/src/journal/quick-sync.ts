/**
 * Where a sync is done: in the thread pool, where it holds nothing up, or right here, which spares an order the way to
 * another thread and back: longer than the sync itself where the disk is quick. Here only while it is; milliseconds.
 */

/** What the main thread does in one piece without anybody minding; there and back by the thread pool included. */
const QUICK_MS = 1;
/** Each quick sync earns one, up to the most; each slow one costs four; here while there are enough. */
const CREDIT = { most: 16, enough: 8, slow: 4 };

export interface Syncing<File> {
  here(file: File): void;
  elsewhere(file: File): Promise<void>;
  nowMs(): number;
}

/** One slow sync among many is put up with; at most three in a row hold up the main thread. */
export function createQuickSync<File>({
  here,
  elsewhere,
  nowMs,
}: Syncing<File>): (file: File) => Promise<void> {
  let credit = 0;
  return async (file) => {
    const sinceMs = nowMs();
    try {
      if (credit >= CREDIT.enough) here(file);
      else await elsewhere(file);
    } catch (error) {
      credit = 0;
      throw error;
    }
    const isQuick = nowMs() - sinceMs <= QUICK_MS;
    credit = isQuick ? Math.min(CREDIT.most, credit + 1) : Math.max(0, credit - CREDIT.slow);
  };
}
