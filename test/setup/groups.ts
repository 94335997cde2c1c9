/** The tests that start applications in processes of their own, the longest first. `npm run test:quick` leaves them out. */
export const APPLICATIONS = [
  'test/transparency/transparency.test.ts',
  'test/agents/scenarios.test.ts',
  'test/sockets/pairs.test.ts',
  'test/examples/chatbot.test.ts',
  'test/compat/register.test.ts',
  'test/exit/exit.test.ts',
  'test/compat/loud.test.ts',
  'test/compat/compat.test.ts',
  'test/agents/memory.test.ts',
  'test/faults/faults.test.ts',
  'test/transparency/harness.test.ts',
  'test/examples/demo.test.ts',
  'test/examples/agents.test.ts',
  'test/examples/realtime.test.ts',
  'test/tools/run-tools.test.ts',
  'test/agents/copies.test.ts',
  'test/auto.test.ts',
  'test/soak/growth.test.ts',
  'test/sockets/unused.test.ts',
  'test/examples/quickstart.test.ts',
];

/** The tests of pure functions. They leave nothing behind, and so share a process: no OpenTelemetry SDK, no patched class. */
export const UNITS = [
  'test/{config,own-fields,read}.test.ts',
  'test/calls/server.test.ts',
  'test/operations/!(http|responses-http).test.ts',
  'test/telemetry/!(parts).test.ts',
  'test/console/*.test.ts',
];
