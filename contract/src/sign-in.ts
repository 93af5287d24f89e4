/** Who is at the page: how a browser signs in, and the browsers that have. */

export interface SessionOpened {
  /** Kept by the page per origin (localStorage) and sent as `x-perpdeck-token`; useless without the cookie. */
  readonly headerToken: string;
}

/** How a browser can sign in beside the terminal's link. */
export interface SignInWays {
  /** A passphrase is set. */
  readonly withPassphrase: boolean;
  /** A passkey is there that was made under this name. */
  readonly withPasskey: boolean;
  /** From another machine the link and the passphrase are both needed. */
  readonly needsLink: boolean;
  /** The signer's public key, to seal to; base64url. */
  readonly sealTo: string;
}

/** What an authenticator is to sign, and the passkeys that are known already; base64url. */
export interface PasskeyQuestion {
  readonly challenge: string;
  readonly known: readonly string[];
}

export interface PasskeyView {
  /** The page is open under a name with TLS: browsers make passkeys for nothing else. */
  readonly canAdd: boolean;
  readonly passkeys: readonly { readonly id: string; readonly madeIn: string; readonly addedAtMs: number }[];
}

/** A browser that is signed in. */
export interface SessionSummary {
  /** Names it; signs in nobody. */
  readonly handle: string;
  /** In a few known words, e.g. "Firefox on Linux". */
  readonly browser: string;
  readonly openedAtMs: number;
  readonly usedAtMs: number;
  /** Its open pages. */
  readonly pages: number;
  readonly isThis: boolean;
}
