/**
 * Whether a connection over loopback comes from this user, by Linux's own accounting (/proc/net/tcp): another user of the
 * machine who got hold of a session's cookie and token is not let in with them. Root is: it can do everything anyway, and
 * what forwards connections for others (WSL, containers) runs as root. Elsewhere it cannot be known, and is not asked.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';
const ROOT = 0;

/** As the table writes addresses: the bytes of IPv4 from the last to the first, and the port, both in hex. */
function inTable(address: string, port: number): string {
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${bytes.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** `table` is /proc/net/tcp. undefined: nobody holds the other end any more, or it is not there. */
export function ownerIn(table: string, from: string, to: string): number | undefined {
  for (const line of table.split('\n')) {
    const [, local, remote, , , , , uid, , inode] = line.trim().split(/\s+/);
    if (local !== from || remote !== to) continue;
    // A connection that was given up has no inode, and the table then calls it root's.
    return inode === '0' ? undefined : Number(uid);
  }
  return undefined;
}

export interface SocketOwners {
  /** True too where it cannot be known. */
  isOurs(socket: Socket): boolean;
}

export function createSocketOwners(readTable: () => string | undefined = readTcpTable): SocketOwners {
  const known = new WeakMap<Socket, boolean>();
  const ownUid = process.getuid?.();
  const look = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): boolean => {
    if (remoteAddress !== LOOPBACK || remotePort === undefined) return true;
    const table = readTable();
    if (table === undefined || localAddress === undefined || localPort === undefined) return true;
    const uid = ownerIn(table, inTable(remoteAddress, remotePort), inTable(localAddress, localPort));
    return uid === ownUid || uid === ROOT;
  };
  return {
    isOurs(socket) {
      const before = known.get(socket);
      if (before !== undefined) return before;
      const isOurs = look(socket);
      known.set(socket, isOurs);
      return isOurs;
    },
  };
}

/** undefined: there is none here. */
function readTcpTable(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync('/proc/net/tcp', 'latin1');
  } catch {
    return undefined;
  }
}
