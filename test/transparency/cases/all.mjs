/** All cases. */

import { API_CASES } from './apis.mjs';
import { CASES as CHAT_CASES } from './chat.mjs';
import { POLLING_CASES } from './polling.mjs';

export const CASES = [...CHAT_CASES, ...API_CASES, ...POLLING_CASES];
