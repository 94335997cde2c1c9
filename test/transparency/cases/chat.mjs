/** Every way in which a call of `chat.completions` can end. */

import { ABANDONED } from './chat/abandoned.mjs';
import { ANSWERS } from './chat/answers.mjs';
import { BODIES } from './chat/bodies.mjs';
import { CLIENTS } from './chat/clients.mjs';
import { FAILURES } from './chat/failures.mjs';
import { HELPERS } from './chat/helpers.mjs';
import { LOOKS } from './chat/looks.mjs';
import { ARGUMENTS } from './chat/params.mjs';
import { STREAMS } from './chat/streams.mjs';
import { TOGETHER } from './chat/together.mjs';

/** @type {readonly import('./case.mjs').Case[]} */
export const CASES = [
  ...ANSWERS,
  ...FAILURES,
  ...BODIES,
  ...STREAMS,
  ...HELPERS,
  ...ABANDONED,
  ...ARGUMENTS,
  ...CLIENTS,
  ...TOGETHER,
  ...LOOKS,
];
