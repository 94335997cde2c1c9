import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 250;
const LOG_CHARACTERS = 4000;

export interface Program {
  stop(): Promise<void>;
}

interface Start {
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Answers, with any status below 500, once the program is ready. */
  readyUrl: string;
  timeoutMs?: number;
}

/** Starts a server and waits until it is ready. If it never is, it is stopped, and the error has what it wrote last. */
export async function startProgram({ command, args, env, readyUrl, timeoutMs = 60_000 }: Start): Promise<Program> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-LOG_CHARACTERS);
    });
  }
  child.on('error', (error) => {
    log += String(error);
  });
  const deadline = Date.now() + timeoutMs;
  while (isRunning(child) && Date.now() < deadline) {
    if (await answers(readyUrl)) return { stop: () => stop(child) };
    await sleep(POLL_MS);
  }
  await stop(child);
  throw new Error(`${command} ${args.join(' ')} was not ready at ${readyUrl} within ${timeoutMs} ms\n${log}`);
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false;
  }
}

/** Ports of 127.0.0.1 that are free now. */
export async function freePorts<const Names extends readonly string[]>(...names: Names) {
  const servers = names.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => Object(server.address()).port as number);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as Record<Names[number], number>;
}

/** The command that a variable names, or else the first of these that is on the PATH. */
export async function findCommand(variable: string, ...commands: string[]): Promise<string | undefined> {
  const named = process.env[variable];
  if (named) return named;
  for (const command of commands) {
    const found = await run('sh', ['-c', 'command -v "$0"', command]);
    if (found) return found;
  }
  return undefined;
}

/** What a command prints, or `undefined` if it fails. */
export async function run(command: string, args: readonly string[], timeoutMs = 10_000): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(command, args, { timeout: timeoutMs })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** Says in the name of a suite what it runs, or, loudly, why it does not. */
export function titleOf(backEnd: string, found: string | undefined, wanted: string): string {
  if (found) return `${backEnd}: ${found}`;
  const title = `${backEnd}: SKIPPED, found no ${wanted}`;
  console.warn(`\n*** ${title}\n`);
  return title;
}

export async function getJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Reads until there is enough; a back-end shows what it gets a moment later. */
export async function eventually<T>(
  read: () => Promise<T>,
  isEnough: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isEnough(value)) return value;
    if (Date.now() > deadline) throw new Error(`not enough after ${timeoutMs} ms: ${JSON.stringify(value)}`);
    await sleep(POLL_MS);
  }
}
