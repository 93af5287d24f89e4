/** A new key for a bot: what it may do; then its secret, this once. */
import { type FormEvent, useState } from 'react';
import type { Money } from '#contract/brand.ts';
import type { IssuedKey, KeyScope, KeyTerms, Silence } from '#contract/gateway.ts';
import { readProductNames } from '#contract/product-name.ts';
import { makeGatewayKey } from '../../exchange/gateway-keys.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { PlainField } from '../../ui/plain-field.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';
import { readForm } from './passphrase-forms.tsx';

const DAY_MS = 86_400_000;

const SCOPES = [
  { value: 'read', label: 'Read' },
  { value: 'trade', label: 'Read and trade' },
] as const satisfies readonly { value: KeyScope; label: string }[];

const SILENCES = [
  { value: 'cancel', label: 'Cancel its orders' },
  { value: 'halt', label: 'Halt trading' },
  { value: 'halt-and-close', label: 'Halt and close' },
] as const satisfies readonly { value: Silence; label: string }[];

const SILENCE_NOTES: Readonly<Record<Silence, string>> = {
  cancel: 'When its bot has armed a dead-man timer and falls silent, the orders of this key are canceled.',
  halt: 'When its bot falls silent, the kill switch is pulled: every order of the account is canceled.',
  'halt-and-close': 'When its bot falls silent, every order is canceled and every position closed.',
};

/** An empty field is no limit. */
function termsOf(
  fields: Readonly<Record<string, string>>,
  choices: Pick<KeyTerms, 'scope' | 'onSilence'>,
): KeyTerms {
  const { name = '', symbols = '', cap = '', days = '' } = fields;
  const listed = readProductNames(symbols);
  return {
    name,
    ...choices,
    symbols: listed.length === 0 ? null : listed,
    valueMax: cap === '' ? null : (cap as Money),
    expiresAtMs: days === '' ? null : Date.now() + Number(days) * DAY_MS,
  };
}

export function NewKeyForm({ go }: PlaceProps) {
  const [scope, setScope] = useState<KeyScope>('read');
  const [onSilence, setOnSilence] = useState<Silence>('cancel');
  const [problem, setProblem] = useState<string>();
  const [issued, setIssued] = useState<IssuedKey>();
  if (issued !== undefined) return <IssuedKeyShown issued={issued} onDone={() => go({ at: 'keys' })} />;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    const made = await makeGatewayKey(termsOf(readForm(event), { scope, onSilence }));
    if (made.ok) setIssued(made.value);
    else setProblem(faultSentence(made.problem));
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      <PlainField
        label="Name"
        name="name"
        pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
        title="Letters, digits, hyphens and underscores; it stands beside the bot’s orders"
        lengthMax={32}
      />
      <Choice label="What it may do" value={scope} options={SCOPES} onChoose={setScope} />
      {scope === 'trade' && (
        <>
          <PlainField label="Symbols" name="symbols" placeholder="All; or BTCUSDT, ETHUSDT" isOptional />
          <PlainField
            label="Cap (USDT)"
            name="cap"
            placeholder="None"
            pattern="[0-9]+(\.[0-9]+)?"
            title="What one of its orders, or the position it leads to, may be worth"
            isOptional
          />
        </>
      )}
      <PlainField
        label="Days"
        name="days"
        placeholder="Without end"
        pattern="[1-9][0-9]{0,3}"
        title="It is over after so many days"
        isOptional
      />
      {scope === 'trade' && (
        <>
          <Choice label="When it falls silent" value={onSilence} options={SILENCES} onChoose={setOnSilence} />
          <p className={styles.note}>{SILENCE_NOTES[onSilence]}</p>
        </>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'keys' })}>
          All keys
        </Button>
        <Button kind="main" type="submit">
          Make the key
        </Button>
      </div>
    </form>
  );
}

function IssuedKeyShown({ issued, onDone }: { readonly issued: IssuedKey; readonly onDone: () => void }) {
  const { key, secret } = issued;
  return (
    <div className={styles.form}>
      <p>
        The key <strong>{key.name}</strong>. Its secret is shown this once and kept nowhere: give it to the
        bot now.
      </p>
      <Told label="API key" text={key.id} />
      <Told label="API secret" text={secret} />
      <div className={styles.actions}>
        <Button kind="main" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

function Told({ label, text }: { readonly label: string; readonly text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return (
    <div className={styles.told}>
      <span className={styles.note}>{label}</span>
      <output aria-label={label} className={styles.secret}>
        {text}
      </output>
      <Button kind="quiet" onClick={() => void copy()}>
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
