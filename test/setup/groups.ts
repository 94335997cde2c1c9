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
  'test/compat/other-sdks.test.ts',
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

/**
 * The tests that try everything, and take seconds in their own process, the longest first: all that the declarations of the
 * SDK allow, every odd value in every place, floods, random bodies, calls, sessions and programs of agents. `npm run test:quick`
 * leaves them out, too. They share processes, like those of `SHARED`.
 */
export const THOROUGH = [
  'test/privacy/canaries.test.ts',
  'test/agents/runs.property.test.ts',
  'test/random/floods.test.ts',
  'test/integration/bounds.test.ts',
  'test/telemetry/limit.test.ts',
  'test/integration/streams.property.test.ts',
  'test/operations/any-input.test.ts',
  'test/random/sockets.test.ts',
  'test/random/any-json.test.ts',
  'test/random/interleavings.test.ts',
];

/**
 * The tests that share processes, because most of the time of a process is spent on loading modules: pure functions, and the
 * SDK with an instrumentation that `clean-up.ts` disables after each file. A file that needs a process of its own is in no
 * list: it loads the Agents SDK anew, say, patches a class that others use, or collects garbage many times, which takes
 * longer the more the process has loaded.
 */
export const SHARED = [
  'test/{config,context,credentials,error-class,evaluation,own-fields,read,version}.test.ts',
  'test/agents/storage.test.ts',
  'test/calls/*.test.ts',
  'test/console/*.test.ts',
  'test/docs/*.test.ts',
  'test/integration/!(bounds|calls|streams.property).test.ts',
  'test/observe/!(abandonment-tracker|other-libraries).test.ts',
  'test/operations/!(any-input).test.ts',
  'test/patching/*.test.ts',
  'test/privacy/!(canaries).test.ts',
  'test/providers/*.test.ts',
  'test/security/*.test.ts',
  'test/sockets/{realtime,responses}.test.ts',
  'test/support/*.test.ts',
  'test/telemetry/!(limit).test.ts',
  'test/tools/pending-calls.test.ts',
];
