/** Which kind of order: limit, market, or one of those that wait for a trigger. */
import { Choice } from '../../ui/choice.tsx';
import { type Draft, type DraftAction, isConditional, type TicketOrdType } from './draft.ts';

const OPTIONS = [
  { value: 'Limit', label: 'Limit' },
  { value: 'Market', label: 'Market' },
  { value: 'Conditional', label: 'Conditional', shown: 'Trigger' },
] as const;

export function OrderTypeChoice(props: {
  readonly draft: Draft;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { draft, onEdit } = props;
  const choose = (ordType: TicketOrdType) => onEdit({ do: 'choose-type', ordType });
  return (
    <Choice
      label="Order type"
      value={isConditional(draft) ? 'Conditional' : draft.ordType}
      options={OPTIONS}
      onChoose={(value) => choose(value === 'Conditional' ? 'Stop' : (value as TicketOrdType))}
    />
  );
}
