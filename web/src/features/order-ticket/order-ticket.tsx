/** The order ticket: what to trade, at what price, how much; what it would cost; and what became of it. */
import { type FormEvent, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import { type OpeningStop, useOpeningStop } from '../../account/opening-stop.ts';
import { useWorthFeed } from '../../account/worth-feed.ts';
import { Choice } from '../../ui/choice.tsx';
import { showDraftOrder } from '../../workspace/draft-order.ts';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import { sendingStore } from '../../workspace/sending.ts';
import { ConditionalFields } from './conditional-fields.tsx';
import { ConfirmOrder } from './confirm-order.tsx';
import { DisplayField } from './display-field.tsx';
import {
  applyDraftAction,
  type Draft,
  type DraftAction,
  hasLimitPrice,
  isConditional,
  isSameWish,
  targetOf,
} from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { OrderTypeChoice } from './order-type-choice.tsx';
import { outcomeOf } from './outcome.ts';
import { PlacementOutcome } from './placement-outcome.tsx';
import { PreviewTable } from './preview-table.tsx';
import { PriceField } from './price-field.tsx';
import { ProtectionFields } from './protection-fields.tsx';
import { QtyField } from './qty-field.tsx';
import { reckonedPrice } from './reading.ts';
import { SettingsBar } from './settings-bar.tsx';
import { shownDraft } from './shown-draft.ts';
import { readSize } from './sizing.ts';
import { useTicketContext } from './ticket-context.ts';
import { TicketOptions } from './ticket-options.tsx';
import { useDraft, useOneClickEnd } from './use-draft.ts';
import { useHand } from './use-hand.ts';
import { useSending } from './use-sending.ts';
import { type TicketErrors, validate } from './validate.ts';

export function OrderTicket() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const context = useTicketContext(symbol);
  const sending = useSending(symbol, context);
  const form = useRef<HTMLFormElement>(null);
  const isHandThere = useHand(form, 'input[aria-label="Price"]');
  const feed = useWorthFeed();
  const { draft, dispatch } = useDraft(symbol, context, {
    isHeld: isHandThere || sending.asking !== undefined,
    onPick: ({ price, clicked: side }, before) => {
      // One-click mode: what was clicked on is an order, with all that the ticket says besides.
      if (side === undefined || !sendingStore.getState().isOneClick) return false;
      sending.submit(applyDraftAction(before, { do: 'pick-price', price, side, as: 'limit-order' }));
      return true;
    },
  });
  const { placement, sent } = sending;
  const isBusy = placement.at === 'sending' || placement.at === 'unknown';
  const isSent = isSameWish(draft, sent);
  useShownDraft(isSent ? undefined : draft, context);
  useOneClickEnd(symbol);

  const edit = (action: DraftAction) => {
    sending.forget();
    dispatch(action);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const errors = sending.submit(draft);
    if (errors !== undefined) focusWrong(form.current, errors);
  };
  return (
    <section className={styles.panel} data-feed={feed.state}>
      <SettingsBar context={context} symbol={symbol} />
      <form ref={form} aria-label="Order ticket" className={styles.form} noValidate onSubmit={submit}>
        <TicketFields
          draft={draft}
          context={context}
          isAttempted={sending.isAttempted}
          isSent={isSent}
          onEdit={edit}
        />
        {sending.asking !== undefined && context !== undefined ? (
          <ConfirmOrder
            asking={sending.asking}
            product={context.product}
            onConfirm={sending.confirm}
            onTakeBack={sending.takeBack}
          />
        ) : (
          <SubmitButton
            draft={draft}
            context={context}
            isBusy={isBusy}
            isSending={placement.at === 'sending'}
          />
        )}
        {sending.asking === undefined && (
          <PlacementOutcome placement={placement} product={context?.product} feed={feed} />
        )}
      </form>
      <TicketPreview draft={draft} context={context} />
    </section>
  );
}

/** Shows the draft on the chart until it is sent. */
function useShownDraft(draft: Draft | undefined, context: TicketContext | undefined): void {
  const shown = draft && context && shownDraft(draft, context);
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew with every look at the book, and seldom another.
  useEffect(() => {
    showDraftOrder(shown);
    return () => showDraftOrder(undefined);
  }, [JSON.stringify(shown)]);
}

/** The names of the fields that can be wrong, from the top. */
const FIELD_NAMES: readonly (readonly [keyof TicketErrors, ...names: string[]])[] = [
  ['trail', 'Trail distance'],
  ['trigger', 'Trigger price', 'Activation price'],
  ['price', 'Price'],
  ['qty', 'Quantity', 'Risk'],
  ['display', 'Shown quantity'],
  ['takeProfit', 'Take profit'],
  ['stopLoss', 'Stop loss'],
];

function focusWrong(form: HTMLFormElement | null, errors: TicketErrors): void {
  const [, ...names] = FIELD_NAMES.find(([field]) => errors[field] !== undefined) ?? [];
  const selector = names.map((name) => `input[aria-label="${name}"]`).join();
  if (selector !== '') form?.querySelector<HTMLInputElement>(selector)?.focus();
}

