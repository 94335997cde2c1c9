/** For test files that share a process: takes back what a file has set up, so that each file starts like the first one. */
import { context, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { afterAll, vi } from 'vitest';
import { instrumentations } from '../support/instrumentations.js';

const variables = { ...process.env };

afterAll(() => {
  for (const instrumentation of instrumentations) instrumentation.disable();
  instrumentations.clear();
  for (const api of [trace, context, propagation, metrics, diag]) api.disable();
  vi.restoreAllMocks();
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
});
