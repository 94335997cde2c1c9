/** The two copies of the SDK that an application can end up with. */
import { createRequire } from 'node:module';

export * as esm from '@openai/agents';
export const cjs = createRequire(import.meta.url)('@openai/agents');
