/** Waits for events instead of for time: what has happened is told to it, and whoever waits looks again. */
export interface Happenings {
  tell(): void;
  /** Resolves with the first answer that is not undefined or false. */
  until<T>(look: () => T | undefined | false): Promise<T>;
}

export function createHappenings(): Happenings {
  const waiting = new Set<() => void>();
  return {
    tell() {
      for (const look of [...waiting]) look();
    },
    until(look) {
      return new Promise((resolve, reject) => {
        const again = () => {
          try {
            const found = look();
            if (found === undefined || found === false) return;
            waiting.delete(again);
            resolve(found);
          } catch (error) {
            waiting.delete(again);
            reject(error);
          }
        };
        waiting.add(again);
        again();
      });
    },
  };
}
