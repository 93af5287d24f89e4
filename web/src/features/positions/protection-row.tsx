/** What protects a position, below its row: the prices that would close it, and a warning where that may come too late. */
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Order } from '#contract/model.ts';
import { accountStore } from '../../account/account-store.ts';
import { partOfPosition, protectingOrders } from '../../account/protection.ts';
import { stopWarning } from '../../account/stop-warning.ts';
import { formatQty } from '../../lib/format.ts';
import table from '../../ui/data-table.module.css';
import { type CellsProps, priceText } from './liquidation-cell.tsx';

/** The nearest, how much it closes if not all, and how many there are when there are more; '' for none. */
function wordsOf([nearest, ...others]: readonly Order[], { position, product }: CellsProps): string {
  if (nearest === undefined) return '';
  const part = partOfPosition(position, nearest);
  const shownPart = part && product ? ` of ${formatQty(part, product.qtyStep)}` : '';
  const price = `${priceText(nearest.trigger?.price, product)}${shownPart}`;
  return others.length === 0 ? price : `${price} (nearest of ${others.length + 1})`;
}

export function ProtectionRow({ columns, ...of }: CellsProps & { readonly columns: number }) {
  const { position, product } = of;
  // As text, so that a hundred other orders may change without a word about this position.
  const { profit, stop, warning } = useStore(
    accountStore,
    useShallow(({ openOrders }) => {
      const { 'take-profit': profits, 'stop-loss': stops } = protectingOrders(position, openOrders.values());
      const trigger = stops[0]?.trigger;
      return {
        profit: wordsOf(profits, of),
        stop: wordsOf(stops, of),
        warning: trigger && product && stopWarning(position, product, trigger),
      };
    }),
  );
  if (profit === '' && stop === '') return null;
  return (
    <tr data-sum={true} className={table.below} data-testid="position-protection">
      <td colSpan={columns} data-span="all">
        <span className={table.inline}>
          {profit !== '' && <span className={table.figure}>TP {profit}</span>}
          {stop !== '' && (
            <span className={`${table.figure} ${warning === undefined ? '' : table.warning}`}>SL {stop}</span>
          )}
          {warning !== undefined && <span className={table.warning}>{warning}</span>}
        </span>
      </td>
    </tr>
  );
}
