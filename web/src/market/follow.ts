/** Keeps the market data of the screen coming: every ticker, and book and trades of the selected product alone. */
import { selectedSymbolStore } from '../workspace/selected-symbol.ts';
import { followBook } from './book-store.ts';
import { followTape } from './tape-store.ts';
import { subscribeTickers } from './ticker-store.ts';

/** Starts with the signed-in screen and ends with it. */
export function followMarket(): () => void {
  const stopTickers = subscribeTickers();
  let followed = selectedSymbolStore.getState().symbol;
  let stopProduct = followProduct();

  function followProduct(): () => void {
    const stopBook = followBook(followed);
    const stopTape = followTape(followed);
    return () => {
      stopBook();
      stopTape();
    };
  }
  const stopSelection = selectedSymbolStore.subscribe(({ symbol }) => {
    if (symbol === followed) return;
    stopProduct();
    followed = symbol;
    stopProduct = followProduct();
  });
  return () => {
    stopSelection();
    stopProduct();
    stopTickers();
  };
}
