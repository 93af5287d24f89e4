/** A button for what cannot be undone: the first press asks, in place; the second, soon after, does it. */
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';

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
  useEffect(() => {
    if (!isArmed) return;
    const timer = setTimeout(() => setIsArmed(false), ARMED_MS);
    return () => clearTimeout(timer);
  }, [isArmed]);
  return (
    <Button
      kind={isArmed ? 'danger' : 'quiet'}
      title={isArmed ? 'Press again to do it' : title}
      disabled={isDisabled}
      onBlur={() => setIsArmed(false)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') setIsArmed(false);
      }}
      onClick={() => {
        setIsArmed(!isArmed);
        if (isArmed) onConfirm();
      }}
    >
      {isArmed ? question : text}
    </Button>
  );
}
