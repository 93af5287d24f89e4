/** The keys that bots sign with: what each may do, when it was last used, and a way to end it. */
import type { DeadMan, GatewayKey } from '#contract/gateway.ts';
import { useAnswer } from '../../account/use-answer.ts';
import { fetchGatewayKeys, revokeGatewayKey } from '../../exchange/gateway-keys.ts';
import { formatMoney } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** What it may do, in the order in which it matters. */
function termsText({ scope, symbols, valueMax, expiresAtMs, lastUsedAtMs }: GatewayKey): string {
  const isOver = expiresAtMs !== null && expiresAtMs <= Date.now();
  return [
    scope === 'read' ? 'reads' : 'reads and trades',
    ...(scope === 'read' || symbols === null ? [] : [symbols.join(', ')]),
    ...(scope === 'read' || valueMax === null ? [] : [`up to ${formatMoney(valueMax)} USDT`]),
    ...(expiresAtMs === null ? [] : [`${isOver ? 'over since' : 'until'} ${clock.format(expiresAtMs)}`]),
    lastUsedAtMs === undefined ? 'never used' : `last used ${clock.format(lastUsedAtMs)}`,
  ].join(' · ');
}

/** undefined: it is off. */
function deadManText(deadMan: DeadMan): string | undefined {
  switch (deadMan.at) {
    case 'off':
      return undefined;
    case 'armed':
      return `Dead-man timer: ${deadMan.seconds} s, armed`;
    case 'fired': {
      const { firedAtMs, canceled, openOrders, verifiedAtMs, problems } = deadMan;
      const done = `${canceled === 1 ? '1 order' : `${canceled} orders`} canceled`;
      const left = verifiedAtMs === undefined ? `, ${openOrders ?? 'some'} still open` : '';
      const problem = problems.at(-1);
      return `Dead-man timer fired ${clock.format(firedAtMs)}: ${done}${left}${problem === undefined ? '' : `. ${problem}`}`;
    }
  }
}

export function KeyList({ go }: PlaceProps) {
  const { value: keys, problem, take } = useAnswer(fetchGatewayKeys);
  const revoke = async (id: string) => take(await revokeGatewayKey(id));
  return (
    <>
      {keys?.length === 0 && (
        <p className={styles.note}>
          A bot signs with a key that is made here, and never has the exchange’s: ccxt needs its URLs and key
          changed, and nothing else. How: docs/bots.md.
        </p>
      )}
      <ul className={styles.list} aria-label="Gateway keys">
        {keys?.map((key) => (
          <KeyRow key={key.id} bot={key} onRevoke={() => void revoke(key.id)} />
        ))}
      </ul>
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'list' })}>
          All accounts
        </Button>
        <Button kind="main" disabled={keys === undefined} onClick={() => go({ at: 'new-key' })}>
          New key
        </Button>
      </div>
    </>
  );
}

function KeyRow({ bot, onRevoke }: { readonly bot: GatewayKey; readonly onRevoke: () => void }) {
  const deadMan = deadManText(bot.deadMan);
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <span className={styles.word}>{bot.name}</span>
      </span>
      <span className={styles.terms}>{termsText(bot)}</span>
      {deadMan !== undefined && <span className={styles.terms}>{deadMan}</span>}
      <ConfirmButton
        text="Revoke"
        question="Revoke it?"
        title="Ends it at once, with its sockets and its timer; its open orders stay"
        onConfirm={onRevoke}
      />
    </li>
  );
}
