/** One named value of the connection's details. */
import { NO_VALUE } from '../../lib/format.ts';
import styles from './connection.module.css';

export const inMs = (value: number | undefined): string =>
  value === undefined ? NO_VALUE : `${Math.round(value)} ms`;

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
