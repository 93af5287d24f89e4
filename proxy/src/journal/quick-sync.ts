/**
 * Where a sync is done: in the thread pool, where it holds nothing up, or right here, which spares an order the way to
 * another thread and back. Here only while the disk is so quick that nobody would notice; milliseconds.
 */

/** What the main thread does in one piece without anybody minding: less than reading one large message. */
const QUICK_MS = 0.5;
/** So many in a row have to have been quick. */
const QUICK_IN_A_ROW = 16;

export interface Syncing<File> {
  here(file: File): void;
  elsewhere(file: File): Promise<void>;
  nowMs(): number;
}

/** The first sync that is slow, wherever it is done, sends the next ones to the thread pool until they are quick again. */
export function createQuickSync<File>({
  here,
  elsewhere,
  nowMs,
}: Syncing<File>): (file: File) => Promise<void> {
  let quickInARow = 0;
  return async (file) => {
    const sinceMs = nowMs();
    try {
      if (quickInARow >= QUICK_IN_A_ROW) here(file);
      else await elsewhere(file);
      quickInARow = nowMs() - sinceMs <= QUICK_MS ? quickInARow + 1 : 0;
    } catch (error) {
      quickInARow = 0;
      throw error;
    }
  };
}
