/** `npm run keys`: makes, lists and revokes the keys that bots sign with. */
import { runProgram } from './program.mjs';

await runProgram('keys');
