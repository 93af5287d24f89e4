/** Whether somebody is at a part of the screen: what was read there must not move between the look and the click. */
import { type RefObject, useEffect, useState } from 'react';
import { monoMs } from '../../lib/mono-ms.ts';

/** After the last movement of pointer or key: long enough to read a number and press a button. */
const HAND_MS = 10_000;
/** A caret is left in a field for hours; nobody edits for so long without a key. */
const CARET_MS = 120_000;
const MOVES = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

/** In a window that has lost the focus, `:focus` still matches. */
const isEditing = (element: HTMLElement, field: string): boolean =>
  element.ownerDocument.hasFocus() && element.querySelector(`${field}:focus`) !== null;

/** Tells when a hand comes and when it leaves; a text that is being edited holds it for longer. The answer ends it. */
export function watchHand(element: HTMLElement, field: string, onHand: (isThere: boolean) => void) {
  let movedAtMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(look, HAND_MS);
  };
  const look = () => {
    if (isEditing(element, field) && monoMs() - movedAtMs < CARET_MS) wait();
    else onHand(false);
  };
  const hear = () => {
    movedAtMs = monoMs();
    onHand(true);
    wait();
  };
  for (const move of MOVES) element.addEventListener(move, hear);
  return () => {
    clearTimeout(timer);
    for (const move of MOVES) element.removeEventListener(move, hear);
  };
}

/** `field`: the selector of what is held while it is edited. */
export function useHand(place: RefObject<HTMLElement | null>, field: string): boolean {
  const [isThere, setIsThere] = useState(false);
  useEffect(() => {
    const element = place.current;
    return element === null ? undefined : watchHand(element, field, setIsThere);
  }, [place, field]);
  return isThere;
}
