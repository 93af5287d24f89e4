/** One of a few, in the browser's own list. */
import styles from './controls.module.css';

export function Select<T extends string>(props: {
  readonly label: string;
  readonly title: string;
  /** Absent: something else than the options. */
  readonly value: T | undefined;
  readonly isDisabled?: boolean;
  readonly names: Readonly<Record<T, string>>;
  readonly options: readonly T[];
  /** What each means, shown over it. */
  readonly hints?: Readonly<Record<T, string>>;
  readonly onChoose: (value: T) => void;
}) {
  const { label, title, value, isDisabled, names, options, hints, onChoose } = props;
  return (
    <select
      className={styles.select}
      aria-label={label}
      title={title}
      value={value ?? ''}
      disabled={isDisabled}
      onChange={({ target }) => {
        const chosen = options.find((option) => option === target.value);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {value === undefined && <option value="">as placed</option>}
      {options.map((option) => (
        <option key={option} value={option} title={hints?.[option]}>
          {names[option]}
        </option>
      ))}
    </select>
  );
}
