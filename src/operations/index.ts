import { chatCompletions } from './chat-completions.js';
import type { Operation } from './operation.js';

/** Every method of the SDK that becomes a span. */
export const operations: readonly Operation[] = [chatCompletions];
