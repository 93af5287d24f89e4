/** A button in one of the house's kinds. An icon-only one needs a label, which is its tooltip too. */
import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './controls.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'plain' | 'quiet' | 'icon' | 'main' | 'danger';
  readonly label?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'plain', label, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      data-kind={kind}
      aria-label={label}
      title={label}
      {...rest}
    />
  );
}
