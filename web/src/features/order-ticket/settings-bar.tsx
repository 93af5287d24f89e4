/** Margin mode, leverage and position mode of the product: what they are, and the way to change them. */
import { lazy, Suspense, useState } from 'react';
import { useStore } from 'zustand';
import type { ProductSymbol } from '#contract/brand.ts';
import type { SymbolSettings } from '#contract/model.ts';
import { effectiveLeverage } from '../../account/pnl.ts';
import { Button } from '../../ui/button.tsx';
import { ChevronIcon } from '../../ui/icons.tsx';
import { sendingStore, setOneClick } from '../../workspace/sending.ts';
import type { TicketContext } from './facts.ts';
import { LeverageDialog } from './leverage-dialog.tsx';
import styles from './order-ticket.module.css';
import { PosModeDialog } from './pos-mode-dialog.tsx';

/** Not needed until someone asks for it. */
const SendingDialog = lazy(async () => ({ default: (await import('./sending-dialog.tsx')).SendingDialog }));

function leverageText(context: TicketContext): string {
  const { product, settings } = context;
  const texts = settings.legs.map(({ marginMode, leverage }) => {
    const word = marginMode === 'cross' ? 'Cross' : 'Isolated';
    return [word, `${effectiveLeverage(leverage, product)}x`] as const;
  });
  const words = new Set(texts.map(([word]) => word));
  const figures = [...new Set(texts.map(([, figure]) => figure))].join(' / ');
  return words.size === 1 ? `${texts[0]?.[0]} ${figures}` : figures;
}

const MODE_NAMES: Readonly<Record<SymbolSettings['posMode'], string>> = {
  OneWay: 'One-way',
  Hedged: 'Hedged',
};

export function SettingsBar(props: {
  readonly context: TicketContext | undefined;
  readonly symbol: ProductSymbol;
}) {
  const { context } = props;
  const [open, setOpen] = useState<'none' | 'leverage' | 'mode' | 'sending'>('none');
  const isOneClick = useStore(sendingStore, (sending) => sending.isOneClick);
  const close = () => setOpen('none');
  return (
    <header className={styles.settings} data-one-click={isOneClick}>
      <Button
        kind="quiet"
        title="Margin mode and leverage"
        aria-haspopup="dialog"
        disabled={context === undefined}
        onClick={() => setOpen('leverage')}
      >
        {context === undefined ? 'Leverage' : leverageText(context)}
        <ChevronIcon />
      </Button>
      {isOneClick ? (
        <button
          type="button"
          className={styles.oneClick}
          aria-label="One-click mode is on: end it"
          title="A click on a level of the book sends an order: press to end it (Escape)"
          onClick={() => setOneClick(false)}
        >
          One-click <span aria-hidden="true">×</span>
        </button>
      ) : (
        <Button
          kind="quiet"
          title="Ask before large orders; one-click mode"
          aria-haspopup="dialog"
          onClick={() => setOpen('sending')}
        >
          Sending
          <ChevronIcon />
        </Button>
      )}
      <Button
        kind="quiet"
        title="Position mode"
        aria-haspopup="dialog"
        disabled={context === undefined}
        onClick={() => setOpen('mode')}
      >
        {context === undefined ? 'Position mode' : MODE_NAMES[context.settings.posMode]}
        <ChevronIcon />
      </Button>
      {open === 'sending' && (
        <Suspense fallback={null}>
          <SendingDialog quote={context?.product.quote ?? ''} onClose={close} />
        </Suspense>
      )}
      {context !== undefined && open === 'leverage' && <LeverageDialog context={context} onClose={close} />}
      {context !== undefined && open === 'mode' && <PosModeDialog context={context} onClose={close} />}
    </header>
  );
}
