import { describe, expect, it } from 'vitest';
import { localHome } from './local.mjs';
import { runApp } from './run-app.mjs';
import { fault } from './verdict.mjs';

const REGISTER = ['--import', 'opentelemetry-instrumentation-openai/register'];
const OTEL_HOOK = ['--import', './register-otel.mjs'];
const OTEL_LOADER = ['--experimental-loader', '@opentelemetry/instrumentation/hook.mjs'];
const TELEMETRY = ['--import', './telemetry.mjs'];

describe('an ES module application', () => {
  it.each([
    ['registers in its telemetry file', []],
    ['registers by a flag of its own, too', REGISTER],
    ['comes after the hook of OpenTelemetry', OTEL_HOOK],
    ['comes after that hook as a loader', OTEL_LOADER],
  ])('is traced and sees no difference when it %s', async (_, preloads) => {
    const home = await localHome('6', 'register');
    // With the same hooks: what Node.js has to say of those is none of ours.
    const bare = await runApp({ node: process.execPath, home, args: [...preloads, 'app.mjs'] });
    const traced = await runApp({ node: process.execPath, home, args: [...preloads, ...TELEMETRY, 'app.mjs'] });
    expect(fault(bare, traced)).toBeUndefined();
  });
});
