import { createRequire } from 'node:module';
import type { OpenAI, toFile } from 'openai';

/** What tests use of the `openai` package, in the types of SDK v6. */
export interface Sdk {
  OpenAI: typeof OpenAI;
  AzureOpenAI: typeof import('openai').AzureOpenAI;
  toFile: typeof toFile;
}

/** The majors of the SDK that this Node.js can run: v7 wants 22. */
const runnable = [4, 5, 6, 7].filter((major) => major < 7 || Number.parseInt(process.versions.node, 10) >= 22);

/** Those that are tested: the newest alone with `npm run test:quick`, which sets the variable (`vitest.config.ts`). */
export const majors = process.env.NEWEST_SDK_ONLY ? runnable.slice(-1) : runnable;

/** The CommonJS copy that an application depending on this major gets. */
export function sdk(major: number): Sdk {
  return createRequire(new URL(`../sdk/${major}/package.json`, import.meta.url))('openai') as Sdk;
}
