import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { patchResponsesLoop } from '../../src/tools/loops.js';
import type { Tools } from '../../src/tools/tools.js';
import { majors } from '../support/sdk.js';

interface Call {
  type: string;
  name: string;
  call_id: string;
  arguments: string;
}
interface Turn {
  functions: Map<string, () => unknown>;
}
interface Runner {
  prepareFunction(call: Call, turn: Turn): void;
}
type RunnerClass = new (options: { functions: { tool: object; execute: () => unknown }[] }) => Runner;

/** As that of SDK 7, reduced to what is patched. */
class SameRunner implements Runner {
  readonly #execute: () => unknown;

  constructor({ functions }: ConstructorParameters<RunnerClass>[0]) {
    this.#execute = functions[0]?.execute ?? (() => {});
  }

  prepareFunction({ call_id }: Call, { functions }: Turn): void {
    if (!functions.has(call_id)) functions.set(call_id, () => this.#execute());
  }
}

function runnerOfSdk7(): RunnerClass {
  const requireSdk = createRequire(new URL('../sdk/7/package.json', import.meta.url));
  return requireSdk('openai/helpers/responses-tool-runner').ResponsesToolRunner;
}

const classes: [string, RunnerClass][] = [['one like it', SameRunner]];
if (majors.includes(7)) classes.push(['SDK 7', runnerOfSdk7()]);

describe.each(classes)('the loop for responses of %s', (_, ResponsesToolRunner) => {
  it('runs a function once, and as one tool, also if it was prepared twice', () => {
    const ran: string[] = [];
    const tools = {
      run(describe: () => { callId?: string }, work: () => unknown) {
        ran.push(`tool ${describe().callId}`);
        return work();
      },
    };
    patchResponsesLoop({ ResponsesToolRunner }, () => tools as unknown as Tools);
    const tool = { type: 'function', name: 'f', strict: false, parameters: { type: 'object', properties: {} } };
    const runner = new ResponsesToolRunner({ functions: [{ tool, execute: () => ran.push('function') }] });
    const call = { type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}' };
    const turn: Turn = { functions: new Map() };
    runner.prepareFunction(call, turn);
    runner.prepareFunction(call, turn);
    turn.functions.get('call_1')?.();
    expect(ran).toEqual(['tool call_1', 'function']);
  });
});
