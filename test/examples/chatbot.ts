import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';
import { childEnv, runNode } from './run-node.js';

const SCRIPT = 'examples/chatbot/run.mjs';
/** A whole conversation. */
export function sayToChatbot(messages: readonly string[], env?: Record<string, string>) {
  return runNode('.', [SCRIPT, ...messages.flatMap((message) => ['--say', message])], env);
}

/** A chatbot to talk to for a while, a message at a time. */
export class Chatbot {
  readonly #process: ChildProcess;
  #output = '';

  constructor(env: Record<string, string>) {
    this.#process = spawn(process.execPath, [SCRIPT], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: childEnv(env),
      // What cannot be exported is said there.
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
  }

  /** Says something and waits for the whole answer. */
  async say(message: string): Promise<string> {
    await this.#until(/> $/);
    const from = this.#output.length;
    this.#process.stdin?.write(`${message}\n`);
    await this.#until(/\n> $/, from);
    return this.#output.slice(from).replace(/\n> $/, '');
  }

  /** Ends the conversation; resolves with the exit code when everything has been exported, or given up. */
  async leave(): Promise<number | null> {
    this.#process.stdin?.end();
    if (this.#process.exitCode === null)
      await once(this.#process, 'exit', { signal: AbortSignal.timeout(CHILD_TIMEOUT_MS) });
    return this.#process.exitCode;
  }

  /** For the end of a test that may have failed; `run.mjs` and the chatbot beneath it both see their input end. */
  [Symbol.dispose](): void {
    this.#process.stdin?.end();
  }

  async #until(pattern: RegExp, from = 0): Promise<void> {
    const signal = AbortSignal.timeout(CHILD_TIMEOUT_MS);
    const { stdout } = this.#process;
    if (!stdout) throw new Error('the chatbot has no output');
    while (!pattern.test(this.#output.slice(from))) {
      await once(stdout, 'data', { signal }).catch(() => {
        throw new Error(`the chatbot did not get to ${pattern}: ${this.#output}`);
      });
    }
  }
}
