/** Which price of the market a trigger watches. */
import { TRIGGER_SOURCES, type TriggerSource } from '#contract/vocabulary.ts';
import { SOURCE_NAMES, sourcesBeside } from '../../account/order-words.ts';
import { Select } from '../../ui/select.tsx';

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const NAMES = Object.fromEntries(
  TRIGGER_SOURCES.map((source) => [source, capitalised(SOURCE_NAMES[source])]),
) as Record<TriggerSource, string>;

export function SourceSelect(props: {
  readonly label: string;
  readonly title: string;
  readonly source: TriggerSource;
  readonly onChoose: (source: TriggerSource) => void;
}) {
  const { source, ...rest } = props;
  return <Select {...rest} value={source} names={NAMES} options={sourcesBeside(source)} />;
}
