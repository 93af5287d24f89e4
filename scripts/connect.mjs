/** `npm run connect`: makes an API key known to Perpdeck, encrypted on this machine. */
import { runProgram } from './program.mjs';

await runProgram('connect');
