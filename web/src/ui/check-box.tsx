/** A switch with its word beside it. */
import styles from './controls.module.css';

export interface CheckBoxProps {
  readonly label: string;
  /** Where there is no room for the whole label. */
  readonly shown?: string;
  readonly isChecked: boolean;
  readonly isDisabled?: boolean;
  readonly title?: string;
  readonly onChange: (isChecked: boolean) => void;
}

export function CheckBox({ label, shown, isChecked, isDisabled, title, onChange }: CheckBoxProps) {
  return (
    <label className={styles.check} title={title}>
      <input
        type="checkbox"
        aria-label={shown === undefined ? undefined : label}
        checked={isChecked}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {shown ?? label}
    </label>
  );
}
