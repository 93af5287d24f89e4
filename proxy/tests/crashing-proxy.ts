/** A proxy as a process of its own that kills itself, with no time for anything, at one step of its journal, if it is given one. */
import { openJournalStore } from '../src/journal/journal-store.ts';
import { RESOLUTION_TIMING } from '../src/journal/resolver.ts';
import { startProxy } from '../src/server.ts';
import { createLog } from '../src/watch/log.ts';
import { PAGES, TRADING, testSigner } from './rig.ts';

const [folder = '', exchangeUrl = '', exchangeWs = '', crashAt] = process.argv.slice(2);

const die = (point: string) => {
  if (point === crashAt) process.kill(process.pid, 'SIGKILL');
};
const store = openJournalStore(folder);
const proxy = await startProxy({
  port: 0,
  environment: 'testnet',
  exchangeUrl,
  exchangeWs,
  signer: await testSigner(),
  trading: {
    ...TRADING,
    resolutionTiming: RESOLUTION_TIMING,
    openJournal: () => ({
      ...store,
      insert(entry, key) {
        die('before the intent');
        const seq = store.insert(entry, key);
        die('after the intent');
        return seq;
      },
      update(entry) {
        die(`before ${entry.state}`);
        store.update(entry);
        die(`after ${entry.state}`);
      },
    }),
  },
  pages: PAGES,
  version: '0.0.0-test',
  log: createLog({ write: () => {} }),
});
// Nothing is opened before the exchange's clock is known.
while (proxy.status().clockOffsetMs === undefined) await new Promise((resolve) => setImmediate(resolve));
process.send?.({ url: proxy.url, link: proxy.signInLink() });
