/** A button for what cannot be undone: the first press asks, in place; the second, a moment after, does it. */
import { useState } from 'react';
import { Button } from './button.tsx';
import { useSecondPress } from './second-press.ts';

/** An unanswered question takes itself back. */
const ARMED_MS = 4_000;

export interface ConfirmButtonProps {
  readonly text: string;
  /** What the second press will do: "Close 3 positions?" */
  readonly question: string;
  readonly title: string;
  readonly isDisabled?: boolean;
  readonly onConfirm: () => void;
}

export function ConfirmButton({ text, question, title, isDisabled, onConfirm }: ConfirmButtonProps) {
  const [isArmed, setIsArmed] = useState(false);
  const second = useSecondPress({ isAsked: isArmed, forMs: ARMED_MS, onTakeBack: () => setIsArmed(false) });
  return (
    <Button
      kind={isArmed ? 'danger' : 'quiet'}
      title={isArmed ? 'Press again to do it' : title}
      disabled={isDisabled}
      aria-disabled={isArmed && !second.isOpen}
      onBlur={() => setIsArmed(false)}
      onKeyDown={second.onKeyDown}
      onClick={() => {
        if (!isArmed) setIsArmed(true);
        else if (second.isOpen) {
          setIsArmed(false);
          onConfirm();
        }
      }}
    >
      {isArmed ? question : text}
    </Button>
  );
}
