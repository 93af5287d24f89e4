/**
 * Loaded into Perpdeck ahead of it (`node --import`), so that the program as it is shipped can be killed at an exact
 * step of its journal, or live by a clock that is off. Nothing in the program knows of it.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Libsql from 'libsql';

const { GRID_DIES_AT: step, GRID_WISH: id, GRID_CLOCK_OFF_MS: off } = process.env;

if (off !== undefined) {
  const Machine = Date;
  // At once, or once it is told to.
  let offMs = process.env.GRID_CLOCK_WAITS === undefined ? Number(off) : 0;
  process.on('SIGUSR2', () => {
    offMs = Number(off);
  });
  globalThis.Date = class extends Machine {
    constructor(...given) {
      super(...(given.length === 0 ? [Machine.now() + offMs] : given));
    }
    static now() {
      return Machine.now() + offMs;
    }
  };
}

if (step !== undefined) {
  const dieAt = (name) => {
    if (name === step) process.kill(process.pid, 'SIGKILL');
  };
  let isWritten = false;
  const isOurs = (body) => JSON.parse(body).requestID === id;
  const { prepare } = Libsql.prototype;
  Libsql.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    const run = statement.run.bind(statement);
    if (sql.startsWith('INSERT INTO entries')) {
      statement.run = (...values) => {
        if (!isOurs(values[4])) return run(...values);
        dieAt('before its row');
        const result = run(...values);
        isWritten = true;
        dieAt('row written');
        return result;
      };
    } else if (sql.startsWith('UPDATE entries')) {
      statement.run = (...values) => {
        const [state, body] = values;
        if (!isOurs(body)) return run(...values);
        dieAt(`before ${state}`);
        const result = run(...values);
        dieAt(`after ${state}`);
        return result;
      };
    }
    return statement;
  };
  const { fdatasync } = fs;
  fs.fdatasync = (file, done) =>
    fdatasync(file, (error) => {
      if (isWritten) dieAt('row synced');
      done(error);
    });
  syncBuiltinESMExports();
}
