/** Which exchange the orders go to: said in words and in a colour that runs across the whole screen. */
import { useStore } from 'zustand';
import type { Environment } from '#contract/vocabulary.ts';
import { connectionStore } from '../../exchange/connection.ts';
import styles from './connection.module.css';

const WORDS: Readonly<Record<Environment, readonly [name: string, meaning: string]>> = {
  paper: ['PAPER', 'The exchange inside Perpdeck: a simulated market and play money'],
  testnet: ['TESTNET', "The exchange's test network: play money"],
  mainnet: ['MAINNET', 'The real exchange: real money'],
};

export function EnvironmentBand() {
  const environment = useStore(connectionStore, ({ status }) => status?.environment);
  const [name, meaning] = environment === undefined ? ['…', 'Not known yet'] : WORDS[environment];
  return (
    <div role="status" className={styles.band} data-environment={environment} title={meaning}>
      {name}
    </div>
  );
}