interface FieldsProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly isAttempted: boolean;
  /** Nothing was changed since it was sent. */
  readonly isSent: boolean;
  readonly onEdit: (action: DraftAction) => void;
}

function TicketFields({ draft, context, isAttempted, isSent, onEdit }: FieldsProps) {
  const isHedged = context?.settings.posMode === 'Hedged';
  const verdict = context && validate(draft, context);
  const errors = verdict === undefined || verdict.ok ? {} : verdict.errors;
  // An empty field is not wrong before someone has tried to send it, nor an order that is done for want of money for
  // a second one.
  const isWrong = (text: string) => isAttempted || (text !== '' && !isSent);
  const texts: Readonly<Record<keyof TicketErrors, string>> = {
    price: draft.priceText,
    qty: draft.qtyText,
    trigger: draft.triggerText,
    trail: draft.trailText,
    takeProfit: draft.takeProfit.text,
    stopLoss: draft.stopLoss.text,
    display: draft.displayText,
  };
  const shown = Object.fromEntries(
    Object.entries(errors).filter(([field]) => isWrong(texts[field as keyof TicketErrors])),
  ) as TicketErrors;
  return (
    <>
      <SideChoice draft={draft} isHedged={isHedged} onEdit={onEdit} />
      <div className={styles.kinds}>
        {isHedged && <IntentChoice draft={draft} onEdit={onEdit} />}
        <OrderTypeChoice draft={draft} onEdit={onEdit} />
      </div>
      <ConditionalFields draft={draft} context={context} errors={shown} onEdit={onEdit} />
      {(!isConditional(draft) || hasLimitPrice(draft)) && (
        <PriceField draft={draft} context={context} error={shown.price} onEdit={onEdit} />
      )}
      <QtyField draft={draft} context={context} error={shown.qty} onEdit={onEdit} />
      <TicketOptions draft={draft} isHedged={isHedged} onEdit={onEdit} />
      <DisplayField draft={draft} context={context} error={shown.display} onEdit={onEdit} />
      <ProtectionFields draft={draft} context={context} errors={shown} onEdit={onEdit} />
    </>
  );
}

function SideChoice(props: {
  readonly draft: Draft;
  readonly isHedged: boolean;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { draft, isHedged, onEdit } = props;
  const leg = (long: string, short: string) => (draft.intent === 'open' ? long : short);
  const shown = (side: string, posSide: string) => (isHedged ? `${side} · ${draft.intent} ${posSide}` : side);
  return (
    <Choice
      label="Side"
      value={draft.side}
      options={[
        { value: 'Buy', label: 'Buy', tone: 'buy', shown: shown('Buy', leg('long', 'short')) },
        { value: 'Sell', label: 'Sell', tone: 'sell', shown: shown('Sell', leg('short', 'long')) },
      ]}
      onChoose={(side) => onEdit({ do: 'choose-side', side })}
    />
  );
}

/** Hedged mode: does the order open its leg, or close the other one? */
function IntentChoice(props: { readonly draft: Draft; readonly onEdit: (action: DraftAction) => void }) {
  const { draft, onEdit } = props;
  return (
    <Choice
      label="Intent"
      value={draft.intent}
      options={[
        { value: 'open', label: 'Open' },
        { value: 'close', label: 'Close' },
      ]}
      onChoose={(intent) => onEdit({ do: 'choose-intent', intent })}
    />
  );
}

function SubmitButton(props: {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly isBusy: boolean;
  readonly isSending: boolean;
}) {
  const { draft, context, isBusy, isSending } = props;
  const feed = useAccountFeed();
  const noKey = useNoKeyWords();
  const stopped = stoppedText(useOpeningStop(), draft, context);
  const waiting = feed.state === 'no-key' ? `${noKey.title}: view only` : 'Waiting for the account…';
  const ready = context && (stopped ?? `${draft.side} ${context.product.base}`);
  return (
    <button
      type="submit"
      data-testid="submit-order"
      className={styles.submit}
      data-side={draft.side}
      data-busy={isSending}
      title={stopped && 'Cancels and reduce-only orders pass'}
      disabled={context === undefined || stopped !== undefined || isBusy}
    >
      {ready ?? waiting}
    </button>
  );
}

/** Why this order would be refused whatever it is worth; one that only closes never is. Arming has its own strip. */
function stoppedText(
  stop: OpeningStop | undefined,
  draft: Draft,
  context: TicketContext | undefined,
): string | undefined {
  if (stop === undefined || stop === 'disarmed' || context === undefined) return undefined;
  if (targetOf(draft, context.settings.posMode).isClosing) return undefined;
  return stop === 'halted' ? 'Trading is halted' : 'Read only: opens nothing';
}

function TicketPreview({
  draft,
  context,
}: {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
}) {
  const price = context && reckonedPrice(draft, context.product, context.quotes);
  const qty = context && readSize(draft, context);
  const outcome = price && qty && outcomeOf(draft, { qty, price }, context);
  return <PreviewTable draft={draft} context={context} outcome={outcome} price={price} />;
}
