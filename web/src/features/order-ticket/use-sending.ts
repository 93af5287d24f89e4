/** From the ticket to the exchange: judged by what the market is now, asked about where the trader wants it, sent once. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ProductSymbol } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import { isOver, useOpeningStop } from '../../account/opening-stop.ts';
import type { OrderPlan, Placement } from '../../account/placement.ts';
import { type UsedPlacer, usePlacer } from '../../account/use-placer.ts';
import { bookNow } from '../../market/book-store.ts';
import { type News, notify } from '../../workspace/notices.ts';
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
  /** The proxy's question; absent: the ticket's own. */
  readonly why?: string;
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
  /** Yes: whoever has asked, the ticket or the proxy. */
  confirm(): void;
  takeBack(): void;
  /** The draft is edited: what was said of the one before is over. */
  forget(): void;
}

const STILL_UNDER_WAY: News = {
  tone: 'problem',
  title: 'Not sent',
  text: 'What became of the order before is not known yet.',
};

interface Attempt {
  readonly symbol: ProductSymbol;
  /** It was wrong. */
  readonly isFailed?: true;
  /** What was sent, or is asked about here before it is. */
  readonly order?: Asking;
  readonly isAsked?: true;
}

export function useSending(symbol: ProductSymbol, context: TicketContext | undefined): UsedSending {
  const placer = usePlacer();
  const { placement } = placer;
  const askFrom = useStore(sendingStore, (sending) => sending.askFrom);
  const [attempt, setAttempt] = useState<Attempt>({ symbol });
  const isBusy = placement.at === 'sending' || placement.at === 'unknown';
  if (attempt.symbol !== symbol) {
    // What became of another product's order is not this ticket's to tell.
    setAttempt({ symbol });
    placer.clear();
  }
  useRefusalEnd(placer);
  const send = (order: Asking, isConfirmed = false) => {
    setAttempt({ symbol, order });
    placer.send(order.plan, order.draft, isConfirmed);
  };
  const submit = (draft: Draft) => {
    // Only a click on the book comes here meanwhile: the button is shut.
    if (isBusy) notify(STILL_UNDER_WAY);
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
    const order = { plan, draft, outcome };
    const isLarge = askFrom !== undefined && (!outcome || compare(outcome.value, askFrom) >= 0);
    if (isLarge && !plan.reduceOnly) setAttempt({ symbol, order, isAsked: true });
    else send(order);
    return undefined;
  };
  const { order, isAsked } = attempt;
  const asking = askingOf(attempt, placement);
  const takeBack = () => {
    setAttempt({ symbol });
    if (placement.at === 'question') placer.clear();
  };
  return {
    placement,
    asking,
    sent: asking === undefined ? order?.draft : undefined,
    isAttempted: attempt.isFailed ?? false,
    submit,
    confirm: () => {
      if (order !== undefined && isAsked) send(order, true);
      else placer.confirm();
    },
    takeBack,
    forget: () => {
      if (placement.at === 'refused') placer.clear();
      if (asking !== undefined) takeBack();
    },
  };
}

/** One question, wherever the threshold is kept: in this browser, or among the limits in the proxy. */
function askingOf({ order, isAsked }: Attempt, placement: Placement): Asking | undefined {
  if (isAsked) return order;
  return placement.at === 'question' && order !== undefined
    ? { ...order, why: placement.sentence }
    : undefined;
}

/** What was refused since nothing might be opened is not said any longer than that holds. */
function useRefusalEnd({ placement, clear }: UsedPlacer): void {
  const stop = useOpeningStop();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what the proxy tells ends it, not the refusal itself.
  useEffect(() => {
    if (placement.at === 'refused' && isOver(placement.rule, stop)) clear();
  }, [stop]);
}
