/**
 * The ways in. One is always there: the loopback address, without TLS. Another may be beside it for other machines: names
 * of this machine, with TLS, whose cookies no plain connection ever carries.
 */
export interface Entrance {
  readonly isLocal: boolean;
  readonly scheme: 'http' | 'https';
  /** The Host headers that it answers to, port included where it is not the scheme's own. */
  readonly hosts: ReadonlySet<string>;
  readonly cookieName: string;
}

const TLS_PORT = 443;

/** The cookie names the port, since cookies are shared between the ports of one host. */
export const localEntrance = (port: number): Entrance => ({
  isLocal: true,
  scheme: 'http',
  hosts: new Set([`127.0.0.1:${port}`]),
  cookieName: `pd_${port}_s`,
});

export const lanEntrance = (names: readonly string[], port: number): Entrance => ({
  isLocal: false,
  scheme: 'https',
  hosts: new Set(names.map((name) => (port === TLS_PORT ? name : `${name}:${port}`))),
  cookieName: '__Host-pd_s',
});
