/** What a panel says when it has no rows to show: that it is loading, empty, or failed, and what to do. */
import styles from './data-table.module.css';

export function PanelState({ title, text }: { readonly title: string; readonly text?: string }) {
  return (
    <div className={styles.state}>
      <strong>{title}</strong>
      {text !== undefined && <span>{text}</span>}
    </div>
  );
}
