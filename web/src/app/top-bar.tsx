/** The line above everything: what is traded, how it moves, where orders go, and whether the screen is live. */
import { signOut } from '../exchange/session.ts';
import { AccountButton } from '../features/accounts/account-button.tsx';
import { ConnectionState } from '../features/connection/connection-state.tsx';
import { EnvironmentBand } from '../features/connection/environment-band.tsx';
import { LimitsButton } from '../features/guard/limits-button.tsx';
import { KillSwitch } from '../features/kill-switch/kill-switch.tsx';
import { MarketStrip } from '../features/symbol-picker/market-strip.tsx';
import { SymbolPicker } from '../features/symbol-picker/symbol-picker.tsx';
import { WalletSummary } from '../features/wallet/wallet-panel.tsx';
import { Button } from '../ui/button.tsx';
import { LeaveIcon, LogoMark } from '../ui/icons.tsx';
import { NoticeArea } from './notice-area.tsx';
import type { ScreenSize } from './screen-size.ts';
import styles from './trade-screen.module.css';

const SignOut = () => (
  <Button kind="icon" label="Sign out" onClick={() => void signOut()}>
    <LeaveIcon />
  </Button>
);

export function TopBar({ size }: { readonly size: ScreenSize }) {
  if (size === 'phone') {
    return (
      <header className={styles.top}>
        <SymbolPicker />
        <span className={styles.topEnd}>
          <AccountButton />
          <KillSwitch />
          <span className={styles.whereAndWhether}>
            <EnvironmentBand />
            <ConnectionState />
          </span>
        </span>
      </header>
    );
  }
  return (
    <header className={styles.top}>
      <h1 className={styles.logo}>
        <LogoMark />
        <span>Perpdeck</span>
      </h1>
      <SymbolPicker />
      {/* News lie over figures to look at: nothing is traded here, and the brakes stay free. */}
      <div className={styles.stripPlace}>
        <MarketStrip />
        <div className={styles.notices}>
          <NoticeArea />
        </div>
      </div>
      <span className={styles.topEnd}>
        {size === 'desk' && <WalletSummary />}
        <LimitsButton />
        <KillSwitch />
        <EnvironmentBand />
        <AccountButton />
        <ConnectionState />
        <SignOut />
      </span>
    </header>
  );
}
