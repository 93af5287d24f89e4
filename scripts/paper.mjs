/** `npm run paper`: the paper exchange alone, for bot authors. */
import { runProgram } from './program.mjs';

await runProgram('paper');
