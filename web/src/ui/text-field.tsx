/** A decimal typed as text: no float ever sees it. Arrow keys step; the unit stands behind the number. */
import { type KeyboardEvent, type ReactNode, type Ref, useId } from 'react';
import styles from './controls.module.css';
import { DownIcon, UpIcon } from './icons.tsx';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  /** Steps up (1) or down (-1), ten at once with Shift. Absent: no steppers. */
  readonly onStep?: (steps: number) => void;
  readonly unit?: ReactNode;
  readonly error?: string | undefined;
  /** Where the error is written, if not by the field itself. */
  readonly size?: 'small';
  readonly isDisabled?: boolean;
  readonly placeholder?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function TextField(props: TextFieldProps) {
  const { label, value, onChange, onBlur, onStep, unit, error, size, isDisabled, placeholder } = props;
  const id = useId();
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (onStep !== undefined && step !== 0) {
      event.preventDefault();
      onStep(event.shiftKey ? step * 10 : step);
    }
    props.onKeyDown?.(event);
  };
  return (
    <div className={styles.field} data-wrong={error !== undefined} data-size={size}>
      {size === undefined && (
        <label htmlFor={id} className={styles.fieldLabel}>
          {label}
        </label>
      )}
      <input
        ref={props.inputRef}
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        className={styles.input}
        aria-label={label}
        aria-invalid={error !== undefined}
        title={error}
        value={value}
        placeholder={placeholder}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.value)}
        onFocus={props.onFocus}
        onBlur={onBlur}
        onKeyDown={onKeyDown}
      />
      {unit !== undefined && <span className={styles.unit}>{unit}</span>}
      {onStep !== undefined && <Steppers label={label} isDisabled={isDisabled} onStep={onStep} />}
    </div>
  );
}

/** For the pointer alone: the keyboard has the arrow keys. */
function Steppers(props: {
  readonly label: string;
  readonly isDisabled?: boolean | undefined;
  readonly onStep: (steps: number) => void;
}) {
  const { label, isDisabled, onStep } = props;
  const stepper = (steps: number, word: string, icon: ReactNode) => (
    <button
      type="button"
      tabIndex={-1}
      className={styles.stepper}
      aria-label={`${word} ${label.toLowerCase()}`}
      title={`${word} by one step (Shift: ten)`}
      disabled={isDisabled}
      onClick={(event) => onStep(event.shiftKey ? steps * 10 : steps)}
    >
      {icon}
    </button>
  );
  return (
    <span className={styles.steppers}>
      {stepper(1, 'Raise', <UpIcon />)}
      {stepper(-1, 'Lower', <DownIcon />)}
    </span>
  );
}
