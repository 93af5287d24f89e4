import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSocketOwners, ownerIn } from './socket-owner.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (local: string, remote: string, uid: number, inode: number) =>
  `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1`;
const [CLIENT, SERVER] = ['0100007F:C001', '0100007F:2253'];
const table = (uid: number, inode = 77) =>
  [HEAD, row(SERVER, CLIENT, 1, 5), row(CLIENT, SERVER, uid, inode), ''].join('\n');

const socket = (fields: Partial<Socket> = {}) =>
  ({
    ...{ remoteAddress: '127.0.0.1', remotePort: 0xc001, localAddress: '127.0.0.1', localPort: 0x2253 },
    ...fields,
  }) as Socket;
const own = process.getuid?.() ?? 0;
const other = own + 65_534;
const isOurs = (text: string | undefined, from = socket()) => createSocketOwners(() => text).isOurs(from);

describe('[L1] the owner of a connection', () => {
  it('is read off the client’s row, not the server’s', () => {
    expect(ownerIn(table(1000), CLIENT, SERVER)).toBe(1000);
    expect(ownerIn(table(1000), CLIENT, '0100007F:9999')).toBeUndefined();
  });

  it.runIf(process.getuid !== undefined)('may be this user or root, and nobody else', () => {
    expect([isOurs(table(own)), isOurs(table(0)), isOurs(table(other))]).toEqual([true, true, false]);
  });

  it.runIf(process.getuid !== undefined)('who has let go of it already is not believed to be root', () => {
    expect(isOurs(table(0, 0))).toBe(false);
    expect(isOurs(HEAD)).toBe(false);
  });

  it('is not asked where there is no such table, nor of another machine', () => {
    expect(isOurs(undefined)).toBe(true);
    expect(isOurs(table(other), socket({ remoteAddress: '192.168.1.2' }))).toBe(true);
  });

  it('is looked up once for each connection', () => {
    let reads = 0;
    const owners = createSocketOwners(() => {
      reads += 1;
      return table(own);
    });
    const [one, two] = [socket(), socket()];
    for (const each of [one, one, two]) owners.isOurs(each);
    expect(reads).toBe(2);
  });
});
