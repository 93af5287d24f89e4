/**
 * The open picker: a search field over a sortable list of products. Its order holds still while prices move; arrows,
 * Enter and Escape do all that the pointer does. Loaded when it is first wanted.
 */
import { Popover } from '@base-ui/react/popover';
import { type KeyboardEvent, type RefObject, useId, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Product } from '#contract/model.ts';
import { useProducts } from '../../market/products.ts';
import { tickerNow, useHasTickers } from '../../market/ticker-store.ts';
import { selectedSymbolStore, selectSymbol } from '../../workspace/selected-symbol.ts';
import styles from './symbol-list.module.css';
import {
  COLUMNS,
  type Column,
  FIRST_SORT,
  nextSort,
  type Sort,
  searchProducts,
  sortProducts,
} from './symbol-order.ts';
import { SymbolRow } from './symbol-row.tsx';

export interface SymbolListProps {
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

export function SymbolList({ trigger, onClose }: SymbolListProps) {
  const search = useRef<HTMLInputElement>(null);
  return (
    <Popover.Root
      open
      onOpenChange={(isOpen, details) => {
        // The trigger's own click is about to close it; closing it here as well would open it again.
        const { target } = details.event;
        if (target instanceof Node && trigger.current?.contains(target)) details.cancel();
        else if (!isOpen) onClose();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner
          className={styles.positioner}
          anchor={trigger}
          side="bottom"
          align="start"
          sideOffset={4}
          collisionPadding={8}
        >
          <Popover.Popup
            className={styles.popup}
            aria-label="Choose a symbol"
            initialFocus={search}
            finalFocus={trigger}
          >
            <Chooser search={search} onClose={onClose} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The list, and which of its rows the keyboard is on. */
function useListing() {
  const { data: products = [], isError, error, isPending } = useProducts();
  const hasTickers = useHasTickers();
  const [sort, setSort] = useState<Sort>(FIRST_SORT);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  // Sorted once, not with every price: a row must not jump away under the pointer. The first tickers do sort it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above; `hasTickers` stands for all of them.
  const sorted = useMemo(() => sortProducts(products, sort, tickerNow), [products, sort, hasTickers]);
  const shown = searchProducts(sorted, typed);
  return {
    shown,
    sort,
    typed,
    active: Math.min(active, shown.length - 1),
    setActive,
    search: (text: string) => {
      setTyped(text);
      setActive(0);
    },
    sortBy: (column: Column) => {
      setSort(nextSort(sort, column));
      setActive(0);
    },
    message: isError ? error.message : isPending ? 'Loading products…' : 'No product has this name.',
  };
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

function Chooser(props: {
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onClose: () => void;
}) {
  const listing = useListing();
  const { shown, active } = listing;
  const listID = useId();
  const optionID = (index: number) => `${listID}-${index}`;
  const choose = (product: Product | undefined) => {
    if (product === undefined) return;
    selectSymbol(product.symbol);
    props.onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    // Also of Enter: closing moves the focus to the trigger, which would take the same key as a click.
    event.preventDefault();
    if (step === undefined) return choose(shown[active]);
    const next = Math.min(shown.length - 1, Math.max(0, active + step));
    listing.setActive(next);
    document.getElementById(optionID(next))?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <input
        ref={props.search}
        className={styles.search}
        type="text"
        role="combobox"
        aria-label="Search symbols"
        aria-expanded="true"
        aria-controls={listID}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? optionID(active) : undefined}
        placeholder="Search symbols"
        autoComplete="off"
        spellCheck={false}
        value={listing.typed}
        onChange={(event) => listing.search(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <SortHeads sort={listing.sort} onSort={listing.sortBy} />
      <Options
        id={listID}
        optionID={optionID}
        products={shown}
        active={active}
        onHover={listing.setActive}
        onChoose={choose}
      />
      {shown.length === 0 && <p className={styles.message}>{listing.message}</p>}
    </>
  );
}

const HEADS: Readonly<Record<Column, string>> = {
  symbol: 'Symbol',
  last: 'Last',
  change: '24h',
  turnover: 'Volume',
  funding: 'Funding',
};

function SortHeads(props: { readonly sort: Sort; readonly onSort: (column: Column) => void }) {
  const { column: sorted, isDescending } = props.sort;
  return (
    <div className={styles.heads}>
      {COLUMNS.map((column) => (
        <button
          key={column}
          type="button"
          className={styles.headCell}
          aria-pressed={column === sorted}
          data-direction={column !== sorted ? undefined : isDescending ? 'down' : 'up'}
          title={`Sort by ${HEADS[column].toLowerCase()}`}
          onClick={() => props.onSort(column)}
        >
          {HEADS[column]}
        </button>
      ))}
    </div>
  );
}

function Options(props: {
  readonly id: string;
  readonly optionID: (index: number) => string;
  readonly products: readonly Product[];
  readonly active: number;
  readonly onHover: (index: number) => void;
  readonly onChoose: (product: Product) => void;
}) {
  const selected: ProductSymbol = useStore(selectedSymbolStore, (state) => state.symbol);
  return (
    <div id={props.id} className={styles.list} role="listbox" aria-label="Symbols" tabIndex={-1}>
      {props.products.map((product, index) => (
        <SymbolRow
          key={product.symbol}
          id={props.optionID(index)}
          product={product}
          isActive={index === props.active}
          isSelected={product.symbol === selected}
          onHover={() => props.onHover(index)}
          onChoose={() => props.onChoose(product)}
        />
      ))}
    </div>
  );
}
