/** A field for words: a name, a key, something hidden. The form reads it when it is sent; nothing keeps it meanwhile. */
import { type Ref, useId } from 'react';
import styles from './controls.module.css';

export interface PlainFieldProps {
  readonly label: string;
  readonly name: string;
  readonly isHidden?: boolean;
  /** May be left empty. */
  readonly isOptional?: boolean;
  readonly defaultValue?: string;
  readonly placeholder?: string;
  readonly pattern?: string;
  readonly title?: string;
  readonly lengthMin?: number;
  readonly lengthMax?: number;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function PlainField(props: PlainFieldProps) {
  const {
    label,
    name,
    isHidden = false,
    isOptional = false,
    lengthMin,
    lengthMax = 512,
    inputRef,
    ...rest
  } = props;
  const id = useId();
  return (
    <div className={styles.stacked}>
      <label htmlFor={id}>{label}</label>
      <input
        ref={inputRef}
        id={id}
        name={name}
        type={isHidden ? 'password' : 'text'}
        required={!isOptional}
        minLength={lengthMin}
        maxLength={lengthMax}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...rest}
      />
    </div>
  );
}
