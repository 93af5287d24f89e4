/** Whether somebody is at a part of the screen: what was read there must not move between the look and the click. */
import { type RefObject, useEffect, useState } from 'react';

/** After the last movement of pointer or key: long enough to read a number and press a button. */
const HAND_MS = 10_000;
const MOVES = ['pointermove', 'pointerdown', 'keydown'] as const;

export function useHand(place: RefObject<HTMLElement | null>): boolean {
  const [isThere, setIsThere] = useState(false);
  useEffect(() => {
    const element = place.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = () => {
      setIsThere(true);
      clearTimeout(timer);
      timer = setTimeout(() => setIsThere(false), HAND_MS);
    };
    for (const move of MOVES) element?.addEventListener(move, hear);
    return () => {
      clearTimeout(timer);
      for (const move of MOVES) element?.removeEventListener(move, hear);
    };
  }, [place]);
  return isThere;
}
