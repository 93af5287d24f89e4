/** The frame of a history: what to say while there is nothing, the rows so far, and the way to older ones. */
import { type ReactNode, useState } from 'react';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import type { Past } from '../../account/past.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { OlderRows } from '../../ui/older-rows.tsx';
import { PanelState } from '../../ui/panel-state.tsx';

/** Rows at first, and how many more each time. */
const ROWS_AT_ONCE = 60;

export interface PastTableProps<Row> {
  readonly label: string;
  /** Said while nothing has come yet. */
  readonly loading?: string;
  readonly none: string;
  readonly past: Past<Row>;
  readonly head: ReactNode;
  readonly row: (row: Row) => ReactNode;
}

export function PastTable<Row>({ label, loading = 'Loading…', none, past, head, row }: PastTableProps<Row>) {
  const { rows, isLoading, problem, retry, loadOlder } = past;
  const feed = useAccountFeed();
  const noKey = useNoKeyWords();
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  if (feed.state === 'no-key') {
    return <PanelState {...noKey} />;
  }
  if (rows.length === 0) {
    if (isLoading) return <PanelState title={loading} />;
    if (problem === undefined) return <PanelState title={none} />;
    // What was not told is not nothing.
    return (
      <PanelState title={`${label} could not be loaded`} text={problem}>
        <Button onClick={retry}>Try again</Button>
      </PanelState>
    );
  }
  const hasMore = rows.length > shown || loadOlder !== undefined;
  const showMore = () => {
    setShown(Math.min(shown, rows.length) + ROWS_AT_ONCE);
    if (rows.length <= shown + ROWS_AT_ONCE) loadOlder?.();
  };
  return (
    <div className={table.panel} data-feed={feed.state}>
      <table className={table.table} aria-label={label}>
        <thead>{head}</thead>
        <tbody>{rows.slice(0, shown).map(row)}</tbody>
      </table>
      <OlderRows
        rows={Math.min(shown, rows.length)}
        onMore={hasMore ? showMore : undefined}
        problem={problem}
        onRetry={retry}
      />
    </div>
  );
}
