import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** As `node --expose-gc` has it. */
export const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
})();
