/** One product in the picker's list; each figure re-renders on its own change alone. */
import type { Product, Ticker } from '#contract/model.ts';
import {
  directionOf,
  formatCompact,
  formatPercent,
  formatPrice,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { dayChangeRatio } from '../../market/day-change.ts';
import { useTicker } from '../../market/ticker-store.ts';
import styles from './symbol-list.module.css';

export interface SymbolRowProps {
  readonly id: string;
  readonly product: Product;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onHover: () => void;
  readonly onChoose: () => void;
}

const lastOf = ({ last }: Ticker) => last;
const turnoverOf = ({ turnover }: Ticker) => turnover;
const fundingOf = ({ fundingRate }: Ticker) => fundingRate;

/** Funding rates are hundredths of a percent. */
export const FUNDING_PLACES = 4;

export function SymbolRow({ id, product, isActive, isSelected, onHover, onChoose }: SymbolRowProps) {
  const last = useTicker(product.symbol, lastOf);
  const change = useTicker(product.symbol, dayChangeRatio);
  const turnover = useTicker(product.symbol, turnoverOf);
  const funding = useTicker(product.symbol, fundingOf);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys, as a combobox should.
    // biome-ignore lint/a11y/useFocusableInteractive: the search field keeps the focus and names the active option.
    <div
      id={id}
      role="option"
      aria-selected={isSelected}
      className={styles.option}
      data-active={isActive}
      onPointerMove={onHover}
      onClick={onChoose}
    >
      <span className={styles.symbol}>
        {product.base}
        <span className={styles.quote}>{product.quote}</span>
      </span>
      <span className={styles.figure}>
        {last === undefined ? NO_VALUE : formatPrice(last, product.tickSize)}
      </span>
      <span className={styles.figure} data-direction={change && directionOf(change)}>
        {change === undefined ? NO_VALUE : formatSignedPercent(change)}
      </span>
      <span className={styles.figure}>{turnover === undefined ? NO_VALUE : formatCompact(turnover)}</span>
      <span className={styles.figure}>
        {funding === undefined ? NO_VALUE : formatPercent(funding, FUNDING_PLACES)}
      </span>
    </div>
  );
}
