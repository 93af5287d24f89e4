/** A sign that something is to be thought of: its words on hover, and opened by a press, for keys and fingers too. */
import { useId } from 'react';
import { WarningIcon } from './icons.tsx';
import styles from './warning-note.module.css';

export function WarningNote({ text }: { readonly text: string }) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        className={styles.sign}
        popoverTarget={id}
        aria-label={`Warning: ${text}`}
        title={text}
      >
        <WarningIcon />
      </button>
      <span id={id} popover="auto" className={styles.note}>
        {text}
      </span>
    </>
  );
}
