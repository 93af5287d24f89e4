/** Which price of the market a trigger watches. */
import type { TriggerSource } from '#contract/vocabulary.ts';
import { SOURCE_NAMES, sourcesBeside } from '../../account/order-words.ts';
import controls from '../../ui/controls.module.css';

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

export function SourceSelect(props: {
  readonly label: string;
  readonly title: string;
  readonly source: TriggerSource;
  readonly onChoose: (source: TriggerSource) => void;
}) {
  const { label, title, source, onChoose } = props;
  return (
    <select
      className={controls.select}
      aria-label={label}
      title={title}
      value={source}
      onChange={({ target }) => {
        const chosen = sourcesBeside(source).find((one) => one === target.value);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {sourcesBeside(source).map((one) => (
        <option key={one} value={one}>
          {capitalised(SOURCE_NAMES[one])}
        </option>
      ))}
    </select>
  );
}
