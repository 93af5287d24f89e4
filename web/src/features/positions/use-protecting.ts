/** What protects a position, what is entered over it, and the way to ask for the difference. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import type { Position, Product } from '#contract/model.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { protect } from '../../account/protect.ts';
import { protectingOrders } from '../../account/protection.ts';
import {
  edited,
  inUnit,
  NO_DRAFT,
  type Protected,
  type ProtectionDraft,
  type PurposeDraft,
  readPurpose,
  without,
  withPrice,
} from '../../account/protection-draft.ts';
import type { ProtectionUnit, Purpose } from '../../account/protection-entry.ts';
import { tickerNow, useTicker } from '../../market/ticker-store.ts';

/** As they stand on the screen. */
const PURPOSES = ['take-profit', 'stop-loss'] as const;

export interface ProtectFormProps {
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}

export function useProtecting({ position, product, onDone }: ProtectFormProps) {
  const orders = protectingOrders(position, useOpenOrders().values());
  const [draft, setDraft] = useState(NO_DRAFT);
  const [undone, setUndone] = useState<readonly Purpose[]>([]);
  const [isSending, setIsSending] = useState(false);
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const { symbol } = position;
  useTicker(symbol, ({ markPrice, last, indexPrice }) => `${markPrice} ${last} ${indexPrice}`);
  const over: Protected = { position, product, orders, ticker: tickerNow(symbol) };
  const readings = PURPOSES.map((purpose) => readPurpose(purpose, draft, over));
  const changes = readings.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const problem = readings.find((reading) => reading.problem !== undefined)?.problem;
  const edit = (next: typeof draft) => {
    setDraft(next);
    setUndone([]);
  };
  const enter = (purpose: Purpose, entered: PurposeDraft) => {
    const orderID = readings.find((reading) => reading.purpose === purpose)?.standing?.orderID;
    edit(edited(draft, purpose, { ...entered, orderID }));
  };
  return {
    orders,
    draft,
    readings,
    changes,
    problem,
    undone,
    isSending,
    unit: draft.unit,
    chooseUnit: (unit: ProtectionUnit) => edit(inUnit(draft, unit, over)),
    enter,
    /** Another one beside what stands, or back to what stands. */
    another: (purpose: Purpose) => {
      const isNew = draft.of[purpose]?.isNew === true;
      const rest = without(draft, [purpose]);
      edit(isNew ? rest : edited(rest, purpose, { isNew: true }));
    },
    /** As entered in the unit of the texts. */
    enterPrice: (purpose: Purpose, price: Price) => edit(withPrice(draft, over, { purpose, price })),
    submit: async (event: FormEvent) => {
      event.preventDefault();
      if (problem !== undefined || changes.length === 0 || isSending) return;
      setIsSending(true);
      const failed = await protect(position, changes);
      setIsSending(false);
      if (!isShown.current) return;
      if (failed.length === 0) return onDone();
      setUndone(failed);
      // What was typed meanwhile stays, and so does what was not done.
      const isDone = (purpose: Purpose, now: ProtectionDraft) =>
        !failed.includes(purpose) && now.of[purpose] === draft.of[purpose];
      setDraft((now) =>
        without(
          now,
          PURPOSES.filter((purpose) => isDone(purpose, now)),
        ),
      );
    },
  };
}
