/** Telemetry for `sockets.mjs`: spans are made, and thrown away. */
import '../dist/register.mjs';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { OpenAIAgentsInstrumentation } from '../dist/agents.mjs';
import { OpenAIInstrumentation } from '../dist/index.mjs';

let started = 0;
const processor = {
  onStart: () => {
    started++;
  },
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};
new NodeSDK({
  spanProcessors: [processor],
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [new OpenAIInstrumentation(), new OpenAIAgentsInstrumentation()],
}).start();

/** Nothing would be measured if nothing were traced. */
export function check() {
  if (started < 200) throw new Error(`${started} spans were started`);
}
