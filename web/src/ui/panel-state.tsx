/** What a panel says when it has no rows to show: that it is loading, empty, or failed, and what to do. */
import type { ReactNode } from 'react';
import styles from './data-table.module.css';

export function PanelState(props: {
  readonly title: string;
  readonly text?: string;
  /** The way out of it. */
  readonly children?: ReactNode;
}) {
  const { title, text, children } = props;
  return (
    <div className={styles.state}>
      <strong>{title}</strong>
      {text !== undefined && <span>{text}</span>}
      {children}
    </div>
  );
}
