/** The trader's limits, read from the proxy and given back as a whole: it is the proxy that holds orders to them. */
import { type FormEvent, useState } from 'react';
import type { GuardLimits, GuardState } from '#contract/guard.ts';
import { useAnswer } from '../../account/use-answer.ts';
import { fetchGuard, saveLimits } from '../../exchange/guard.ts';
import { formatMoney } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './guard.module.css';
import { draftOf, LIMIT_FIELDS, type LimitsDraft, readLimits } from './limits-draft.ts';

export function LimitsDialog({ onClose }: { readonly onClose: () => void }) {
  const { value: state, problem, take } = useAnswer(fetchGuard);
  const [typed, setTyped] = useState<LimitsDraft>();
  const [wrong, setWrong] = useState<keyof GuardLimits>();
  const draft = typed ?? (state && draftOf(state.limits));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const read = draft && readLimits(draft);
    setWrong(read?.ok === false ? read.name : undefined);
    if (read?.ok && take(await saveLimits(read.limits))) onClose();
  };
  return (
    <Dialog title={`Limits on ${state?.environment ?? '…'}`} onClose={onClose}>
      <p className={styles.note}>
        Perpdeck itself holds every order to them, the page’s and bots’. Empty is no limit. Cancels and
        reduce-only orders always pass.
      </p>
      {state !== undefined && <Figures state={state} />}
      {draft !== undefined && (
        <form className={styles.limits} aria-label="Limits" noValidate onSubmit={(event) => void save(event)}>
          <LimitFields draft={draft} wrong={wrong} onChange={setTyped} />
          <div className={`${styles.wide} ${styles.actions}`}>
            <Button kind="main" type="submit">
              Save
            </Button>
          </div>
        </form>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

/** How near to them the account is. */
function Figures({ state: { dailyLoss, ordersInMinute, openOrders } }: { readonly state: GuardState }) {
  return (
    <p className={styles.figures}>
      Now: {ordersInMinute} orders within a minute, {openOrders} open; realised loss of today{' '}
      {formatMoney(dailyLoss as Parameters<typeof formatMoney>[0])} USDT.
    </p>
  );
}

function LimitFields(props: {
  readonly draft: LimitsDraft;
  readonly wrong: keyof GuardLimits | undefined;
  readonly onChange: (draft: LimitsDraft) => void;
}) {
  const { draft, wrong, onChange } = props;
  return (
    <>
      {LIMIT_FIELDS.map(({ name, label, unit }) => (
        <TextField
          key={name}
          label={label}
          unit={unit}
          value={draft.texts[name]}
          placeholder="no limit"
          error={wrong === name ? 'A number above zero, or nothing' : undefined}
          onChange={(text) => onChange({ ...draft, texts: { ...draft.texts, [name]: text } })}
        />
      ))}
      <div className={styles.wide}>
        <TextField
          label="Only these symbols"
          value={draft.symbols}
          placeholder="all"
          error={wrong === 'symbols' ? 'Symbols such as BTCUSDT, ETHUSDT' : undefined}
          onChange={(symbols) => onChange({ ...draft, symbols })}
        />
      </div>
      <div className={styles.wide}>
        <CheckBox
          label="Read only: nothing but cancels and reduce-only orders"
          isChecked={draft.isReadOnly}
          onChange={(isReadOnly) => onChange({ ...draft, isReadOnly })}
        />
      </div>
      {wrong !== undefined && (
        <p className={`${styles.wide} ${styles.problem}`} role="alert">
          Not saved: {LIMIT_FIELDS.find(({ name }) => name === wrong)?.label ?? 'Only these symbols'} is
          wrong.
        </p>
      )}
    </>
  );
}
