/**
 * Where a sync is done: in the thread pool, where it holds nothing up, or right here, which spares an order the way to
 * another thread and back: longer than the sync itself where the disk is quick. Here only while it is; milliseconds.
 */

/** What the main thread does in one piece without anybody minding; there and back by the thread pool included. */
const QUICK_MS = 1;
/** A disk that takes so long may take seconds: it costs all credit, so that the main thread stands still for it once. */
const STALL_MS = 20;
/** Each quick sync earns one, up to the most; each slow one costs four; here while there are enough. */
const CREDIT = { most: 16, enough: 8, slow: 4 };

export interface Syncing<File> {
  here(file: File): void;
  elsewhere(file: File): Promise<void>;
  nowMs(): number;
}

export interface QuickSync<File> {
  sync(file: File): Promise<void>;
  /** The last one took so long that the main thread had better leave the disk alone. */
  isStalling(): boolean;
}

/** One slow sync among many is put up with; at most three in a row hold up the main thread, and one that stalls. */
export function createQuickSync<File>({ here, elsewhere, nowMs }: Syncing<File>): QuickSync<File> {
  let credit = 0;
  let isStalling = false;
  const creditAfter = (tookMs: number): number => {
    if (tookMs <= QUICK_MS) return Math.min(CREDIT.most, credit + 1);
    return tookMs > STALL_MS ? 0 : Math.max(0, credit - CREDIT.slow);
  };
  return {
    async sync(file) {
      const sinceMs = nowMs();
      try {
        if (credit >= CREDIT.enough) here(file);
        else await elsewhere(file);
      } catch (error) {
        credit = 0;
        throw error;
      }
      const tookMs = nowMs() - sinceMs;
      credit = creditAfter(tookMs);
      isStalling = tookMs > STALL_MS;
    },
    isStalling: () => isStalling,
  };
}
