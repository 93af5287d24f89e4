/** Which of the three layouts the window has room for, and whether a column has room for two panels. */
import { useSyncExternalStore } from 'react';

export type ScreenSize = 'phone' | 'laptop' | 'desk';

const LAPTOP = '(min-width: 760px)';
const DESK = '(min-width: 1280px)';
/** Ten levels of a book and as many trades, or the two side by side. */
const BOOK_AND_TAPE = '((min-width: 1280px) and (min-height: 820px)) or (min-width: 1680px)';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

export function useScreenSize(): ScreenSize {
  const isDesk = useMedia(DESK);
  const isLaptop = useMedia(LAPTOP);
  if (isDesk) return 'desk';
  return isLaptop ? 'laptop' : 'phone';
}

export const useHasRoomForTape = (): boolean => useMedia(BOOK_AND_TAPE);
