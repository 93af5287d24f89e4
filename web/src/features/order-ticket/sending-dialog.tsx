/** How orders leave the ticket: a question before large ones, and one-click mode. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Money } from '#contract/brand.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import { CheckBox } from '../../ui/check-box.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { askFrom, sendingStore, setOneClick } from '../../workspace/sending.ts';
import styles from './order-ticket.module.css';

/** Offered where none was set: more than most orders. */
const ASK_FROM_FIRST = '10000' as Money;

export function SendingDialog(props: { readonly quote: string; readonly onClose: () => void }) {
  const { quote, onClose } = props;
  const sending = useStore(sendingStore);
  const [text, setText] = useState<string>(sending.askFrom ?? ASK_FROM_FIRST);
  const isAsking = sending.askFrom !== undefined;
  const value = readDecimal(text) as Money | undefined;
  return (
    <Dialog title="Sending orders" onClose={onClose}>
      <CheckBox
        label="Ask before large opening orders"
        isChecked={isAsking}
        onChange={(isChecked) => askFrom(isChecked ? (value ?? ASK_FROM_FIRST) : undefined)}
      />
      <TextField
        label="From a value of"
        value={text}
        unit={quote}
        isDisabled={!isAsking}
        error={value === undefined ? 'Not a number' : undefined}
        onChange={(next) => {
          setText(next);
          const read = readDecimal(next) as Money | undefined;
          if (read !== undefined) askFrom(read);
        }}
      />
      <p className={styles.note}>
        Zero asks before every opening order, from this browser. Closing orders are never held up. What every
        page has to ask about is set under Limits, and asked in the same place.
      </p>
      <CheckBox
        label="One-click mode"
        isChecked={sending.isOneClick}
        onChange={(isOn) => {
          setOneClick(isOn);
          if (isOn) onClose();
        }}
      />
      <p className={styles.note}>
        A click on a level of the book sends a limit order at its price, with the ticket’s quantity and
        options: on a bid it buys, on an ask it sells. Keys never send that way. It is off again with Escape,
        for another product and after a reload.
      </p>
    </Dialog>
  );
}
