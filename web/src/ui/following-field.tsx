/** A field whose text follows something until it is typed over. */
import { TextField, type TextFieldProps } from './text-field.tsx';
import { useStill } from './use-still.ts';

export function FollowingField(props: Omit<TextFieldProps, 'onFocus' | 'onBlur' | 'onStep'>) {
  const { text, onFocus, onBlur, keep } = useStill(props.value);
  return (
    <TextField
      {...props}
      value={text}
      onFocus={onFocus}
      onBlur={onBlur}
      onChange={(typed) => {
        keep(typed);
        props.onChange(typed);
      }}
    />
  );
}
