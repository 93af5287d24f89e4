/**
 * The second word before what cannot be undone, given where the first one was: a press within a moment of the question
 * is the rest of the press before it, and a key that is held down is no answer. A question takes itself back.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

const DOUBLE_PRESS_MS = 400;

export interface SecondPress {
  /** From now on a press is an answer. */
  readonly isOpen: boolean;
  /** For whatever holds the button. */
  onKeyDown(event: KeyboardEvent): void;
}

export function useSecondPress(question: {
  readonly isAsked: boolean;
  /** How long it stands. */
  readonly forMs: number;
  readonly onTakeBack: () => void;
}): SecondPress {
  const { isAsked, forMs, onTakeBack } = question;
  const [isOpen, setIsOpen] = useState(false);
  const takeBack = useRef(onTakeBack);
  useEffect(() => {
    takeBack.current = onTakeBack;
  });
  useEffect(() => {
    if (!isAsked) return;
    const opening = setTimeout(() => setIsOpen(true), DOUBLE_PRESS_MS);
    const end = setTimeout(() => takeBack.current(), forMs);
    return () => {
      clearTimeout(opening);
      clearTimeout(end);
      setIsOpen(false);
    };
  }, [isAsked, forMs]);
  return {
    isOpen,
    onKeyDown: (event) => {
      if (event.key === 'Escape') onTakeBack();
      // A key that is held down presses the button again and again.
      if (event.repeat) event.preventDefault();
    },
  };
}
