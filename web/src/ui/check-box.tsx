/** A switch with its word beside it. */
import styles from './controls.module.css';

export interface CheckBoxProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly isDisabled?: boolean;
  readonly title?: string;
  readonly onChange: (isChecked: boolean) => void;
}

export function CheckBox({ label, isChecked, isDisabled, title, onChange }: CheckBoxProps) {
  return (
    <label className={styles.check} title={title}>
      <input
        type="checkbox"
        checked={isChecked}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
