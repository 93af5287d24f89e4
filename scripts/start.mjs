/** `npm start`: Perpdeck. */
import { runProgram } from './program.mjs';

await runProgram('proxy');
