/** From the ticket to the exchange: judged by what the market is now, asked about where the trader wants it, sent once. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ProductSymbol } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { OrderPlan, Placement } from '../../account/placement.ts';
import { usePlacer } from '../../account/use-placer.ts';
import { bookNow } from '../../market/book-store.ts';
import { sendingStore } from '../../workspace/sending.ts';
import type { Draft } from './draft.ts';
import type { TicketContext } from './facts.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { reckonedPrice } from './reading.ts';
import { quotesNow } from './ticket-context.ts';
import { type TicketErrors, validate } from './validate.ts';

/** An order that waits for the trader's second word; it is sent as it is. */
export interface Asking {
  readonly plan: OrderPlan;
  readonly draft: Draft;
  readonly outcome: Outcome | undefined;
}

export interface UsedSending {
  readonly placement: Placement;
  readonly asking: Asking | undefined;
  /** The draft that was sent last, by identity. */
  readonly sent: Draft | undefined;
  /** Someone has tried to send what is wrong. */
  readonly isAttempted: boolean;
  /** Answers what is wrong with it, if anything is. */
  submit(draft: Draft): TicketErrors | undefined;
  /** Yes: to what this ticket asks, or the proxy. */
  confirm(): void;
  takeBack(): void;
  /** The draft is edited: what was said of the one before is over. */
  forget(): void;
}

interface Attempt {
  readonly symbol: ProductSymbol;
  readonly isFailed: boolean;
  readonly sent?: Draft;
  readonly asking?: Asking;
}

export function useSending(symbol: ProductSymbol, context: TicketContext | undefined): UsedSending {
  const placer = usePlacer();
  const askFrom = useStore(sendingStore, (sending) => sending.askFrom);
  const [attempt, setAttempt] = useState<Attempt>({ symbol, isFailed: false });
  const isBusy = placer.placement.at === 'sending' || placer.placement.at === 'unknown';
  if (attempt.symbol !== symbol) {
    // What became of another product's order is not this ticket's to tell.
    setAttempt({ symbol, isFailed: false });
    placer.clear();
  }
  const send = (plan: OrderPlan, draft: Draft, isConfirmed = false) => {
    setAttempt({ symbol, isFailed: false, sent: draft });
    placer.send(plan, draft, isConfirmed);
  };
  const submit = (draft: Draft) => {
    if (context === undefined || isBusy) return undefined;
    const now = { ...context, quotes: quotesNow(symbol), book: bookNow(symbol) };
    const verdict = validate(draft, now);
    if (!verdict.ok) {
      setAttempt({ symbol, isFailed: true });
      return verdict.errors;
    }
    const { plan } = verdict;
    const price = reckonedPrice(draft, now.product, now.quotes);
    const outcome = price && outcomeOf(draft, { qty: plan.qty, price }, now);
    const isLarge = askFrom !== undefined && (!outcome || compare(outcome.value, askFrom) >= 0);
    if (isLarge && !plan.reduceOnly)
      setAttempt({ symbol, isFailed: false, asking: { plan, draft, outcome } });
    else send(plan, draft);
    return undefined;
  };
  const { asking, sent } = attempt;
  const takeBack = () => setAttempt({ symbol, isFailed: false, ...(sent && { sent }) });
  return {
    placement: placer.placement,
    asking,
    sent,
    isAttempted: attempt.isFailed,
    submit,
    confirm: () => {
      if (asking === undefined) placer.confirm();
      else send(asking.plan, asking.draft, true);
    },
    takeBack,
    forget: () => {
      if (placer.placement.at === 'refused' || placer.placement.at === 'question') placer.clear();
      if (asking !== undefined) takeBack();
    },
  };
}
