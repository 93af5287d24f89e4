/** Hides the account's amounts from whoever looks over a shoulder or at a shared screen. */
import { useStore } from 'zustand';
import { Button } from '../../ui/button.tsx';
import { EyeIcon, HiddenIcon } from '../../ui/icons.tsx';
import { privacyStore, togglePrivacy } from '../../workspace/privacy.ts';

export function PrivacyButton() {
  const isOn = useStore(privacyStore, (state) => state.isOn);
  return (
    <Button kind="icon" label={isOn ? 'Show amounts' : 'Hide amounts'} onClick={togglePrivacy}>
      {isOn ? <HiddenIcon /> : <EyeIcon />}
    </Button>
  );
}
