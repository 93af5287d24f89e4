/** A modal dialog: the browser's own, so focus, Escape and what lies behind are looked after. Mounted means open. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';
import styles from './controls.module.css';
import { CrossIcon } from './icons.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleID = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way out is Escape, which the browser handles.
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleID}
      onClose={onClose}
      onClick={(event) => {
        // The backdrop is the dialog itself; what is inside has children as targets.
        if (event.target === dialog.current) onClose();
      }}
    >
      <header className={styles.dialogHead}>
        <h2 id={titleID} className={styles.dialogTitle}>
          {title}
        </h2>
        <Button kind="icon" label="Close" onClick={onClose}>
          <CrossIcon />
        </Button>
      </header>
      <div className={styles.dialogBody}>{children}</div>
    </dialog>
  );
}
