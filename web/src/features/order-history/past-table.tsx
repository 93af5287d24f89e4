/** The frame of a history: what to say while there is nothing, the rows so far, and the way to older ones. */
import { type ReactNode, useState } from 'react';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import type { Past } from '../../account/past-positions.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { PanelState } from '../../ui/panel-state.tsx';

/** Rows at first, and how many more each time. */
const ROWS_AT_ONCE = 60;

export interface PastTableProps<Row> {
  readonly label: string;
  readonly none: string;
  readonly past: Past<Row>;
  readonly head: ReactNode;
  readonly row: (row: Row) => ReactNode;
}

export function PastTable<Row>({ label, none, past, head, row }: PastTableProps<Row>) {
  const { rows, isLoading, problem, loadOlder } = past;
  const feed = useAccountFeed();
  const noKey = useNoKeyWords();
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  if (feed === 'no-key') {
    return <PanelState {...noKey} />;
  }
  if (rows.length === 0) {
    if (isLoading) return <PanelState title="Loading…" />;
    return <PanelState title={none} {...(problem === undefined ? {} : { text: problem })} />;
  }
  const hasMore = rows.length > shown || loadOlder !== undefined;
  const showMore = () => {
    setShown(shown + ROWS_AT_ONCE);
    if (rows.length <= shown + ROWS_AT_ONCE) loadOlder?.();
  };
  return (
    <div className={table.panel} data-feed={feed}>
      <table className={table.table} aria-label={label}>
        <thead>{head}</thead>
        <tbody>{rows.slice(0, shown).map(row)}</tbody>
      </table>
      {(hasMore || problem !== undefined) && (
        <div className={table.more}>
          {problem !== undefined && <span className={table.problem}>Some are missing: {problem}</span>}
          {hasMore && (
            <Button kind="quiet" onClick={showMore}>
              Show older
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
