/** Whether somebody is at a part of the screen: what was read there must not move between the look and the click. */
import { type RefObject, useEffect, useState } from 'react';

/** After the last movement of pointer or key: long enough to read a number and press a button. */
const HAND_MS = 10_000;
const MOVES = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

/** A text that is being edited does not change under the caret, however long the hand rests. */
const isEditing = (element: HTMLElement | null, field: string): boolean =>
  element?.querySelector(`${field}:focus`) != null;

/** `field`: the selector of what is held for as long as the caret is in it. */
export function useHand(place: RefObject<HTMLElement | null>, field: string): boolean {
  const [isThere, setIsThere] = useState(false);
  useEffect(() => {
    const element = place.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      if (isEditing(element, field)) hear();
      else setIsThere(false);
    };
    const hear = () => {
      setIsThere(true);
      clearTimeout(timer);
      timer = setTimeout(leave, HAND_MS);
    };
    for (const move of MOVES) element?.addEventListener(move, hear);
    return () => {
      clearTimeout(timer);
      for (const move of MOVES) element?.removeEventListener(move, hear);
    };
  }, [place, field]);
  return isThere;
}
