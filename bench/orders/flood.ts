/** Strangers at the door, a process of its own: requests without a session and socket upgrades without a cookie. */
import { connect } from 'node:net';

const [host = '', port = ''] = (process.argv[2] ?? '').replace('http://', '').split(':');
const TURN_MS = 20;
const REQUESTS_PER_SECOND = 5_000;
const HANDSHAKES_PER_SECOND = 500;
const CONNECTIONS = 8;

const headers = `Host: ${host}:${port}\r\nSec-Fetch-Site: same-origin\r\n`;
const request = `GET /api/status HTTP/1.1\r\n${headers}\r\n`;
const upgrade = `GET /exchange/ws HTTP/1.1\r\n${headers}Origin: http://${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
const startedMs = performance.now();
let answered = 0;
let refused = 0;

/** Asks again as long as it is answered. */
function keepAsking(): void {
  const socket = connect({ host, port: Number(port) });
  let owed = 0;
  const timer = setInterval(() => {
    const count = REQUESTS_PER_SECOND / CONNECTIONS / (1000 / TURN_MS);
    if (owed > count * 4) return;
    owed += count;
    socket.write(request.repeat(count));
  }, TURN_MS);
  socket.on('data', (bytes) => {
    const count = bytes.toString('latin1').split('HTTP/1.1 ').length - 1;
    owed -= count;
    answered += count;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(timer);
    keepAsking();
  });
}

for (let i = 0; i < CONNECTIONS; i++) keepAsking();
setInterval(() => {
  for (let i = 0; i < HANDSHAKES_PER_SECOND / (1000 / TURN_MS); i++) {
    const socket = connect({ host, port: Number(port) }, () => socket.write(upgrade));
    socket.on('data', () => {
      refused += 1;
      socket.destroy();
    });
    socket.on('error', () => {});
  }
}, TURN_MS);
process.send?.('ready');
process.on('message', () => {
  const seconds = (performance.now() - startedMs) / 1000;
  process.send?.({ requests: Math.round(answered / seconds), handshakes: Math.round(refused / seconds) });
});
process.on('disconnect', () => process.exit(0));
