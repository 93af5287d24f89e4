/** One of a few, side by side: native radio buttons, so that arrows, forms and screen readers know them. */
import { type ReactNode, useId } from 'react';
import styles from './controls.module.css';

export interface ChoiceOption<T extends string> {
  readonly value: T;
  /** The option's name; `shown` may say it differently. */
  readonly label: string;
  readonly shown?: ReactNode;
  readonly tone?: 'buy' | 'sell';
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly ChoiceOption<T>[];
  readonly value: T;
  readonly isDisabled?: boolean;
  readonly onChoose: (value: T) => void;
}

export function Choice<T extends string>({ label, options, value, isDisabled, onChoose }: ChoiceProps<T>) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={styles.choice}>
      {options.map((option) => (
        <label key={option.value} className={styles.option} data-tone={option.tone}>
          <input
            type="radio"
            name={name}
            aria-label={option.label}
            checked={option.value === value}
            disabled={isDisabled}
            onChange={() => onChoose(option.value)}
          />
          <span aria-hidden="true">{option.shown ?? option.label}</span>
        </label>
      ))}
    </div>
  );
}
