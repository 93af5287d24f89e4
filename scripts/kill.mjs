/** `npm run kill`: halts trading of the Perpdeck that runs on this machine. */
import { runProgram } from './program.mjs';

await runProgram('kill');
