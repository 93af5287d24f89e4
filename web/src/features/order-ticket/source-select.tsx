/** Which price of the market a trigger watches. */
import { TRIGGER_SOURCES, type TriggerSource } from '#contract/vocabulary.ts';
import controls from '../../ui/controls.module.css';
import { SOURCE_NAMES } from './trigger.ts';

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
        const chosen = TRIGGER_SOURCES.find((one) => one === target.value);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {TRIGGER_SOURCES.map((one) => (
        <option key={one} value={one}>
          {capitalised(SOURCE_NAMES[one])}
        </option>
      ))}
    </select>
  );
}
